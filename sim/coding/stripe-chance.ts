/**
 * Chances that belong to a stripe: whether it is sampled, whether a fault hits it. Each is a pure
 * function of the seed, what is asked, the volume and the stripe, so that no order of asking and no
 * other stripe changes it. Integers only.
 */
import type { Chance } from '../scenario/model.js'

export type StripeChance = (volume: number, stripe: number) => boolean

export function stripeChance(
  seed: number,
  what: string,
  { numerator, denominator }: Chance,
): StripeChance {
  const limit = Math.ceil((numerator / denominator) * 4_294_967_296)
  let salt = mixed(seed, Math.floor(seed / 4_294_967_296))
  for (let index = 0; index < what.length; index++) salt = mixed(salt, what.charCodeAt(index))
  return (volume, stripe) => mixed(mixed(salt, volume), stripe) >>> 0 < limit
}

/** Two numbers as one, in which each bit depends on all (the finisher of MurmurHash3). */
export function mixed(left: number, right: number): number {
  let value = Math.imul(left ^ Math.imul(right | 0, 0x9e3779b1), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 16), 0xc2b2ae35)
  value = Math.imul(value ^ (value >>> 13), 0x85ebca6b)
  return value ^ (value >>> 16)
}
