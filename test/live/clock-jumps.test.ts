/**
 * The loop over the live clients against the twin on the wire, on a machine whose wall clock is set
 * an hour back and forward between rounds, while Mayastor and Prometheus keep the true time.
 */
import { describe, expect, it } from 'vitest'
import type { HistoryEntry } from '../../src/core/event.js'
import { LiveClock } from '../../src/live/clock.js'
import { runLoop } from '../../src/loop.js'
import { minute, scenarioOf, second, smallPolicy } from '../sim/small-world.js'
import { servedTwin } from '../sim/wire/served.js'
import { liveOnTwin } from './on-twin.js'
import { calm } from './wire-stories.js'

const hour = 60 * minute
const lengthUs = 120 * minute

/** So far from the true time the wall clock is, from a minute of the run on. */
type Settings = readonly (readonly [fromMinute: number, aheadUs: number])[]

async function run(settings: Settings) {
  const served = await servedTwin(calm)
  const told: HistoryEntry[] = []
  const sleep = async (untilUs: number): Promise<void> => {
    await served.ask('POST', '/twin/v1/sleep', { party: 'operator-1', untilUs })
  }
  const policies = [smallPolicy()]
  const { ports } = await liveOnTwin(served, policies, sleep, entry => told.push(entry))
  const startUs = ports.clock.now()
  const machine = {
    nowUs: () => {
      const trueUs = ports.clock.now()
      const [, aheadUs] = settings.findLast(([from]) => trueUs >= startUs + from * minute) ?? [0, 0]
      return trueUs + aheadUs
    },
    monotonicUs: () => ports.clock.now(),
    // It wakes late, so that the wire carries fewer naps.
    sleep: async (durationUs: number) => {
      await ports.clock.sleepUntil(ports.clock.now() + Math.max(durationUs, 15 * second))
    },
  }
  const live = new LiveClock(machine)
  const readUs: number[] = []
  const clock = {
    sleepUntil: (untilUs: number) => live.sleepUntil(untilUs),
    now: () => {
      readUs.push(live.now())
      return readUs[readUs.length - 1]
    },
  }
  await served.ask('PUT', '/twin/v1/parties/operator-1')
  const defects: unknown[] = []
  const operator = { operator: 'operator-1', epoch: 1 }
  runLoop({ ...ports, clock }, operator, scenarioOf(calm).loop).catch(error => defects.push(error))
  let moved = await served.advance(lengthUs)
  while (moved.status === 409) moved = await served.advance(lengthUs)
  return { told, readUs, defects }
}

/** Of each volume that was to be demoted: how much of its window was known. */
function demotions(told: readonly HistoryEntry[]) {
  return told.flatMap(entry =>
    entry.kind === 'decision' && entry.decision.verdict === 'move' && entry.decision.to === 'cold'
      ? [{ coverage: entry.decision.coverage, heatIops: entry.decision.heatIops }]
      : [],
  )
}

describe('a loop whose wall clock is set', () => {
  it.each<[string, Settings]>([
    ['never', []],
    ['an hour forward', [[12, hour]]],
    ['an hour back', [[12, -hour]]],
    [
      'forward and back again',
      [
        [12, hour],
        [30, 0],
      ],
    ],
    [
      'back and forward again',
      [
        [12, -hour],
        [30, 0],
      ],
    ],
  ])('%s never sees time go back, and demotes nothing whose heat is unknown', async (_, set) => {
    const { told, readUs, defects } = await run(set)
    expect(defects).toEqual([])
    expect(readUs).toEqual([...readUs].sort((one, other) => one - other))
    expect(told.length).toBeGreaterThan(0)
    const least = smallPolicy().spec.minimumCoveragePercent / 100
    for (const { coverage, heatIops } of demotions(told)) {
      expect(coverage).toBeGreaterThanOrEqual(least)
      expect(heatIops).toBeLessThan(smallPolicy().spec.lowWatermarkIops)
    }
    if (set.length === 0) expect(demotions(told).length).toBeGreaterThan(0)
  })
})
