/** Figures as people read them. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as figures from '../../reports/figures.js'

const anyNumber = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, 1e300, -1e300, 5e-324, Number.NaN, Number.POSITIVE_INFINITY),
)
const formats = {
  count: figures.count,
  bytes: figures.bytes,
  latency: figures.latency,
  share: figures.share,
  duration: figures.duration,
  instant: figures.instant,
  short: figures.short,
  money: (value: number | null) => figures.money(value, 'USD'),
  latencyChange: (value: number | null) => figures.latencyChange(value, value),
} as const

test.each(Object.entries(formats))(
  '%s says no word of JavaScript, whatever it is given',
  (_, of) => {
    fc.assert(
      fc.property(fc.oneof(anyNumber, fc.constant(null)), value => {
        expect(of(value)).not.toMatch(/NaN|Infinity|undefined|null|e[+-]?\d/)
      }),
    )
  },
)

test('what is missing is a dash', () => {
  for (const of of [formats.count, formats.bytes, formats.latency, formats.money]) {
    expect(of(null)).toBe('–')
    expect(of(Number.NaN)).toBe('–')
  }
  expect(figures.change(null, 1)).toBeNull()
  expect(figures.change(0, 1)).toBeNull()
})

test('a size of three digits is at most half a percent off', () => {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB']
  fc.assert(
    fc.property(fc.nat(Number.MAX_SAFE_INTEGER), value => {
      const [number, unit] = figures.bytes(value).split(' ')
      const size = Number(number.replaceAll(',', '')) * 1024 ** units.indexOf(unit)
      expect(Math.abs(size - value)).toBeLessThanOrEqual(value * 0.0051)
    }),
  )
})

describe('figures have sensible digits', () => {
  test.each([
    [figures.bytes(12.4 * 1024 ** 4), '12.4 TiB'],
    [figures.bytes(1023.9 * 1024 ** 3), '1 TiB'],
    [figures.bytes(999), '999 B'],
    [figures.bytes(-2 * 1024 ** 4), '−2 TiB'],
    [figures.latency(900), '900 µs'],
    [figures.latency(1949), '1.9 ms'],
    [figures.latency(14_400), '14 ms'],
    [figures.latency(996_000), '1 s'],
    [figures.latencyChange(900, 14_000), '0.9 → 14 ms'],
    [figures.latencyChange(104, 891_000), '104 µs → 891 ms'],
    [figures.latencyChange(null, 891_000), '– → 891 ms'],
    [figures.money(1234.4, 'USD'), '$1,234'],
    [figures.money(3.2, 'EUR'), '€3.20'],
    [figures.money(0, 'USD'), '$0'],
    [figures.money(99.996, 'USD'), '$100'],
    [figures.money(1234, 'CHF'), '1,234 CHF'],
    [figures.money(-50, 'USD'), '−$50.00'],
    [figures.count(1_234_567), '1,234,567'],
    [figures.count(-0.4), '0'],
    [figures.counted(1, 'move', 'moves'), '1 move'],
    [figures.counted(2, 'move', 'moves'), '2 moves'],
    [figures.change(2388.2, 1312.93), '−45 %'],
    [figures.change(100, 100.4), '+0.4 %'],
    [figures.change(100, 100.01), '±0 %'],
    [figures.change(1, 12), '× 12'],
    [figures.share(1), '100 %'],
    [figures.share(0.9999), '> 99.9 %'],
    [figures.share(0.994), '99.4 %'],
    [figures.share(0.653), '65 %'],
    [figures.share(0.021), '2.1 %'],
    [figures.share(0.0001), '< 0.1 %'],
    [figures.share(0), '0 %'],
    [figures.duration(45_000_000), '45 s'],
    [figures.duration(90 * 60_000_000), '90 min'],
    [figures.duration(2.5 * figures.hourUs), '2.5 h'],
    [figures.duration(14 * figures.dayUs), '14 days'],
    [figures.short(950), '950'],
    [figures.short(12_400), '12.4k'],
    [figures.short(1_200_000), '1.2M'],
    [figures.short(775_840), '776k'],
    [figures.instant(1_767_571_200_000_000), '2026-01-05 00:00'],
    [figures.date(1_767_571_200_000_000), '2026-01-05'],
  ])('%s', (said, wanted) => {
    expect(said).toBe(wanted)
  })
})

test.each([
  [0, '0'],
  [9.14e-9, '9.1e-9'],
  [1e-9, '1e-9'],
  [0.000_123, '1.2e-4'],
  [0.0123, '0.0123'],
  [1, '1'],
  [null, '–'],
  [Number.NaN, '–'],
])('a chance of %s is %s', (chance, text) => {
  expect(figures.rare(chance)).toBe(text)
})
