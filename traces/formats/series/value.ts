/** Values and instants of series, as monitoring systems write them. */
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
  const match =
    /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d(?:\.\d{1,9})?))?(?:Z|\+00:00)?$/.exec(text)
  if (match === null) return numberedInstant(text)
  const [year, month, day, hour, minute] = match.slice(1, 6).map(Number)
  const ms = Date.UTC(year, month - 1, day, hour, minute)
  const back = new Date(ms).toISOString()
  const seconds = timeUs(match[6] ?? '0', 's')
  if (!back.startsWith(`${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}`)) return null
  return seconds === null || seconds >= 60_000_000 ? null : ms * 1000 + seconds
}

function numberedInstant(text: string): number | null {
  const whole = text.split('.')[0]
  if (whole.length <= 11) return timeUs(text, 's')
  if (whole.length <= 14) return timeUs(text, 'ms')
  return timeUs(text, whole.length <= 17 ? 'us' : 'ns')
}
