/** What is said of one volume: stay, move to a tier, or blocked; with a reason and its figures. */
import type { Tier } from './model.js'
import type { ReasonCode } from './reasons.js'

interface Explained {
  readonly reason: ReasonCode
  readonly names: readonly string[]
  readonly numbers: Figures
}

export interface Stay extends Explained {
  readonly kind: 'stay'
  readonly to: null
}

export interface Blocked extends Explained {
  readonly kind: 'blocked'
  /** Where it would go; null while that is not known. */
  readonly to: Tier | null
}

export interface Move extends Explained {
  readonly kind: 'move'
  readonly to: Tier
  readonly form: 'replicated' | 'coded'
}

export type Wish = Stay | Blocked | Move

export type Figures = Readonly<Record<string, number>>

const nothing: Figures = {}
const nobody: readonly string[] = []

export function stay(reason: ReasonCode, names: readonly string[] = nobody): Stay {
  return { kind: 'stay', to: null, reason, names, numbers: nothing }
}

export function moveTo(to: Tier, reason: ReasonCode, names: readonly string[] = nobody): Move {
  return { kind: 'move', to, form: 'replicated', reason, names, numbers: nothing }
}

export function moveToCoded(reason: ReasonCode, numbers: Figures): Move {
  return { kind: 'move', to: 'cold', form: 'coded', reason, names: nobody, numbers }
}

export function blockedBy(
  reason: ReasonCode,
  to: Tier | null,
  names: readonly string[] = nobody,
  numbers: Figures = nothing,
): Blocked {
  return { kind: 'blocked', to, reason, names, numbers }
}
