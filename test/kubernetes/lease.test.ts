import { describe, expect, it } from 'vitest'
import { Lease, usualLease } from '../../src/kubernetes/lease.js'
import { FaultyServer, smooth, Timeline } from './faulty-server.js'
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
    let lateUs = 5 * second
    const timing = timeline.timing(
      () => 0.5,
      0,
      () => lateUs,
    )
    const taken = watched(new Lease(api, settingsOf('a'), timing).acquire(never()))
    await timeline.pass(2_300_000)
    lateUs = 0
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
