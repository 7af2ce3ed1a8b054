import fc from 'fast-check'
import { expect, it } from 'vitest'
import { microTime, risingClock } from '../../src/kubernetes/micro-time.js'

/** 1900 to 2200. */
const instants = fc.integer({ min: -2_208_988_800_000_000, max: 7_258_118_400_000_000 })

it('a time is written to the microsecond, always with six digits', () => {
  const property = fc.property(instants, atUs => {
    const text = microTime(atUs)
    expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
    const seconds = Date.parse(`${text.slice(0, 19)}Z`) / 1000
    expect(seconds * 1_000_000 + Number(text.slice(20, 26))).toBe(atUs)
  })
  fc.assert(property)
})

it.each([
  [0, '1970-01-01T00:00:00.000000Z'],
  [-1, '1969-12-31T23:59:59.999999Z'],
  [1_795_417_485_014_007, '2026-11-23T07:04:45.014007Z'],
])('%i is %s', (atUs, text) => {
  expect(microTime(atUs)).toBe(text)
})

it('a rising clock is never earlier than the wall clock, and never the same twice', () => {
  const property = fc.property(fc.array(fc.nat(20)), walls => {
    let wallUs = 0
    const next = risingClock({ nowUs: () => wallUs })
    let lastUs = -1
    for (wallUs of walls) {
      const atUs = next()
      expect(atUs).toBe(Math.max(wallUs, lastUs + 1))
      lastUs = atUs
    }
  })
  fc.assert(property)
})
