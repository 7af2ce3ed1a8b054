/** Durations as people write them (`90s`, `1h30m`, `7d`), as integer microseconds. */

const unitUs: Readonly<Record<string, number>> = {
  us: 1,
  ms: 1_000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
}

/**
 * Microseconds, or null when the text is no duration. Units s, m, h, d, ms, us; compounds in any
 * order.
 */
export function parseDuration(text: string): number | null {
  if (!/^(?:\d+(?:us|ms|s|m|h|d))+$/.test(text)) return null
  let totalUs = 0
  for (const [, count, unit] of text.matchAll(/(\d+)(us|ms|s|m|h|d)/g)) {
    totalUs += Number(count) * (unitUs[String(unit)] ?? 0)
  }
  return Number.isSafeInteger(totalUs) ? totalUs : null
}

/** The shortest exact text: `1h30m`, `0s`. */
export function formatDuration(durationUs: number): string {
  if (durationUs === 0) return '0s'
  let rest = durationUs
  let text = ''
  for (const unit of ['d', 'h', 'm', 's', 'ms', 'us']) {
    const size = unitUs[unit] ?? 1
    const count = Math.floor(rest / size)
    if (count > 0) text += `${count}${unit}`
    rest -= count * size
  }
  return text
}
