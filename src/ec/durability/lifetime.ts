/**
 * How long shards live and repairs take, in years, for the Monte-Carlo: whatever the age, how much
 * is left, and how likely the end comes within a time.
 */

export type Lifetime =
  | { readonly kind: 'exponential'; readonly meanYears: number }
  /** A shape below 1 fails early, one above 1 wears out. */
  | { readonly kind: 'weibull'; readonly shape: number; readonly scaleYears: number }

export type RepairTime = Lifetime | { readonly kind: 'fixed'; readonly years: number }

/** Draws from 0 up to, and not including, 1. */
export type Draw = () => number

/** Expected ends between two ages of something that lives on: its cumulated hazard. */
export function hazardBetween(lifetime: Lifetime, fromYears: number, toYears: number): number {
  if (lifetime.kind === 'exponential') return (toYears - fromYears) / lifetime.meanYears
  return weibullHazard(lifetime, toYears) - weibullHazard(lifetime, fromYears)
}

/** What is left at this age until so much more hazard has been passed. */
export function yearsUntil(lifetime: Lifetime, ageYears: number, hazard: number): number {
  if (lifetime.kind === 'exponential') return hazard * lifetime.meanYears
  const passed = weibullHazard(lifetime, ageYears) + hazard
  return Math.max(0, lifetime.scaleYears * passed ** (1 / lifetime.shape) - ageYears)
}

/** The hazard that is passed until the end: exponential, with mean 1. */
export function drawHazard(draw: Draw): number {
  return -Math.log1p(-draw())
}

/** As `drawHazard`, of those that end before `limit`. */
export function drawHazardBelow(limit: number, draw: Draw): number {
  return -Math.log1p(draw() * Math.expm1(-limit))
}

export function drawRepair(time: RepairTime, draw: Draw): number {
  return time.kind === 'fixed' ? time.years : yearsUntil(time, 0, drawHazard(draw))
}

function weibullHazard(
  { shape, scaleYears }: Extract<Lifetime, { kind: 'weibull' }>,
  ageYears: number,
): number {
  return (ageYears / scaleYears) ** shape
}
