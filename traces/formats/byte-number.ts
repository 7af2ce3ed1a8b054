/**
 * Numbers straight from bytes, as `number.ts` reads them from text: decimal digits only. Traces of
 * hundreds of gigabytes are read through these. A negative result says that it is none.
 */
import { type TimeUnit, wideNumber } from './number.js'

const zero = 48
const nine = 57
const point = 46
const mostDigits = 16

/** A whole number below 2^53. */
export function wholeAt(bytes: Uint8Array, start: number, end: number): number {
  if (end <= start || end - start > mostDigits) return -1
  let value = 0
  for (let at = start; at < end; at++) {
    const digit = bytes[at] - zero
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value <= Number.MAX_SAFE_INTEGER ? value : -1
}

/** Microseconds, floored. */
export function timeAt(bytes: Uint8Array, start: number, end: number, unit: TimeUnit): number {
  switch (unit) {
    case 's':
      return shifted(bytes, start, end, 6)
    case 'ms':
      return shifted(bytes, start, end, 3)
    case 'us':
      return shifted(bytes, start, end, 0)
    case 'ns':
      return withoutLast(bytes, start, end, 3)
    case 'ticks':
      return withoutLast(bytes, start, end, 1)
    case 'filetime':
      return filetimeAt(bytes, start, end)
  }
}

/** The two halves of a byte offset, taken by `wideAt`. */
export interface Halves {
  low: number
  high: number
}

/** A whole number below 2^63 times a unit that is a power of two; answers whether it is one. */
export function wideAt(
  bytes: Buffer,
  start: number,
  end: number,
  unit: number,
  into: Halves,
): boolean {
  if (end - start <= 15) {
    const value = wholeAt(bytes, start, end)
    if (value < 0) return false
    const inHigh = 4_294_967_296 / unit
    into.high = Math.floor(value / inHigh)
    into.low = (value - into.high * inHigh) * unit
    return true
  }
  const wide = wideNumber(bytes.toString('latin1', start, end), unit)
  if (wide === null) return false
  into.high = wide.high
  into.low = wide.low
  return true
}

/** Digits after the point are shifted by `places`, never multiplied: no rounding. */
function shifted(bytes: Uint8Array, start: number, end: number, places: number): number {
  let at = start
  let value = 0
  for (; at < end && bytes[at] >= zero && bytes[at] <= nine; at++) {
    value = value * 10 + (bytes[at] - zero)
  }
  if (at === start || at - start > mostDigits) return -1
  let taken = 0
  if (at < end) {
    if (bytes[at] !== point) return -1
    at += 1
    const digits = end - at
    if (digits === 0 || digits > 12) return -1
    for (; at < end; at++) {
      const digit = bytes[at] - zero
      if (digit < 0 || digit > 9) return -1
      if (taken < places) {
        value = value * 10 + digit
        taken += 1
      }
    }
  }
  for (; taken < places; taken++) value *= 10
  return value <= Number.MAX_SAFE_INTEGER ? value : -1
}

/** A number of up to 19 digits without its last ones. */
function withoutLast(bytes: Uint8Array, start: number, end: number, places: number): number {
  if (end <= start || end - start > 19) return -1
  for (let at = start; at < end; at++) if (bytes[at] < zero || bytes[at] > nine) return -1
  return end - start <= places ? 0 : wholeAt(bytes, start, end - places)
}

/**
 * Ticks of 100 ns since 1601 as microseconds since 1970. They pass 2^53, so the epoch, which is
 * 11644473600000000 µs, is taken off in two parts.
 */
function filetimeAt(bytes: Uint8Array, start: number, end: number): number {
  const last = end - 1
  if (end - start > 19 || end - start < 11 || wholeAt(bytes, last, end) < 0) return -1
  const high = wholeAt(bytes, start, last - 9)
  const low = wholeAt(bytes, last - 9, last)
  if (high < 0 || low < 0) return -1
  const value = (high - 11_644_473) * 1_000_000_000 + (low - 600_000_000)
  return value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : -1
}
