/** Durations as people write them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDuration, parseDuration } from '../../src/core/duration.js'

describe('durations', () => {
  it('are read again as they were written', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), durationUs => {
        expect(parseDuration(formatDuration(durationUs))).toBe(durationUs)
      }),
    )
  })

  it.each([
    ['0s', 0],
    ['90s', 90_000_000],
    ['1h', 3_600_000_000],
    ['1h30m', 5_400_000_000],
    ['7d', 604_800_000_000],
    ['1d2h3m4s5ms6us', 93_784_005_006],
    ['30m1h', 5_400_000_000],
    ['007m', 420_000_000],
  ])('%s is %i µs', (text, durationUs) => {
    expect(parseDuration(text)).toBe(durationUs)
  })

  it.each(['', '1', 'h', '1.5h', '-1h', '1h ', ' 1h', '1H', '1w', '1h30', '1h-3m', '+1s', '1e3s'])(
    '%j is none',
    text => {
      expect(parseDuration(text)).toBeNull()
    },
  )

  it('above 2^53 µs are none, since they are not exact', () => {
    expect(parseDuration('9007199254740991us')).toBe(9_007_199_254_740_991)
    expect(parseDuration('9007199254740992us')).toBeNull()
    expect(parseDuration(`${'9'.repeat(400)}d`)).toBeNull()
    expect(parseDuration('104249991374d7h36m32s')).toBeNull()
  })

  it.each([
    [0, '0s'],
    [5_400_000_000, '1h30m'],
    [86_400_000_000, '1d'],
    [1_500, '1ms500us'],
  ])('%i µs are written as %s', (durationUs, text) => {
    expect(formatDuration(durationUs)).toBe(text)
  })

  it('any text is read or refused, and never throws', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        const parsed = parseDuration(text)
        expect(parsed === null || (Number.isSafeInteger(parsed) && parsed >= 0)).toBe(true)
      }),
    )
  })
})
