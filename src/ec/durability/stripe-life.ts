/**
 * One stripe that lives through time in the Monte-Carlo: shards with an age, losses, and repairs
 * under way. A repaired shard is new.
 */

import type { Lifetime, RepairTime } from './lifetime.js'
import {
  type Draw,
  drawHazard,
  drawHazardBelow,
  drawRepair,
  hazardBetween,
  yearsUntil,
} from './lifetime.js'
import type { Redundancy } from './redundancy.js'

export interface StripeModel {
  readonly redundancy: Redundancy
  readonly lifetime: Lifetime
  readonly repair: RepairModel
  readonly missionYears: number
}

export type RepairModel =
  /** Each lost shard has a repair of its own, which nothing disturbs. */
  | { readonly kind: 'each'; readonly time: RepairTime }
  /**
   * One shard after another. Item i is the time with i + 1 shards lost, and begins anew whenever
   * that number changes, as the repair of the most endangered stripes does.
   */
  | { readonly kind: 'in-turn'; readonly times: readonly RepairTime[] }

export interface Stripe {
  nowYears: number
  /** Of a living shard, when it was new. */
  readonly bornYears: number[]
  /** Of a lost shard, when it will be there again; of a living one, or one that waits, never. */
  readonly dueYears: number[]
  readonly isLost: boolean[]
  lost: number
}

export function newStripe({ redundancy: { shards } }: StripeModel): Stripe {
  return {
    nowYears: 0,
    bornYears: Array<number>(shards).fill(0),
    dueYears: Array<number>(shards).fill(Infinity),
    isLost: Array<boolean>(shards).fill(false),
    lost: 0,
  }
}

export function copyOf(stripe: Stripe): Stripe {
  return {
    ...stripe,
    bornYears: [...stripe.bornYears],
    dueYears: [...stripe.dueYears],
    isLost: [...stripe.isLost],
  }
}

export interface Moment {
  readonly shard: number
  readonly atYears: number
}

/** The next repair that ends, if any is under way before the mission ends. */
export function nextRepair(stripe: Stripe, { missionYears }: StripeModel): Moment | null {
  let next: Moment | null = null
  stripe.dueYears.forEach((atYears, shard) => {
    if (atYears < (next?.atYears ?? missionYears)) next = { shard, atYears }
  })
  return next
}

/** Draws the next failure among the living shards, given that they live now. */
export function drawFailure(stripe: Stripe, { lifetime }: StripeModel, draw: Draw): Moment {
  let shard = -1
  let soonest = Infinity
  for (let other = 0; other < stripe.isLost.length; other++) {
    if (stripe.isLost[other]) continue
    const ageYears = stripe.nowYears - stripe.bornYears[other]
    const left = yearsUntil(lifetime, ageYears, drawHazard(draw))
    if (left >= soonest) continue
    shard = other
    soonest = left
  }
  return { shard, atYears: stripe.nowYears + soonest }
}

/** Each shard's hazard from now until then; 0 for a lost one. */
export function hazardsUntil(stripe: Stripe, untilYears: number, lifetime: Lifetime): number[] {
  return stripe.bornYears.map((bornYears, shard) =>
    stripe.isLost[shard]
      ? 0
      : hazardBetween(lifetime, stripe.nowYears - bornYears, untilYears - bornYears),
  )
}

/** The first failure, given that at least one shard fails before its hazard here is passed. */
export function drawCertainFailure(
  stripe: Stripe,
  hazards: readonly number[],
  { lifetime }: StripeModel,
  draw: Draw,
): Moment {
  let left = 0
  const fromHere = hazards.map(() => 0)
  for (let shard = hazards.length - 1; shard >= 0; shard--) {
    left += hazards[shard]
    fromHere[shard] = left
  }
  let first: Moment = { shard: -1, atYears: Infinity }
  hazards.forEach((hazard, shard) => {
    if (hazard === 0) return
    // Until one fails, this shard's chance is its own over that of any that are left.
    const scale = first.shard === -1 ? -Math.expm1(-fromHere[shard]) : 1
    if (draw() * scale > -Math.expm1(-hazard)) return
    const ageYears = stripe.nowYears - stripe.bornYears[shard]
    const passed = drawHazardBelow(hazard, draw)
    const atYears = stripe.nowYears + yearsUntil(lifetime, ageYears, passed)
    if (atYears < first.atYears) first = { shard, atYears }
  })
  return first
}

export function lose(stripe: Stripe, { shard, atYears }: Moment, model: StripeModel, draw: Draw) {
  stripe.nowYears = atYears
  stripe.isLost[shard] = true
  stripe.lost++
  if (model.repair.kind === 'each') {
    stripe.dueYears[shard] = atYears + drawRepair(model.repair.time, draw)
  } else beginInTurn(stripe, model.repair.times, draw)
}

export function restore(
  stripe: Stripe,
  { shard, atYears }: Moment,
  model: StripeModel,
  draw: Draw,
): void {
  stripe.nowYears = atYears
  stripe.isLost[shard] = false
  stripe.bornYears[shard] = atYears
  stripe.dueYears[shard] = Infinity
  stripe.lost--
  if (model.repair.kind === 'in-turn') beginInTurn(stripe, model.repair.times, draw)
}

function beginInTurn(stripe: Stripe, times: readonly RepairTime[], draw: Draw): void {
  stripe.dueYears.fill(Infinity)
  const time = times[stripe.lost - 1]
  if (time === undefined) return
  stripe.dueYears[stripe.isLost.indexOf(true)] = stripe.nowYears + drawRepair(time, draw)
}
