/** Axes of charts. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decadeAbove,
  decadeBelow,
  decades,
  linear,
  logarithmic,
  niceAbove,
  place,
} from '../../../reports/page/scale.js'

const positive = fc.double({ min: 1e-3, max: 1e12, noNaN: true })

describe('a logarithmic scale', () => {
  const scale = logarithmic(1, 100_000, 0, 500)

  test('has powers of ten at equal distances, and two and five where logarithms do', () => {
    for (let power = 0; power <= 5; power++) expect(scale(10 ** power)).toBeCloseTo(power * 100, 9)
    expect(scale(200)).toBeCloseTo(100 * Math.log10(200), 2)
    expect(scale(5)).toBeCloseTo(100 * Math.log10(5), 2)
  })

  test('rises with its values and is never far from the logarithm', () => {
    const value = fc.double({ min: 1, max: 100_000, noNaN: true })
    fc.assert(
      fc.property(value, value, (one, other) => {
        if (one < other) expect(scale(one)).toBeLessThanOrEqual(scale(other))
        expect(Math.abs(scale(one) - 100 * Math.log10(one))).toBeLessThan(6)
      }),
    )
  })

  test('keeps what is too small on its edge', () => {
    expect(scale(0)).toBe(0)
    expect(scale(0.5)).toBe(0)
  })
})

test('a linear scale goes from edge to edge, and without length stays at its begin', () => {
  expect(linear(0, 10, 100, 0)(2.5)).toBe(75)
  expect(linear(5, 5, 40, 90)(5)).toBe(40)
})

test('the ends of axes hold their value closely', () => {
  fc.assert(
    fc.property(positive, value => {
      expect(niceAbove(value)).toBeGreaterThanOrEqual(value)
      expect(niceAbove(value)).toBeLessThanOrEqual(value * 1.5 + 1e-9)
      expect(decadeAbove(value)).toBeGreaterThanOrEqual(value)
      expect(decadeBelow(value)).toBeLessThanOrEqual(value)
      expect(decadeAbove(value) / decadeBelow(value)).toBeLessThan(10.001)
    }),
  )
  expect([niceAbove(0), niceAbove(Number.NaN), niceAbove(-3)]).toEqual([1, 1, 1])
})

test('decades are the powers of ten from one end to the other', () => {
  expect(decades(1, 1000)).toEqual([1, 10, 100, 1000])
})

test('a place has one decimal at the most, and is always a number', () => {
  expect([place(3), place(3.14), place(-0.05), place(Number.NaN), place(1 / 0)]).toEqual([
    '3',
    '3.1',
    '-0.1',
    '0',
    '0',
  ])
})
