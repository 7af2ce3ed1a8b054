/** Instants as ISO 8601 texts in UTC, and as integer microseconds since the Unix epoch. */

const dayUs = 86_400_000_000

/**
 * `2026-01-05`, `2026-01-05T06:30:00Z`, up to microseconds; null when the text is no such instant.
 */
export function parseInstant(text: string): number | null {
  const match =
    /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?Z?)?$/.exec(text)
  if (match === null) return null
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(part => Number(part ?? 0))
  const fractionUs = Number((match[7] ?? '').padEnd(6, '0'))
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null
  if (hour > 23 || minute > 59 || second > 59) return null
  const seconds = (hour * 60 + minute) * 60 + second
  return daysSinceEpoch(year, month, day) * dayUs + seconds * 1_000_000 + fractionUs
}

/** `2026-01-05T06:30:00Z`, with a fraction only where there is one. */
export function formatInstant(atUs: number): string {
  const days = Math.floor(atUs / dayUs)
  const withinUs = atUs - days * dayUs
  const seconds = Math.floor(withinUs / 1_000_000)
  const fractionUs = withinUs - seconds * 1_000_000
  const two = (value: number): string => String(value).padStart(2, '0')
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const fraction = fractionUs === 0 ? '' : `.${String(fractionUs).padStart(6, '0')}`
  return `${formatDay(days)}T${clock.map(two).join(':')}${fraction}Z`
}

/** Days since the epoch as `2026-01-05`. */
export function formatDay(days: number): string {
  let year = 1970 + Math.floor(days / 365.2425)
  while (daysSinceEpoch(year, 1, 1) > days) year -= 1
  while (daysSinceEpoch(year + 1, 1, 1) <= days) year += 1
  let month = 1
  while (month < 12 && daysSinceEpoch(year, month + 1, 1) <= days) month += 1
  const day = days - daysSinceEpoch(year, month, 1) + 1
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
}

function daysIn(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function daysSinceEpoch(year: number, month: number, day: number): number {
  const before = year - 1
  const leaps = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400)
  let days = before * 365 + leaps - 719_162
  for (let one = 1; one < month; one++) days += daysIn(year, one)
  return days + day - 1
}
