/** A wall clock that somebody sets, and what rests on it in Kubernetes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Lease } from '../../src/kubernetes/lease.js'
import { recorder } from '../../src/kubernetes/recorder.js'
import type { Timing } from '../../src/kubernetes/timing.js'
import { FaultyServer, Timeline } from './faulty-server.js'
import { never, path, settingsOf, watched } from './leasing.js'
import { countOf, settings, sum, taleOf } from './telling.js'

const second = 1_000_000
const hour = 3600 * second

/** Each: so long things go on, and then the clock is set so far from the true time. */
const jumps = fc.array(
  fc.record({
    passedUs: fc.integer({ min: 0, max: 90 }).map(tenths => (tenths * second) / 10),
    aheadUs: fc.oneof(fc.constantFrom(-hour, 0, hour), fc.integer({ min: -hour, max: hour })),
  }),
  { minLength: 1, maxLength: 15 },
)

/** A machine whose wall clock is set, and others on the same timeline. */
function begin() {
  const timeline = new Timeline()
  const server = new FaultyServer(timeline)
  const truth = timeline.timing(() => 0.5)
  const set = { aheadUs: 0 }
  const timing: Timing = { ...truth, nowUs: () => truth.nowUs() + set.aheadUs }
  return { timeline, server, set, timing, right: truth }
}

function renewTimeOf({ objects }: FaultyServer): string {
  const spec: unknown = objects.get(path)?.spec
  const isTimed = typeof spec === 'object' && spec !== null && 'renewTime' in spec
  return isTimed ? String(spec.renewTime) : 'never'
}

describe('while the wall clock is set back and forward', () => {
  it('a lease is neither lost nor taken by another, and its times rise', async () => {
    const property = fc.asyncProperty(jumps, async all => {
      const { timeline, server, set, timing, right } = begin()
      const held = watched(new Lease(server.api(), settingsOf('a'), timing).acquire(never()))
      await timeline.pass(0)
      const lost = watched(held.value?.lost ?? Promise.resolve('never held'))
      const other = watched(new Lease(server.api(), settingsOf('b'), right).acquire(never()))
      const renewals: string[] = []
      const look = (): void => {
        renewals.push(renewTimeOf(server))
        expect(held.value?.holdsForUs(), 'it holds').toBeGreaterThan(0)
      }
      for (const { passedUs, aheadUs } of all) {
        await timeline.pass(passedUs, look)
        set.aheadUs = aheadUs
      }
      await timeline.pass(5 * second, look)
      expect([lost.value, other.value, held.value?.epoch]).toEqual([null, null, 1])
      expect(renewals).toEqual([...renewals].sort())
      expect(new Set(renewals).size, 'it is renewed all the time').toBeGreaterThan(5)
    })
    await fc.assert(property, { numRuns: 60 })
  })

  it('whoever waits takes the lease when its holder is gone, and not before', async () => {
    const property = fc.asyncProperty(jumps, async all => {
      const { timeline, server, set, timing, right } = begin()
      const held = watched(new Lease(server.api(), settingsOf('a'), right).acquire(never()))
      await timeline.pass(0)
      const other = watched(new Lease(server.api(), settingsOf('b'), timing).acquire(never()))
      for (const { passedUs, aheadUs } of all) {
        await timeline.pass(passedUs, () => expect(other.value).toBeNull())
        set.aheadUs = aheadUs
      }
      void held.value?.release()
      await timeline.pass(5 * second)
      expect(other.value?.epoch).toBe(2)
    })
    await fc.assert(property, { numRuns: 60 })
  })

  it('what is told soon again stays one series, under names of its own', async () => {
    const property = fc.asyncProperty(jumps, async all => {
      const { timeline, server, set, timing } = begin()
      const told = recorder(server.api(), settings, timing)
      for (const { passedUs, aheadUs } of all) {
        told.tell(taleOf())
        told.tell(taleOf({ reason: 'MoveDone' }))
        await timeline.pass(passedUs)
        set.aheadUs = aheadUs
      }
      await timeline.pass(600 * second)
      const events = [...server.objects.values()]
      expect([events.length, told.dropped()]).toEqual([2, 0])
      expect([sum(events), events.map(countOf)]).toEqual([2 * all.length, [all.length, all.length]])
    })
    await fc.assert(property, { numRuns: 60 })
  })
})
