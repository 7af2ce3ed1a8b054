/** Instants as texts: the calendar, its leap years, and every malformed text. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDay, formatInstant, parseInstant } from '../../src/core/instant.js'

const dayUs = 86_400_000_000

describe('instants', () => {
  it('are read back as they were written, from year 1 to 9999', () => {
    const first = parseInstant('0001-01-01') ?? Number.NaN
    const last = parseInstant('9999-12-31T23:59:59.999999Z') ?? Number.NaN
    // Above 2^53 microseconds from the epoch (year 2255) a number is no longer exact.
    const exact = Number.MAX_SAFE_INTEGER
    const most = Math.min(last, exact)
    fc.assert(
      fc.property(fc.integer({ min: Math.max(first, -exact), max: most }), atUs => {
        expect(parseInstant(formatInstant(atUs))).toBe(atUs)
      }),
    )
  })

  it('agree with the platform’s own calendar', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_000 }), ms => {
        const text = new Date(ms).toISOString()
        expect(parseInstant(text)).toBe(ms * 1000)
        expect(formatDay(Math.floor((ms * 1000) / dayUs))).toBe(text.slice(0, 10))
      }),
    )
  })

  it.each([
    ['2026-01-05', 1_767_571_200_000_000],
    ['2026-01-05T06:30Z', 1_767_594_600_000_000],
    ['2026-01-05 06:30:00', 1_767_594_600_000_000],
    ['2026-01-05T06:30:00.5Z', 1_767_594_600_500_000],
    ['2024-02-29', 1_709_164_800_000_000],
    ['2000-02-29', 951_782_400_000_000],
    ['1970-01-01T00:00:00.000001Z', 1],
  ])('%s is read', (text, atUs) => {
    expect(parseInstant(text)).toBe(atUs)
  })

  it.each([
    '',
    '2026',
    '2026-1-5',
    '2026-13-01',
    '2026-00-01',
    '2026-01-00',
    '2026-01-32',
    '2026-04-31',
    '2026-06-31',
    '2026-09-31',
    '2026-11-31',
    '2026-02-29',
    '1900-02-29',
    '2026-01-05T24:00:00Z',
    '2026-01-05T06:60:00Z',
    '2026-01-05T06:30:60Z',
    '2026-01-05T06:30:00.1234567Z',
    '2026-01-05T06:30:00+02:00',
    ' 2026-01-05',
    '2026-01-05T',
    'x2026-01-05',
  ])('%j is none', text => {
    expect(parseInstant(text)).toBeNull()
  })

  it('are written with a fraction only where there is one', () => {
    expect(formatInstant(0)).toBe('1970-01-01T00:00:00Z')
    expect(formatInstant(1)).toBe('1970-01-01T00:00:00.000001Z')
    expect(formatInstant(-1)).toBe('1969-12-31T23:59:59.999999Z')
    expect(formatDay(11_016)).toBe('2000-02-29')
  })
})
