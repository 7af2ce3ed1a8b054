/**
 * From values to places on a chart. Places have one decimal: enough for the eye, the same
 * everywhere.
 */

export type Scale = (value: number) => number

export function linear(from: number, to: number, fromPlace: number, toPlace: number): Scale {
  const length = to - from || 1
  return value => fromPlace + ((value - from) / length) * (toPlace - fromPlace)
}

/** log₁₀ of 1, 2, 5 and 10; between them a straight line is close enough for a chart. */
const decade = [
  { value: 1, place: 0 },
  { value: 2, place: 0.30103 },
  { value: 5, place: 0.69897 },
  { value: 10, place: 1 },
] as const

/** Powers of ten at equal distances; everything below `least` lies on its edge. */
export function logarithmic(
  least: number,
  most: number,
  fromPlace: number,
  toPlace: number,
): Scale {
  const inDecades = (value: number): number => {
    let whole = 0
    let rest = Math.max(value, least) / least
    while (rest >= 10) {
      rest /= 10
      whole += 1
    }
    const above = decade.findIndex(point => rest < point.value)
    const [low, high] = [decade[Math.max(0, above - 1)], decade[Math.max(1, above)]]
    const part = (rest - low.value) / (high.value - low.value)
    return whole + low.place + part * (high.place - low.place)
  }
  const length = inDecades(most) || 1
  return value => fromPlace + (inDecades(value) / length) * (toPlace - fromPlace)
}

/** Powers of ten from one value to another. */
export function decades(least: number, most: number): readonly number[] {
  const ticks: number[] = []
  for (let tick = least; tick <= most * 1.0001; tick *= 10) ticks.push(tick)
  return ticks
}

/** The power of ten at or above a value, and at or below it. */
export function decadeAbove(value: number): number {
  let power = 1
  while (power < value) power *= 10
  while (power / 10 >= value && power > 1e-6) power /= 10
  return power
}

export function decadeBelow(value: number): number {
  const above = decadeAbove(value)
  return above === value ? above : above / 10
}

/** A round number at or above a value, for the end of an axis. */
export function niceAbove(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1
  const power = decadeBelow(value)
  for (const step of [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10]) {
    if (power * step >= value) return power * step
  }
  return power * 10
}

/** One decimal at the most. */
export function place(value: number): string {
  const text = (Number.isFinite(value) ? value : 0).toFixed(1)
  return text.endsWith('.0') ? text.slice(0, -2) : text
}
