/**
 * Named random streams from one seed: a new component never shifts another one's draws. Integers
 * only, and chances as ratios, so that no rounding decides.
 */
import tychei from 'seedrandom/lib/tychei.js'

export interface Stream {
  /** A whole number from 0 up to, and not including, `below`. */
  integer(below: number): number
  /** True in `numerator` of `denominator` draws. */
  chance(numerator: number, denominator: number): boolean
}

export function stream(seed: number, name: string): Stream {
  const next = tychei(`${seed}/${name}`)
  const integer = (below: number): number => Math.floor(next() * below)
  return { integer, chance: (numerator, denominator) => integer(denominator) < numerator }
}
