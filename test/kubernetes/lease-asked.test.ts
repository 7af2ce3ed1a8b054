import { describe, expect, it } from 'vitest'
import { Lease } from '../../src/kubernetes/lease.js'
import { asking, endedRelease } from '../../src/kubernetes/lease-object.js'
import { smooth } from './faulty-server.js'
import { begin, never, path, quick, settingsOf, watched } from './leasing.js'

describe('a lease that is asked for', () => {
  async function held() {
    const world = begin()
    const taken = watched(world.lease('a').acquire(never()))
    await world.timeline.pass(0)
    if (taken.value === null) throw new Error('nobody holds it')
    const ask = (by: string): void => {
      const object = world.server.objects.get(path)
      if (object === undefined) throw new Error('no lease')
      world.server.put(asking(object, by), path)
    }
    return { ...world, first: taken.value, ask }
  }
  const annotations = (world: Awaited<ReturnType<typeof held>>) =>
    world.server.objects.get(path)?.metadata.annotations

  it('tells its holder, who holds it until it gives it back', async () => {
    const world = await held()
    const [asked, lost] = [watched(world.first.asked), watched(world.first.lost)]
    await world.timeline.pass(2 * quick.durationUs)
    expect(asked.value).toBeNull()
    world.ask('r')
    await world.timeline.pass(quick.renewDeadlineUs)
    expect(asked.value).toBe('r')
    await world.timeline.pass(3 * quick.durationUs)
    expect([lost.value, world.first.holdsForUs() > 0]).toEqual([null, true])
  })

  it('goes to whoever asked, before one that waited longer, and is asked for no more', async () => {
    const world = await held()
    const waiting = watched(world.lease('b').acquire(never()))
    await world.timeline.pass(quick.retryUs)
    world.ask('r')
    await world.timeline.pass(2 * quick.retryUs)
    await world.first.release()
    await world.timeline.pass(quick.durationUs / 2)
    expect(waiting.value).toBeNull()
    const asker = watched(world.lease('r').acquire(never()))
    await world.timeline.pass(0)
    expect(asker.value?.epoch).toBe(2)
    expect(annotations(world)).toBeUndefined()
    await asker.value?.release()
    await world.timeline.pass(2 * quick.retryUs)
    expect(waiting.value?.epoch).toBe(3)
  })

  it('is free again after the length of a lease, where whoever asked does not come', async () => {
    const world = await held()
    world.ask('r')
    await world.first.release()
    const waiting = watched(world.lease('b').acquire(never()))
    await world.timeline.pass(quick.durationUs - quick.retryUs)
    expect(waiting.value).toBeNull()
    await world.timeline.pass(3 * quick.retryUs)
    expect(waiting.value?.epoch).toBe(2)
    expect(annotations(world)).toBeUndefined()
  })

  it('that is left waits as long as it says, but for another release', async () => {
    const world = await held()
    await world.first.leave(20 * quick.durationUs)
    expect(world.specOf()).toMatchObject({
      holderIdentity: endedRelease,
      leaseDurationSeconds: 30,
    })
    const waiting = watched(world.lease('b').acquire(never()))
    await world.timeline.pass(10 * quick.durationUs)
    expect(waiting.value).toBeNull()
    const settings = { ...settingsOf('r'), takesFrom: endedRelease }
    const timing = world.timeline.timing(() => 0.5)
    const release = new Lease(
      world.server.api(() => smooth),
      settings,
      timing,
    )
    const taken = watched(release.acquire(never()))
    await world.timeline.pass(0)
    expect(taken.value?.epoch).toBe(2)
    await taken.value?.leave(20 * quick.durationUs)
    await world.timeline.pass(21 * quick.durationUs)
    expect(waiting.value?.epoch).toBe(3)
  })
})
