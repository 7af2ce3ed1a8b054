/**
 * Numbers as people read them: few digits, the unit beside them, the same on every machine. What is
 * missing or is no number is a dash, never a word of JavaScript.
 */

export const missing = '–'

type Figure = number | null

export function isFigure(value: Figure): value is number {
  return value !== null && Number.isFinite(value)
}

/** `1,234` */
export function count(value: Figure): string {
  if (!isFigure(value)) return missing
  return grouped(Math.round(value), 0)
}

export function counted(value: number, one: string, many: string): string {
  return `${count(value)} ${Math.round(value) === 1 ? one : many}`
}

/** `12.4 TiB`: three digits. */
export function bytes(value: Figure): string {
  return scaled(value, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'])
}

/** `1.9 ms`: two digits. */
export function latency(valueUs: Figure): string {
  if (!isFigure(valueUs)) return missing
  const unit = latencyUnit(valueUs)
  return `${twoDigits(valueUs / unit.sizeUs)} ${unit.name}`
}

/** `0.9 → 14 ms`: one unit where one fits both. */
export function latencyChange(fromUs: Figure, toUs: Figure): string {
  if (!isFigure(fromUs) || !isFigure(toUs)) return `${latency(fromUs)} → ${latency(toUs)}`
  const unit = latencyUnit(Math.max(fromUs, toUs))
  const from = twoDigits(fromUs / unit.sizeUs)
  const to = twoDigits(toUs / unit.sizeUs)
  const isCoarse = Math.min(fromUs, toUs) < unit.sizeUs / 10 || toUs > 100 * fromUs
  if (isCoarse) return `${latency(fromUs)} → ${latency(toUs)}`
  return `${from} → ${to} ${unit.name}`
}

/** `$1,234`, `$3.20`, `1,234 CHF`. */
export function money(amount: Figure, currency: string): string {
  if (!isFigure(amount)) return missing
  const size = Math.abs(amount)
  const text = grouped(size, size > 0 && size < 99.995 ? 2 : 0)
  const sign = amount < 0 && text !== '0.00' ? '−' : ''
  const symbols: Readonly<Record<string, string>> = { USD: '$', EUR: '€', GBP: '£' }
  const symbol = symbols[currency]
  return symbol === undefined ? `${sign}${text} ${currency}` : `${sign}${symbol}${text}`
}

/** `−47 %`, `+0.4 %`; null where there is nothing to compare with. */
export function change(from: Figure, to: Figure): string | null {
  if (!isFigure(from) || !isFigure(to) || from <= 0) return null
  const percent = ((to - from) / from) * 100
  const size = Math.abs(percent)
  if (size < 0.05) return '±0 %'
  const sign = percent < 0 ? '−' : '+'
  if (percent >= 1000) return `× ${count(to / from)}`
  return `${sign}${grouped(size, size < 9.95 ? 1 : 0)} %`
}

/** `97 %` of a share between 0 and 1; 100 % and 0 % only when it is exactly so. */
export function share(value: Figure): string {
  if (!isFigure(value)) return missing
  const percent = value * 100
  if (value > 0 && percent < 0.1) return '< 0.1 %'
  if (value < 1 && percent > 99.9) return '> 99.9 %'
  const isFine = value > 0 && value < 1 && (percent < 9.95 || percent >= 99)
  return `${grouped(percent, isFine ? 1 : 0)} %`
}

/** `1.2e-9`: a chance or a rate far below 1, two digits. */
export function rare(value: Figure): string {
  if (!isFigure(value)) return missing
  if (value <= 0 || value >= 0.001) return digits(value, 4)
  return value.toExponential(1).replace('.0e', 'e')
}

const secondUs = 1_000_000
const minuteUs = 60 * secondUs
export const hourUs = 60 * minuteUs
export const dayUs = 24 * hourUs

/** `45 min`, `3.5 h`, `14 days`. */
export function duration(lengthUs: Figure): string {
  if (!isFigure(lengthUs)) return missing
  if (lengthUs < minuteUs) return `${twoDigits(lengthUs / secondUs)} s`
  if (lengthUs < 2 * hourUs) return `${grouped(Math.round(lengthUs / minuteUs), 0)} min`
  if (lengthUs < 2 * dayUs) return `${twoDigits(lengthUs / hourUs)} h`
  return `${twoDigits(lengthUs / dayUs)} days`
}

/** `2026-01-05 14:30`, UTC. */
export function instant(atUs: Figure): string {
  if (!isFigure(atUs)) return missing
  const at = new Date(Math.floor(atUs / 1000))
  if (Number.isNaN(at.getTime())) return missing
  return at.toISOString().slice(0, 16).replace('T', ' ')
}

/** `2026-01-05`, UTC. */
export function date(atUs: Figure): string {
  return instant(atUs).slice(0, 10)
}

/** `950`, `12.4k`, `1.2M`: for axes and narrow columns. */
export function short(value: Figure): string {
  if (!isFigure(value)) return missing
  const size = Math.abs(value)
  if (size < 1000) return digits(value, size < 10 ? 1 : 0)
  if (size < 999_500) return `${digits(value / 1000, size < 99_950 ? 1 : 0)}k`
  if (size < 999_500_000) return `${digits(value / 1e6, size < 99_950_000 ? 1 : 0)}M`
  return `${digits(value / 1e9, 1)}G`
}

function scaled(value: Figure, base: number, units: readonly string[]): string {
  if (!isFigure(value)) return missing
  let rest = Math.abs(value)
  let unit = 0
  while (rest >= base * 0.9995 && unit < units.length - 1) {
    rest /= base
    unit += 1
  }
  const places = unit === 0 || rest >= 99.95 ? 0 : rest >= 9.995 ? 1 : 2
  return `${value < 0 ? '−' : ''}${digits(rest, places)} ${units[unit]}`
}

interface LatencyUnit {
  readonly name: string
  readonly sizeUs: number
}

function latencyUnit(valueUs: number): LatencyUnit {
  if (valueUs < 995) return { name: 'µs', sizeUs: 1 }
  if (valueUs < 995_000) return { name: 'ms', sizeUs: 1000 }
  return { name: 's', sizeUs: secondUs }
}

function twoDigits(value: number): string {
  const size = Math.abs(value)
  if (size < 0.995) return digits(value, 2)
  return size < 9.95 ? digits(value, 1) : grouped(Math.round(value), 0)
}

/** At most so many places, without trailing zeros. */
function digits(value: number, places: number): string {
  const text = grouped(value, places)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** With thousands apart, at so many places. */
function grouped(value: number, places: number): string {
  const size = Math.abs(value)
  if (!Number.isFinite(size)) return missing
  const [whole, fraction] = (size < 1e21 ? size.toFixed(places) : String(BigInt(size))).split('.')
  const isNegative = value < 0 && /[1-9]/.test(`${whole}${fraction ?? ''}`)
  const apart = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return `${isNegative ? '−' : ''}${apart}${fraction === undefined ? '' : `.${fraction}`}`
}
