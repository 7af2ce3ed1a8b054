/** The window of heat from inside: samples that are none, growth, targets that move, silence. */
import { describe, expect, it } from 'vitest'
import type { CounterSeries } from '../../src/core/counters.js'
import { HeatTable, HeatWindow } from '../../src/core/heat.js'
import { nodeId, volumeId } from '../../src/core/model.js'
import { columns, type Sample, second, series, step } from './samples.js'

describe('the table of windows', () => {
  it('has one for each distinct sampling window, and knows nothing at first', () => {
    const table = new HeatTable(15 * second)
    const hour = table.window(3600 * second)
    expect(table.available).toBe(false)
    expect(table.window(7200 * second)).not.toBe(hour)
    expect(table.window(3600 * second)).toBe(hour)
    expect(table.window(3600 * second)).toBe(hour)
    expect([hour.windowUs, hour.stepUs, hour.slots]).toEqual([3600 * second, 30 * second, 120])
  })
})

describe('samples', () => {
  it('that go back in time, or repeat, are passed over', () => {
    const window = new HeatWindow(4 * step, 15 * second)
    const at = (slot: number, value: number): Sample => ({ series: 0, slot, value })
    window.absorb(columns([at(3, 100), at(3, 500), at(2, 700), at(4, 130)]), 4 * step)
    expect(window.readRate(0)).toBe(1)
  })

  it.each([-1, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY, Number.NaN])(
    'of %d are none',
    value => {
      const window = new HeatWindow(4 * step, 15 * second)
      const at = (slot: number, figure: number): Sample => ({ series: 0, slot, value: figure })
      window.absorb(columns([at(1, value), at(2, 30), at(3, 60)]), 3 * step)
      expect(window.readRate(0)).toBe(1)
      expect(window.coverage(0)).toBe(0)
    },
  )

  it('of zero count', () => {
    const window = new HeatWindow(4 * step, 15 * second)
    window.absorb(
      columns([
        { series: 0, slot: 1, value: 0 },
        { series: 0, slot: 2, value: 30 },
      ]),
      2 * step,
    )
    expect(window.readRate(0)).toBe(1)
  })

  it('of a series that was taken back are a defect', () => {
    const window = new HeatWindow(4 * step, 15 * second)
    window.absorb(columns([]), step)
    expect(() => window.absorb(columns([], series.slice(1)), 2 * step)).toThrow(/taken back/)
  })
})

describe('a window that moves on without an answer', () => {
  it('loses coverage, and keeps nothing that is older than itself', () => {
    const window = new HeatWindow(4 * step, 15 * second)
    const samples = [0, 1].flatMap(index =>
      [1, 2, 3, 4, 5].map(slot => ({ series: index, slot, value: slot * 30 })),
    )
    window.absorb(columns(samples), 5 * step)
    expect([window.coverage(0), window.rate(0)]).toEqual([1, 2])
    window.forgetUntil(7)
    expect([window.coverage(0), window.rate(0)]).toEqual([0.5, 2])
    window.forgetUntil(6)
    expect(window.coverage(0)).toBe(0.5)
    window.forgetUntil(100)
    expect([window.coverage(0), window.rate(0)]).toEqual([0, 0])
  })
})

describe('many volumes', () => {
  const many: CounterSeries[] = []
  for (let volume = 0; volume < 300; volume++) {
    for (const operation of ['read', 'write'] as const) {
      many.push({ volume: volumeId(`v${volume}`), node: nodeId('n'), operation })
    }
  }
  const at = (slot: number, count: number) =>
    many.slice(0, count).map((_, index) => ({ series: index, slot, value: slot * index }))

  it('keep their figures when the table grows', () => {
    const window = new HeatWindow(4 * step, 15 * second)
    window.absorb(columns(at(1, 100), many.slice(0, 100)), step)
    window.absorb(columns(at(2, 100), many.slice(0, 100)), 2 * step)
    window.absorb(columns(at(3, 600), many), 3 * step)
    window.absorb(columns(at(4, 600), many), 4 * step)
    for (let volume = 0; volume < 300; volume++) {
      const index = window.indexOf(volumeId(`v${volume}`))
      expect(window.rate(index)).toBeCloseTo((2 * volume + 2 * volume + 1) / 30, 9)
      expect(window.coverage(index)).toBe(volume < 50 ? 0.75 : 0.25)
    }
    window.forgetUntil(6)
    expect(window.coverage(0)).toBe(0.5)
    expect(window.coverage(299)).toBe(0.25)
    window.forgetUntil(7)
    expect([window.coverage(0), window.coverage(299)]).toEqual([0.25, 0.25])
    window.forgetUntil(8)
    expect([window.coverage(0), window.coverage(299)]).toEqual([0, 0])
  })
})

describe('a target that moved', () => {
  it('has its operations on both nodes, and its time once', () => {
    const window = new HeatWindow(4 * step, 15 * second)
    const both = [0, 1, 4, 5].flatMap(index =>
      [1, 2, 3].map(slot => ({ series: index, slot, value: slot * 30 })),
    )
    window.absorb(columns(both), 3 * step)
    expect(window.coverage(0)).toBe(0.5)
    expect([window.readRate(0), window.writeRate(0)]).toEqual([2, 2])
    window.forgetUntil(6)
    expect([window.coverage(0), window.rate(0)]).toEqual([0.25, 4])
  })
})
