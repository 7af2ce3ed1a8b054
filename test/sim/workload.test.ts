/** Where a trace's rows go in a scenario: over a group, one by one or by ranges of blocks. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Spreading, SpreadRequests, SpreadSeries } from '../../sim/workload.js'
import { type Row, rowsSource } from './replay/rows.js'
import { seriesOf } from './replay/series.js'

const names = ['a', 'b', 'c', 'd', 'e']
const targets = fc.uniqueArray(fc.nat(names.length - 1), { minLength: 1 })
const rate = fc.constantFrom(0.5, 1, 2, 10)
const traceVolumes = 7

const rows = fc.array(
  fc.record({
    gapUs: fc.nat(1000),
    volume: fc.nat(traceVolumes - 1),
    operation: fc.nat(1),
    bytes: fc.constant(4096),
    offset: fc.nat(2 ** 31),
  }),
  { minLength: 1, maxLength: 60 },
)

function inOrder(
  drawn: readonly (Omit<Row, 'atUs'> & { readonly gapUs: number })[],
): readonly Row[] {
  let atUs = 500
  return drawn.map(({ gapUs, ...rest }) => {
    atUs += gapUs
    return { ...rest, atUs }
  })
}

function spread(all: readonly Row[], spreading: Spreading): SpreadRequests {
  const volumeRequests = new Float64Array(traceVolumes)
  const volumeEndBytes = new Float64Array(traceVolumes)
  for (const row of all) {
    volumeRequests[row.volume] += 1
    const end = row.offset + row.bytes
    volumeEndBytes[row.volume] = Math.max(volumeEndBytes[row.volume], end)
  }
  const source = {
    ...rowsSource(all, traceVolumes),
    volumeRequests,
    volumeEndBytes,
    firstUs: all[0].atUs,
  }
  return new SpreadRequests(source, spreading, names)
}

function read(
  source: SpreadRequests,
): readonly { readonly atUs: number; readonly volume: number }[] {
  const found: { atUs: number; volume: number }[] = []
  for (let batch = source.next(); batch !== null; batch = source.next()) {
    for (let row = 0; row < batch.count; row++) {
      found.push({ atUs: batch.timeUs[row], volume: batch.volume[row] })
    }
  }
  return found
}

describe('requests over a group', () => {
  test('go round robin by volume, and times count from the first row, at the rate', () => {
    fc.assert(
      fc.property(rows, targets, rate, (drawn, group, speed) => {
        const all = inOrder(drawn)
        const source = spread(all, { targets: group, by: 'volume', rate: speed })
        expect(read(source)).toEqual(
          all.map(row => ({
            atUs: Math.floor((row.atUs - all[0].atUs) / speed),
            volume: group[row.volume % group.length],
          })),
        )
        const counted = source.volumeRequests.reduce((sum, one) => sum + one, 0)
        expect(counted).toBe(all.length)
      }),
    )
  })

  test('go by ranges of blocks: larger offsets to later volumes of the group', () => {
    fc.assert(
      fc.property(rows, targets, (drawn, group) => {
        const all = inOrder(drawn)
        const source = spread(all, { targets: group, by: 'block-range', rate: 1 })
        const places = read(source).map(row => group.indexOf(row.volume))
        expect(places.every(place => place >= 0)).toBe(true)
        const byOffset = all
          .map((row, at) => ({ offset: row.offset, place: places[at] }))
          .sort((a, b) => a.offset - b.offset || a.place - b.place)
        expect(byOffset.map(one => one.place)).toEqual([...places].sort((a, b) => a - b))
      }),
    )
  })

  test('a rewind begins anew', () => {
    fc.assert(
      fc.property(rows, targets, (drawn, group) => {
        const source = spread(inOrder(drawn), { targets: group, by: 'volume', rate: 2 })
        const first = read(source)
        source.rewind()
        expect(read(source)).toEqual(first)
      }),
    )
  })
})

test('a series over a group keeps every operation, in intervals that the rate shortens', () => {
  fc.assert(
    fc.property(rows, targets, fc.constantFrom(1, 2), (drawn, group, speed) => {
      const all = inOrder(drawn)
      const source = new SpreadSeries(
        seriesOf(all, traceVolumes, 1000),
        { targets: group, by: 'volume', rate: speed },
        names,
      )
      expect(source.intervalUs).toBe(1000 / speed)
      const byVolume = names.map(() => 0)
      for (let batch = source.next(); batch !== null; batch = source.next()) {
        expect(batch.startUs % source.intervalUs).toBe(0)
        for (let row = 0; row < batch.count; row++) {
          byVolume[batch.volume[row]] += batch.reads[row] + batch.writes[row]
        }
      }
      const wanted = names.map(
        (_, name) => all.filter(row => group[row.volume % group.length] === name).length,
      )
      expect(byVolume).toEqual(wanted)
    }),
  )
})
