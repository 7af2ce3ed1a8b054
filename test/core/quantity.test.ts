/** Sizes as people write them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatBytes, parseBytes, parseExactBytes } from '../../src/core/quantity.js'

describe('sizes', () => {
  it('are read again as they were written', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat({ max: 40 }), (bytes, shift) => {
        const size = Math.floor(bytes / 2 ** shift)
        expect(parseBytes(formatBytes(size))).toBe(size)
      }),
    )
  })

  it.each([
    ['KiB', 1024],
    ['MiB', 1024 ** 2],
    ['GiB', 1024 ** 3],
    ['TiB', 1024 ** 4],
    ['PiB', 1024 ** 5],
    ['Ki', 1024],
    ['Mi', 1024 ** 2],
    ['Gi', 1024 ** 3],
    ['Ti', 1024 ** 4],
    ['Pi', 1024 ** 5],
    ['kB', 1000],
    ['MB', 1000 ** 2],
    ['GB', 1000 ** 3],
    ['TB', 1000 ** 4],
    ['PB', 1000 ** 5],
    ['B', 1],
    ['', 1],
  ])('the unit %j is %i bytes', (unit, bytes) => {
    expect(parseBytes(`3${unit}`)).toBe(3 * bytes)
  })

  it('have fractions, of which a part of a byte is dropped', () => {
    expect(parseBytes('1.5GiB')).toBe(1_610_612_736)
    expect(parseBytes('0.1GiB')).toBe(107_374_182)
    expect(parseBytes('1.05kB')).toBe(1050)
    expect(parseBytes('7.999999999PiB')).toBe(9_007_199_253_615_092)
  })

  it('are exact at any length', () => {
    expect(parseExactBytes('9223372036854775807')).toBe(9_223_372_036_854_775_807n)
    expect(parseBytes('9007199254740991')).toBe(9_007_199_254_740_991)
    expect(parseBytes('9007199254740992')).toBeNull()
  })

  it.each([
    '',
    'GiB',
    '1 GiB',
    '-1',
    '+1',
    '1e3',
    '1.',
    '.5',
    '1GIB',
    '1gib',
    '0x10',
    '1.1234567890',
  ])('%j is none', text => {
    expect(parseBytes(text)).toBeNull()
  })

  it.each(['constructor', 'toString', '__proto__'])(
    'what every object has, %s, is no unit',
    name => {
      expect(parseBytes(`1${name}`)).toBeNull()
    },
  )

  it.each([
    [0, '0B'],
    [1023, '1023B'],
    [1024, '1KiB'],
    [1536 * 1024 ** 2, '1536MiB'],
    [10 * 1024 ** 3, '10GiB'],
    [2 * 1024 ** 4, '2TiB'],
    [3 * 1024 ** 5, '3PiB'],
  ])('%i bytes are written as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })

  it('any text is read or refused, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{0,40}[.\dA-Za-z]{0,12}$/)), text => {
        const parsed = parseBytes(text)
        expect(parsed === null || (Number.isSafeInteger(parsed) && parsed >= 0)).toBe(true)
      }),
    )
  })
})
