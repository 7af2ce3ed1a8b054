import { describe, expect, it } from 'vitest'
import { Lease } from '../../src/kubernetes/lease.js'
import { FaultyServer, type Passage, smooth, Timeline, wallUs } from './faulty-server.js'
import { begin, never, path, settingsOf, watched } from './leasing.js'

const second = 1_000_000

describe('a holder', () => {
  async function holding(passage: () => Passage = () => smooth) {
    const world = begin()
    const lease = world.lease('a', passage)
    const taken = watched(lease.acquire(never()))
    await world.timeline.pass(0)
    const held = taken.value
    if (held === null) throw new Error('nobody holds it')
    return { ...world, held, mine: lease, lost: watched(held.lost) }
  }

  it('that finds another in its place has lost it at once', async () => {
    const { timeline, server, held, lost } = await holding()
    const object = server.objects.get(path)
    if (object === undefined) throw new Error('no lease')
    server.put({ ...object, spec: { holderIdentity: 'z', leaseTransitions: 4 } }, path)
    await timeline.pass(500_000)
    expect(lost.value).toBe('z holds it, with epoch 5')
    expect(held.holdsForUs()).toBeLessThanOrEqual(0)
  })

  it('goes on where somebody wrote a label, and keeps it', async () => {
    const { timeline, server, held, lost } = await holding()
    const object = server.objects.get(path)
    if (object === undefined) throw new Error('no lease')
    const labels = { a: 'b' }
    server.put({ ...object, metadata: { ...object.metadata, labels } }, path)
    await timeline.pass(5 * second)
    expect([lost.value, held.holdsForUs() > second]).toEqual([null, true])
    expect(server.objects.get(path)?.metadata.labels).toEqual(labels)
  })

  it.each([409, 500, 403])('tries again after a %i, until its time is over', async refusal => {
    let isBad = false
    const { timeline, lost } = await holding(() => ({ ...smooth, refusal: isBad ? refusal : null }))
    isBad = true
    await timeline.pass(700_000)
    isBad = false
    await timeline.pass(5 * second)
    expect(lost.value).toBeNull()
    isBad = true
    await timeline.pass(1_300_000)
    expect(lost.value).toBe(`it could not be renewed in time: ${refusal}: no`)
  })

  it('reads what became of a renewal without an answer', async () => {
    let isSlow = false
    const { timeline, server, lost } = await holding(() => ({
      ...smooth,
      answerUs: isSlow ? 2 * second : 0,
    }))
    isSlow = true
    server.calls.length = 0
    await timeline.pass(400_000)
    isSlow = false
    await timeline.pass(400_000)
    expect(server.calls).toEqual(['replace', 'get', 'replace'])
    await timeline.pass(2 * second)
    expect(lost.value).toBeNull()
  })

  it('asks again where a call hangs', async () => {
    const timeline = new Timeline()
    const server = new FaultyServer(timeline, 60 * second)
    let isLost = false
    const api = server.api(() => ({ ...smooth, isLost }))
    const lease = new Lease(
      api,
      settingsOf('a'),
      timeline.timing(() => 0.5),
    )
    const held = watched(lease.acquire(never()))
    await timeline.pass(0)
    isLost = true
    await timeline.pass(300_000)
    isLost = false
    await timeline.pass(60 * second)
    expect(held.value?.holdsForUs()).toBeGreaterThan(second)
  })

  it('whose lease was deleted has lost it, and later epochs are higher all the same', async () => {
    const { timeline, server, lease, lost, mine } = await holding()
    const other = watched(lease('b').acquire(never()))
    await timeline.pass(300_000)
    server.objects.delete(path)
    await timeline.pass(500_000)
    expect(lost.value).toBe('it was deleted')
    expect(server.objects.has(path), 'it may be held as far as others know').toBe(false)
    await timeline.pass(2 * second)
    expect(other.value?.epoch).toBe(2)
    await other.value?.release()
    server.objects.delete(path)
    const again = watched(mine.acquire(never()))
    await timeline.pass(second)
    expect(again.value?.epoch).toBe(2)
  })

  it('that lost it for want of answers takes it back at once', async () => {
    let isLost = false
    const { timeline, mine, lost } = await holding(() => ({ ...smooth, isLost }))
    isLost = true
    await timeline.pass(1_100_000)
    expect(lost.value).not.toBeNull()
    isLost = false
    const again = watched(mine.acquire(never()))
    await timeline.pass(0)
    expect(again.value?.epoch).toBe(2)
  })

  it('that was stopped for too long sends nothing more', async () => {
    const timeline = new Timeline()
    const server = new FaultyServer(timeline)
    const timing = timeline.timing(
      () => 0.5,
      0,
      () => 5 * second,
    )
    const held = watched(new Lease(server.api(), settingsOf('a'), timing).acquire(never()))
    await timeline.pass(4 * second)
    expect(held.value?.holdsForUs()).toBe(-2_500_000)
    await timeline.pass(20 * second)
    expect(server.calls).toEqual(['get', 'create'])
  })

  it('gives it back again where that was not answered', async () => {
    let isLost = false
    const { timeline, held, specOf } = await holding(() => ({ ...smooth, isLost }))
    isLost = true
    const done = watched(held.release().then(() => true))
    await timeline.pass(100_000)
    isLost = false
    await timeline.pass(second)
    expect([done.value, specOf()]).toEqual([true, expect.objectContaining({ holderIdentity: '' })])
  })

  it('whose clock is set back is still seen to renew', async () => {
    const timeline = new Timeline()
    const server = new FaultyServer(timeline)
    const stuck = { ...timeline.timing(() => 0.5), nowUs: () => wallUs }
    const held = watched(new Lease(server.api(), settingsOf('a'), stuck).acquire(never()))
    const timing = timeline.timing(() => 0.5)
    const other = watched(new Lease(server.api(), settingsOf('b'), timing).acquire(never()))
    await timeline.pass(20 * second)
    expect([held.value?.epoch, other.value]).toEqual([1, null])
  })
})
