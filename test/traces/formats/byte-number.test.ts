import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timeAt, wholeAt, wideAt } from '../../../traces/formats/byte-number.js'
import { timeUnits, timeUs, wholeNumber, wideNumber } from '../../../traces/formats/number.js'

/** Digits with now and then something between that is none. */
const written = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 66n) - 1n }).map(String),
  fc.tuple(fc.nat(), fc.nat()).map(([whole, part]) => `${whole}.${part}`),
  fc.stringMatching(/^[0-9.x+\-eN]{0,21}$/),
  fc.constantFrom('', '.', '1.', '.5', '0x10', 'NaN', '-1', '1e9', '9007199254740992', '00012'),
)

/** The number lies within other bytes, as a field lies within a line. */
const within = (text: string): Buffer => Buffer.from(`9,${text},9`)

describe('numbers read from bytes', () => {
  it('are whole numbers exactly where the text reader has them', () => {
    fc.assert(
      fc.property(written, text => {
        const value = wholeAt(within(text), 2, 2 + text.length)
        expect(value < 0 ? null : value).toBe(wholeNumber(text))
      }),
    )
  })

  it('are times exactly where the text reader has them, in every unit', () => {
    fc.assert(
      fc.property(written, fc.constantFrom(...timeUnits), (text, unit) => {
        const value = timeAt(within(text), 2, 2 + text.length, unit)
        expect(value < 0 ? null : value).toBe(timeUs(text, unit))
      }),
      { numRuns: 2000 },
    )
  })

  it('are offsets exactly where the text reader has them', () => {
    fc.assert(
      fc.property(written, fc.constantFrom(1, 512, 4096), (text, unit) => {
        const into = { low: 0, high: 0 }
        const isOne = wideAt(within(text), 2, 2 + text.length, unit, into)
        expect(isOne ? into : null).toEqual(wideNumber(text, unit))
      }),
      { numRuns: 2000 },
    )
  })
})
