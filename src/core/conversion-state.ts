/**
 * How far a conversion is, as its record holds it: from replicas to the coded form, or back. Every
 * step is one command that was sent and whose effect is waited for.
 */
import type { Coding } from './coded-form.js'
import type { PoolId } from './model.js'

export type ConversionPlan =
  /** The pools are those of the stripes' places. */
  | { readonly kind: 'code'; readonly coding: Coding; readonly pools: readonly PoolId[] }
  /** Back to replicas, one on each of these pools. */
  | { readonly kind: 'restore'; readonly pools: readonly PoolId[] }

export type ConversionStep =
  | 'imaging'
  | 'encoding'
  | 'reading-back'
  | 'serving-coded'
  | 'releasing'
  | 'making-replicas'
  | 'restoring'
  | 'serving-replicas'
  | 'dropping-coded'
  | 'dropping-replicas'

export interface Conversion {
  readonly plan: ConversionPlan
  readonly step: ConversionStep
  /** Images made so far: another one is made where the source was written meanwhile. */
  readonly pass: number
  /** Stripes that the step has done, as last noted, and when they last were more. */
  readonly stripes: number
  readonly progressedUs: number
  /** Why it is undone; null: it goes forward. The step then leads back. */
  readonly undoes: string | null
}

export function firstStep(plan: ConversionPlan): ConversionStep {
  return plan.kind === 'code' ? 'imaging' : 'making-replicas'
}

export function startConversion(plan: ConversionPlan, nowUs: number): Conversion {
  const step = firstStep(plan)
  return { plan, step, pass: 1, stripes: 0, progressedUs: nowUs, undoes: null }
}
