/** What is kept of the counters: heat that is computed from it is the heat that was. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HeatWindow } from '../../src/core/heat.js'
import { nodeId, volumeId } from '../../src/core/model.js'
import type { Absorbed } from '../../src/live/recording-replay.js'
import { Trail } from '../../src/live/recording-trail.js'

const scrapeUs = 15_000_000
const windowUs = 300_000_000
const { stepUs } = new HeatWindow(windowUs, scrapeUs)
const volumes = ['a', 'b', 'c'].map(volumeId)
const series = volumes.flatMap(volume =>
  (['read', 'write'] as const).map(operation => ({ volume, node: nodeId('n'), operation })),
)

/** For each point: null, nobody answers; else which volumes have a sample, and how it grew. */
const points = fc.array(
  fc.option(fc.array(fc.option(fc.nat(1000), { freq: 3 }), { minLength: 3, maxLength: 3 }), {
    freq: 4,
  }),
  { minLength: 1, maxLength: 60 },
)

describe('the trail', () => {
  it('gives the heat, the coverage and the next question of the window it was taken from', () => {
    fc.assert(
      fc.property(points, fc.nat(3), (all, outage) => {
        const { live, trail } = absorbed([...all, ...Array(outage * 9).fill(null)])
        const again = new HeatWindow(windowUs, scrapeUs)
        for (const one of trail.all()) into(again, one)
        const nowUs = (all.length + outage * 9 + 1) * stepUs
        expect(again.query(nowUs)).toEqual(live.query(nowUs))
        expect(figures(again)).toEqual(figures(live))
        expect(trail.all().length).toBeLessThanOrEqual(live.slots + 5)
      }),
      { numRuns: 300 },
    )
  })
})

function absorbed(all: readonly (readonly (number | null)[] | null)[]): {
  live: HeatWindow
  trail: Trail
} {
  const live = new HeatWindow(windowUs, scrapeUs)
  const trail = new Trail(scrapeUs)
  const counters = [0, 0, 0]
  let known = 0
  for (const [place, point] of all.entries()) {
    const atUs = (place + 1) * stepUs
    const rows = (point ?? []).flatMap((grown, volume) => {
      if (grown === null) return []
      counters[volume] += grown
      return [2 * volume, 2 * volume + 1].map(index => ({ index, value: counters[volume] }))
    })
    known = Math.max(known, ...rows.map(row => row.index + 1))
    const columns = {
      series: series.slice(0, known),
      count: rows.length,
      seriesIndex: Uint32Array.from(rows, row => row.index),
      instantUs: Float64Array.from(rows, () => atUs),
      value: Float64Array.from(rows, row => row.value),
    }
    const answer =
      point === null
        ? { kind: 'unavailable' as const, why: 'down' }
        : { kind: 'samples' as const, untilUs: atUs, columns }
    const one = { windowUs, atUs, answer }
    into(live, one)
    trail.add(one)
  }
  return { live, trail }
}

function into(window: HeatWindow, { atUs, answer }: Absorbed): void {
  if (answer.kind === 'samples') window.absorb(answer.columns, answer.untilUs)
  else window.forgetUntil(Math.floor(atUs / stepUs))
}

function figures(window: HeatWindow): readonly object[] {
  return volumes.map(volume => {
    const index = window.indexOf(volume)
    return { index, coverage: window.coverage(index), rate: window.rate(index) }
  })
}
