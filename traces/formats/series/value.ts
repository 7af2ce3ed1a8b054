/** Values and instants of series, as monitoring systems write them. */
import { parseInstant } from '../../../src/core/instant.js'
import { timeUs } from '../number.js'

/** A number of zero or more; NaN and infinity are how monitoring writes a gap. */
export function sampleValue(text: string): number | 'gap' | 'wrong' {
  if (/^[-+]?(?:nan|inf|infinity)$/i.test(text)) return 'gap'
  if (!/^\+?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?$/.test(text)) return 'wrong'
  const value = Number(text)
  return Number.isFinite(value) ? value : 'wrong'
}

/**
 * Microseconds of `2014-03-01 17:34:00`, its ISO form, or a number, whose unit follows from its
 * magnitude: headers say milliseconds where seconds stand. Null when it is no time.
 */
export function instantUs(text: string): number | null {
  if (!text.includes('-')) return numberedInstant(text)
  // Parts of a microsecond are floored; +00:00 is how some write Z.
  return parseInstant(text.replace(/(\.\d{6})\d+/, '$1').replace(/\+00:00$/, 'Z'))
}

function numberedInstant(text: string): number | null {
  const whole = text.split('.')[0]
  if (whole.length <= 11) return timeUs(text, 's')
  if (whole.length <= 14) return timeUs(text, 'ms')
  return timeUs(text, whole.length <= 17 ? 'us' : 'ns')
}
