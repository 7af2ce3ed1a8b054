/** Heat from counters: incrementally, against a plain reference; resets, gaps, coverage. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HeatWindow, pointIntervalUs } from '../../src/core/heat.js'
import { type VolumeId, volumeId } from '../../src/core/model.js'
import { columns, type Sample, second, series, step } from './samples.js'

/** Heat of one volume from all samples at once, as DESIGN.md words it: the plain reference. */
function reference(samples: readonly Sample[], volume: VolumeId, slots: number, newest: number) {
  const covered = { read: new Set<number>(), write: new Set<number>() }
  const counted = { read: 0, write: 0 }
  series.forEach((one, index) => {
    if (one.volume !== volume) return
    const own = samples.filter(sample => sample.series === index)
    own.slice(1).forEach((sample, before) => {
      const last = own[before]
      const steps = sample.slot - last.slot
      if (steps > 2) return
      const operations = sample.value >= last.value ? sample.value - last.value : sample.value
      for (let slot = last.slot + 1; slot <= sample.slot; slot++) {
        if (slot <= newest - slots || slot > newest) continue
        covered[one.operation].add(slot)
        counted[one.operation] += operations / steps
      }
    })
  })
  const rate = (operation: 'read' | 'write') =>
    covered[operation].size === 0
      ? 0
      : (counted[operation] * second) / (covered[operation].size * step)
  return {
    rate: rate('read') + rate('write'),
    coverage: Math.min(covered.read.size, covered.write.size) / slots,
  }
}

const history = fc
  .array(
    fc.record({ slot: fc.integer({ min: 1, max: 60 }), series: fc.nat(5), value: fc.nat(100_000) }),
    { maxLength: 200 },
  )
  .map(samples => {
    const once = new Map(samples.map(sample => [`${sample.series}/${sample.slot}`, sample]))
    return [...once.values()].sort((a, b) => a.slot - b.slot)
  })

describe('the point interval', () => {
  it('is the larger of two scrapes and a 120th of the window, in whole milliseconds', () => {
    expect(pointIntervalUs(3600 * second, 15 * second)).toBe(30 * second)
    expect(pointIntervalUs(7200 * second, 15 * second)).toBe(60 * second)
    expect(pointIntervalUs(60 * second, 15 * second)).toBe(30 * second)
    expect(pointIntervalUs(3601 * second, 15 * second)).toBe(30_009_000)
  })
})

describe('heat kept incrementally', () => {
  it('equals heat from the whole window, whatever the rounds it came in', () => {
    fc.assert(
      fc.property(history, fc.array(fc.integer({ min: 1, max: 60 })), (samples, cuts) => {
        const window = new HeatWindow(20 * step, 15 * second)
        expect(window.slots).toBe(20)
        const rounds = [...new Set([...cuts, 60])].sort((a, b) => a - b)
        let since = 0
        for (const until of rounds) {
          const fresh = samples.filter(sample => sample.slot > since && sample.slot <= until)
          const grouped = [...fresh].sort((a, b) => a.series - b.series || a.slot - b.slot)
          window.absorb(columns(grouped), until * step)
          since = until
          for (const volume of [volumeId('a'), volumeId('b')]) {
            const seen = samples.filter(sample => sample.slot <= until)
            const expected = reference(seen, volume, 20, until)
            const index = window.indexOf(volume)
            expect(window.rate(index)).toBeCloseTo(expected.rate, 9)
            expect(window.coverage(index)).toBeCloseTo(expected.coverage, 12)
          }
        }
      }),
    )
  })
})

describe('a counter', () => {
  const of = (samples: readonly Sample[], slots = 4) => {
    const window = new HeatWindow(slots * step, 15 * second)
    window.absorb(columns(samples), samples[samples.length - 1].slot * step)
    return window
  }

  it('counts from its first sample, never from zero', () => {
    const window = of([{ series: 0, slot: 1, value: 1_000_000 }])
    expect(window.rate(window.indexOf(volumeId('a')))).toBe(0)
    expect(window.coverage(window.indexOf(volumeId('a')))).toBe(0)
  })

  it('that went down counts from its new value', () => {
    const window = of([
      { series: 0, slot: 1, value: 900 },
      { series: 0, slot: 2, value: 300 },
    ])
    expect(window.readRate(0)).toBe(10)
  })

  it('covers a step of two intervals and not one of three', () => {
    const near = of([
      { series: 0, slot: 1, value: 0 },
      { series: 0, slot: 3, value: 600 },
    ])
    expect(near.readRate(0)).toBe(10)
    const far = of([
      { series: 0, slot: 1, value: 0 },
      { series: 0, slot: 4, value: 600 },
    ])
    expect(far.readRate(0)).toBe(0)
  })

  it('that is no finite number is passed over', () => {
    const window = of([
      { series: 0, slot: 1, value: 0 },
      { series: 0, slot: 2, value: Number.NaN },
      { series: 0, slot: 3, value: 600 },
    ])
    expect(window.readRate(0)).toBe(10)
  })

  it('covers a volume only as far as both its reads and its writes are covered', () => {
    const window = of([
      { series: 0, slot: 1, value: 0 },
      { series: 0, slot: 2, value: 30 },
    ])
    expect(window.readRate(0)).toBe(1)
    expect(window.coverage(0)).toBe(0)
  })

  it('of a volume that nobody measured is unknown', () => {
    const window = of([{ series: 0, slot: 1, value: 0 }])
    expect(window.indexOf(volumeId('never'))).toBe(-1)
    expect(window.coverage(-1)).toBe(0)
    expect(window.rate(-1)).toBe(0)
  })
})

describe('heat is known', () => {
  it('from the least coverage on, exactly', () => {
    const percent = fc.integer({ min: 1, max: 100 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), fc.nat(120), percent, (slots, more, least) => {
        const covered = Math.min(more, slots)
        const window = new HeatWindow(slots * step, 15 * second)
        const samples = [0, 1].flatMap(index =>
          Array.from({ length: covered + 1 }, (_, slot) => ({
            series: index,
            slot: slot + 200,
            value: slot,
          })),
        )
        window.absorb(columns(samples), (200 + covered) * step)
        expect(window.slots).toBe(slots)
        expect(window.isKnown(0, least)).toBe(covered * 100 >= least * slots)
        expect(window.isKnown(-1, least)).toBe(false)
      }),
    )
  })
})

describe('heat at exactly the least coverage', () => {
  it('is known', () => {
    const window = new HeatWindow(5 * step, 15 * second)
    const four = [0, 1].flatMap(index =>
      [1, 2, 3, 4, 5].map(slot => ({ series: index, slot, value: slot })),
    )
    window.absorb(columns(four), 5 * step)
    expect([window.isKnown(0, 80), window.isKnown(0, 81)]).toEqual([true, false])
  })
})

describe('a query', () => {
  it('asks for the whole window and a step before it, then only for what is new', () => {
    const window = new HeatWindow(4 * step, 15 * second)
    expect(window.query(100 * step + 7)).toEqual({
      stepUs: step,
      sinceUs: 95 * step,
      untilUs: 100 * step,
    })
    window.absorb(columns([]), 100 * step)
    expect(window.query(100 * step + 29 * second)).toBeNull()
    expect(window.query(101 * step)).toEqual({
      stepUs: step,
      sinceUs: 100 * step,
      untilUs: 101 * step,
    })
  })

  it('after a long silence asks for no more than the window', () => {
    const window = new HeatWindow(4 * step, 15 * second)
    window.absorb(columns([]), 100 * step)
    expect(window.query(1000 * step)?.sinceUs).toBe(995 * step)
  })
})
