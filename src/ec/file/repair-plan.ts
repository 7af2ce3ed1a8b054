/** Which stripes are to be repaired, the most endangered first. */
import { anyLosses, type ShardSet, sizeOf } from '../../core/code.js'
import type { StripeHealth } from './examine.js'
import type { CodedVolume } from './volume.js'

/** Stripes that lie side by side and lack the same shards. */
export interface RepairStep {
  readonly stripe: number
  readonly stripes: number
  readonly bad: ShardSet
  readonly losses: number
}

/** Stripes that lack no more than whole containers are told by their number alone. */
export class RepairPlan {
  readonly #missing: ShardSet
  readonly #worse: StripeHealth[] = []

  constructor(readonly volume: CodedVolume) {
    this.#missing = volume.containers.reduce(
      (set, { file, pool }) => (file === null ? set | (1 << pool) : set),
      0,
    )
  }

  add(health: StripeHealth): void {
    if (health.bad !== this.#missing) this.#worse.push(health)
  }

  /** The fewest losses that any stripe can still survive: 0 is one loss from danger. */
  get slack(): number {
    const most = this.#worse.reduce(
      (losses, health) => Math.max(losses, health.losses),
      sizeOf(this.#missing),
    )
    return anyLosses(this.volume.header.geometry.code) - most
  }

  /** Steps of at most `most` stripes: those with the most losses first, then in order. */
  steps(most: number): readonly RepairStep[] {
    const steps: RepairStep[] = []
    for (const { stripe, bad, losses } of this.#worse) {
      const last = steps.at(-1)
      const isNext =
        last !== undefined &&
        last.stripe + last.stripes === stripe &&
        last.bad === bad &&
        last.losses === losses &&
        last.stripes < most
      if (isNext) steps[steps.length - 1] = { ...last, stripes: last.stripes + 1 }
      else steps.push({ stripe, stripes: 1, bad, losses })
    }
    return [...steps, ...this.#others(most)].sort(
      (one, other) => other.losses - one.losses || one.stripe - other.stripe,
    )
  }

  /** What lies between the worse ones, and lacks whole containers only. */
  #others(most: number): readonly RepairStep[] {
    if (this.#missing === 0) return []
    const steps: RepairStep[] = []
    const losses = sizeOf(this.#missing)
    const end = { stripe: this.volume.header.stripes }
    let from = 0
    for (const { stripe } of [...this.#worse, end]) {
      for (; from < stripe; ) {
        const stripes = Math.min(most, stripe - from)
        steps.push({ stripe: from, stripes, bad: this.#missing, losses })
        from += stripes
      }
      from = stripe + 1
    }
    return steps
  }
}
