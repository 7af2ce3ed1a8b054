/**
 * Numbers as traces write them: decimal digits only, so that hex, NaN and empty fields are errors.
 */

/** A whole number below 2^53, or null. */
export function wholeNumber(text: string): number | null {
  if (!/^\d{1,16}$/.test(text)) return null
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : null
}

export interface WideNumber {
  readonly high: number
  readonly low: number
}

/**
 * A whole number below 2^63 times a unit of bytes, as two halves of 32 bits; null when it is none.
 */
export function wideNumber(text: string, unit: number): WideNumber | null {
  if (!/^\d{1,19}$/.test(text)) return null
  if (text.length <= 15 && unit === 1) {
    const value = Number(text)
    const high = Math.floor(value / 4_294_967_296)
    return { high, low: value - high * 4_294_967_296 }
  }
  const exact = BigInt(text) * BigInt(unit)
  if (exact >= 1n << 63n) return null
  return { high: Number(exact >> 32n), low: Number(exact & 0xffffffffn) }
}

/**
 * Microseconds of a time in a unit; parts of a microsecond are floored. Null when it is no time.
 */
export function timeUs(text: string, unit: TimeUnit): number | null {
  switch (unit) {
    case 's':
      return fraction(text, 6)
    case 'ms':
      return fraction(text, 3)
    case 'us':
      return fraction(text, 0)
    case 'ns':
      return divided(text, 1000n)
    case 'ticks':
      return divided(text, 10n)
    case 'filetime':
      return filetime(text)
  }
}

/** A tick is 100 ns; `filetime` counts them since 1601. */
export type TimeUnit = 's' | 'ms' | 'us' | 'ns' | 'ticks' | 'filetime'
export const timeUnits: readonly TimeUnit[] = ['s', 'ms', 'us', 'ns', 'ticks', 'filetime']

/** Digits after the point are shifted by `places`, never multiplied: no rounding. */
function fraction(text: string, places: number): number | null {
  const match = /^(\d{1,16})(?:\.(\d{1,12}))?$/.exec(text)
  if (match === null) return null
  const digits = `${match[1]}${(match[2] ?? '').padEnd(places, '0').slice(0, places)}`
  const value = Number(digits)
  return Number.isSafeInteger(value) ? value : null
}

function divided(text: string, by: bigint): number | null {
  if (!/^\d{1,19}$/.test(text)) return null
  const value = Number(BigInt(text) / by)
  return Number.isSafeInteger(value) ? value : null
}

/** Ticks of 100 ns since 1601, which pass 2^53, as microseconds since 1970. */
const filetimeEpochUs = 11_644_473_600_000_000n

function filetime(text: string): number | null {
  if (!/^\d{1,19}$/.test(text)) return null
  const value = Number(BigInt(text) / 10n - filetimeEpochUs)
  return Number.isSafeInteger(value) && value >= 0 ? value : null
}
