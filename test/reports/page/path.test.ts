/** Lines of charts: what is thinned away, and what never is. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { areaPath, linePath, peaks, thinned } from '../../../reports/page/path.js'

const most = fc.integer({ min: 2, max: 50 })

test('thinned indexes are so many at the most, rise, and hold both ends', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), most, (length, limit) => {
      const rows = thinned(length, limit)
      expect(rows.length).toBe(Math.min(length, limit))
      expect(rows[0]).toBe(0)
      expect(rows[rows.length - 1]).toBe(length - 1)
      for (let at = 1; at < rows.length; at++) expect(rows[at]).toBeGreaterThan(rows[at - 1])
    }),
  )
  expect(thinned(0, 9)).toEqual([])
})

test('the highest value is never thinned away, nor is a lone known one', () => {
  const value = fc.oneof(fc.constant(Number.NaN), fc.nat(100))
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 300 }), most, (values, limit) => {
      const kept = peaks(values, limit).map(row => values[row])
      const known = values.filter(one => !Number.isNaN(one))
      if (known.length === 0) expect(kept.every(Number.isNaN)).toBe(true)
      else expect(kept).toContain(Math.max(...known))
    }),
  )
})

describe('paths', () => {
  const gap = Number.NaN

  test('leave a gap where a value is not known', () => {
    const points = [1, gap, 3, 4].map((y, x) => ({ x, y }))
    expect(linePath(points)).toBe('M0 1M2 3L3 4')
    expect(linePath([])).toBe('')
  })

  test('areas close over their lower line, gaps onto it', () => {
    const upper = [1, gap].map((y, x) => ({ x, y }))
    const lower = [9, 9].map((y, x) => ({ x, y }))
    expect(areaPath(upper, lower)).toBe('M0 1L1 9L1 9L0 9Z')
    expect(areaPath([], [])).toBe('')
  })
})
