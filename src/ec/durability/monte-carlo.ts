/**
 * The chance of loss by simulation, for lifetimes and repairs that no chain describes. Counting
 * losses sees what happens often. What happens once in 10¹² years is reached by splitting: stage
 * by stage, many stripes start with as many shards lost, and those that lose one more begin the
 * next stage; the answer is the product of what each stage passes on.
 *
 * Within a stage the next loss, too, is rare: a repair is short. So both outcomes are followed,
 * each with its exact chance as its weight, and nothing is left to luck but when and which.
 */
import tychei from 'seedrandom/lib/tychei.js'
import { assert } from '../../core/errors.js'
import type { Draw } from './lifetime.js'
import {
  copyOf,
  drawCertainFailure,
  drawFailure,
  hazardsUntil,
  lose,
  type Moment,
  newStripe,
  nextRepair,
  restore,
  type Stripe,
  type StripeModel,
} from './stripe-life.js'

export interface Estimate {
  /** Chance of loss within the mission. */
  readonly probability: number
  readonly standardError: number
}

export interface Effort {
  readonly seed: number
  /** Stripes that are followed: in all when counting, in each stage of a batch when splitting. */
  readonly stripes: number
}

/** Counts the stripes that are lost: sees only what is not rare. */
export function countLosses(model: StripeModel, { seed, stripes }: Effort): Estimate {
  const draw = drawsOf(seed, 'count')
  let losses = 0
  for (let count = 0; count < stripes; count++) if (isLostInMission(model, draw)) losses++
  const probability = losses / stripes
  return {
    probability,
    standardError: Math.sqrt((probability * (1 - probability)) / stripes),
  }
}

function isLostInMission(model: StripeModel, draw: Draw): boolean {
  const stripe = newStripe(model)
  for (;;) {
    const failure = stepBelow(stripe, model, draw)
    if (failure === null) return false
    if (draw() < model.redundancy.fatalShares[stripe.lost]) return true
    lose(stripe, failure, model, draw)
  }
}

/** Lets repairs end until a shard fails; null when the mission ends first. */
function stepBelow(stripe: Stripe, model: StripeModel, draw: Draw): Moment | null {
  const repair = nextRepair(stripe, model)
  const failure = drawFailure(stripe, model, draw)
  if (failure.atYears < (repair?.atYears ?? model.missionYears)) return failure
  if (repair === null) return null
  restore(stripe, repair, model, draw)
  return stepBelow(stripe, model, draw)
}

/** Independent batches, so that their spread tells the error of their mean. */
export function estimateLoss(
  model: StripeModel,
  { seed, stripes, batches }: Effort & { readonly batches: number },
): Estimate {
  assert(batches > 1, 'the spread of one batch is unknown')
  const found = Array.from({ length: batches }, (_, batch) =>
    splitOnce(model, stripes, drawsOf(seed, `split/${batch}`)),
  )
  const probability = found.reduce((sum, one) => sum + one, 0) / batches
  const squares = found.reduce((sum, one) => sum + (one - probability) ** 2, 0)
  return { probability, standardError: Math.sqrt(squares / (batches - 1) / batches) }
}

interface Weighted {
  readonly stripe: Stripe
  readonly weight: number
}

interface StageEnd {
  /** Stripes at the instant of one more loss than the stage began with. */
  readonly reached: readonly Weighted[]
  /** Weight that was lost on the way, by a set that cannot be rebuilt though it is small. */
  readonly lossWeight: number
}

function splitOnce(model: StripeModel, stripes: number, draw: Draw): number {
  let starts: readonly Stripe[] = Array.from({ length: stripes }, () => newStripe(model))
  /** Chance of coming as far as this stage begins. */
  let reach = 1
  let loss = 0
  for (const fatalShare of model.redundancy.fatalShares) {
    const { reached, lossWeight } = runStage(starts, model, draw)
    const passed = reached.reduce((sum, { weight }) => sum + weight, 0)
    loss += (reach * (lossWeight + passed * fatalShare)) / stripes
    reach *= (passed * (1 - fatalShare)) / stripes
    starts = resample(reached, passed, stripes, draw)
  }
  return loss
}

function runStage(starts: readonly Stripe[], model: StripeModel, draw: Draw): StageEnd {
  const reached: Weighted[] = []
  let lossWeight = 0
  for (const start of starts) lossWeight += follow(start, model, draw, reached)
  return { reached, lossWeight }
}

/** Follows one stripe of a stage to the mission's end; returns the weight that was lost. */
function follow(stripe: Stripe, model: StripeModel, draw: Draw, reached: Weighted[]): number {
  const { fatalShares } = model.redundancy
  const level = stripe.lost
  let weight = 1
  let lossWeight = 0
  for (;;) {
    if (stripe.lost === level) {
      const repair = nextRepair(stripe, model)
      const hazards = hazardsUntil(stripe, repair?.atYears ?? model.missionYears, model.lifetime)
      const hazard = hazards.reduce((sum, one) => sum + one, 0)
      if (hazard > 0) {
        const next = copyOf(stripe)
        lose(next, drawCertainFailure(stripe, hazards, model, draw), model, draw)
        reached.push({ stripe: next, weight: weight * -Math.expm1(-hazard) })
        weight *= Math.exp(-hazard)
      }
      if (repair === null) return lossWeight
      restore(stripe, repair, model, draw)
      continue
    }
    const failure = stepBelow(stripe, model, draw)
    if (failure === null) return lossWeight
    const fatalShare = fatalShares[stripe.lost]
    lossWeight += weight * fatalShare
    weight *= 1 - fatalShare
    lose(stripe, failure, model, draw)
  }
}

/** Draws starts by weight at even distances, so that each is drawn as often as it weighs. */
function resample(
  reached: readonly Weighted[],
  total: number,
  count: number,
  draw: Draw,
): readonly Stripe[] {
  const step = total / count
  let next = draw() * step
  let passed = 0
  const starts: Stripe[] = []
  reached.forEach(({ stripe, weight }, index) => {
    passed += weight
    // The last one takes what rounding leaves over.
    const until = index === reached.length - 1 ? Infinity : passed
    for (; next < until && starts.length < count; next += step) starts.push(copyOf(stripe))
  })
  return starts
}

const upperSteps = 2_097_152

function drawsOf(seed: number, name: string): Draw {
  const next = tychei(`${seed}/${name}`)
  // One draw has 32 bits, and chances here are smaller than that: two make the 53 of a number.
  return () => (Math.floor(next() * upperSteps) + next()) / upperSteps
}
