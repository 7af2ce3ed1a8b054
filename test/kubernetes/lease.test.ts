import { describe, expect, it } from 'vitest'
import { Lease, usualLease } from '../../src/kubernetes/lease.js'
import { FaultyServer, type Passage, smooth, Timeline, wallUs } from './faulty-server.js'
import { begin, never, path, quick, settingsOf, watched } from './leasing.js'

const second = 1_000_000

describe('a lease', () => {
  it('that is not there is created, as people read it', async () => {
    const { timeline, lease, specOf } = begin()
    const taken = watched(lease('a').acquire(never()))
    await timeline.pass(0)
    expect(taken.value).toMatchObject({ epoch: 1, heldSinceUs: 7_000_000 })
    expect(taken.value?.holdsForUs()).toBe(quick.durationUs)
    expect(specOf()).toEqual({
      holderIdentity: 'a',
      leaseDurationSeconds: 2,
      leaseTransitions: 0,
      acquireTime: '2027-01-15T08:00:00.123456Z',
      renewTime: '2027-01-15T08:00:00.123456Z',
    })
  })

  it('is held from when it was asked for, however late the answer is', async () => {
    const { timeline, lease } = begin()
    const slow = lease('a', () => ({ ...smooth, requestUs: 50_000, answerUs: 150_000 }))
    const taken = watched(slow.acquire(never()))
    await timeline.pass(400_000)
    expect(taken.value?.heldSinceUs).toBe(7_400_000)
    expect(taken.value?.holdsForUs()).toBe(quick.durationUs - 200_000)
    await timeline.pass(420_000)
    expect(taken.value?.holdsForUs()).toBe(quick.durationUs - 200_000)
  })

  it('is not relied on where the answer comes too late', async () => {
    const timeline = new Timeline()
    const server = new FaultyServer(timeline, 3 * second)
    let answerUs = 1_200_000
    const api = server.api(() => ({ ...smooth, answerUs }))
    const timing = timeline.timing(() => 0.5)
    const taken = watched(new Lease(api, settingsOf('a'), timing).acquire(never()))
    await timeline.pass(2_300_000)
    answerUs = 0
    expect(server.calls).toEqual(['get', 'create'])
    await timeline.pass(second)
    expect(taken.value?.epoch).toBe(2)
  })

  it('is renewed for as long as that succeeds', async () => {
    const { timeline, lease, specOf } = begin()
    const taken = watched(lease('a').acquire(never()))
    const lost = watched(lease('b').acquire(never()))
    await timeline.pass(60 * second, () => {
      if (taken.value !== null) expect(taken.value.holdsForUs()).toBeGreaterThan(second)
    })
    expect(lost.value).toBeNull()
    expect(specOf()).toMatchObject({ leaseTransitions: 0, acquireTime: expect.any(String) })
  })

  it('that is given back is taken at once, by whoever comes', async () => {
    const { timeline, lease, specOf } = begin()
    const first = lease('a')
    const held = watched(first.acquire(never()))
    const other = watched(lease('b').acquire(never()))
    await timeline.pass(3 * second)
    void held.value?.release()
    expect(held.value?.holdsForUs()).toBeLessThanOrEqual(0)
    await timeline.pass(0)
    expect(specOf()).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 })
    await timeline.pass(240_000)
    expect(other.value?.epoch).toBe(2)
    await other.value?.release()
    const again = watched(first.acquire(never()))
    await timeline.pass(0)
    expect(again.value?.epoch).toBe(3)
    expect(held.value?.holdsForUs()).toBeLessThanOrEqual(0)
  })

  it('whose holder says no more is taken when it has not changed for its duration', async () => {
    const { timeline, server, lease } = begin()
    let isCut = false
    const first = watched(lease('a', () => ({ ...smooth, isLost: isCut })).acquire(never()))
    await timeline.pass(second)
    const lost = watched(first.value?.lost ?? Promise.reject(new Error('not held')))
    const other = lease('b')
    const later = watched(other.acquire(never()))
    await timeline.pass(100_000)
    isCut = true
    await timeline.pass(second)
    expect(lost.value).toBe('it could not be renewed in time: no answer in time')
    expect(first.value?.holdsForUs()).toBeLessThanOrEqual(0)
    expect(other.trouble()).toBe('a holds it')
    await timeline.pass(950_000)
    expect(later.value).toBeNull()
    const object = server.objects.get(path)
    // Somebody's label is no sign of life.
    if (object !== undefined) server.put(object, path)
    await timeline.pass(550_000)
    expect(later.value?.epoch).toBe(2)
    expect(other.trouble()).toBeNull()
  })
})

describe('epochs', () => {
  it('are higher than any that was seen, even where a lease is new', async () => {
    const { timeline, server, lease } = begin()
    const [old, young] = [lease('old'), lease('young')]
    for (const epoch of [1, 2, 3]) await takenOnce(old, epoch)
    server.objects.delete(path)
    await takenOnce(young, 1)
    await takenOnce(old, 4)

    async function takenOnce(one: Lease, epoch: number): Promise<void> {
      const taken = watched(one.acquire(never()))
      await timeline.pass(0)
      expect(taken.value?.epoch).toBe(epoch)
      await taken.value?.release()
    }
  })
})

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

describe('who asks for a lease', () => {
  it('may stop waiting, and holds nothing then', async () => {
    const { timeline, server, lease, specOf } = begin()
    const slow = { ...smooth, answerUs: 100_000 }
    const stopping = new AbortController()
    const waiting = lease('a', () => slow).acquire(stopping.signal)
    const refused = expect(waiting).rejects.toThrow('enough')
    await timeline.pass(150_000)
    expect(specOf()).toMatchObject({ holderIdentity: 'a' })
    stopping.abort(new Error('enough'))
    await timeline.pass(second)
    await refused
    expect(specOf()).toMatchObject({ holderIdentity: '' })
    expect(server.calls).toEqual(['get', 'create', 'replace'])
  })

  it('asks once at a time, and not while holding it', async () => {
    const { timeline, lease } = begin()
    const one = lease('a')
    const held = one.acquire(never())
    await expect(one.acquire(never())).rejects.toThrow('by this process already')
    await timeline.pass(0)
    await held
    await expect(one.acquire(never())).rejects.toThrow('by this process already')
  })

  it.each([{ identity: '' }, { renewDeadlineUs: 1_500_000 }, { retryUs: 900_000 }, { retryUs: 0 }])(
    'is refused %j',
    wrong => {
      const timing = new Timeline().timing(() => 0)
      const api = new FaultyServer(new Timeline()).api()
      expect(() => new Lease(api, { ...settingsOf('a'), ...wrong }, timing)).toThrow(
        'a lease needs',
      )
      expect(() => new Lease(api, { ...settingsOf('a'), ...usualLease }, timing)).not.toThrow()
    },
  )
})
