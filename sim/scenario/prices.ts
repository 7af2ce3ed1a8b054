/** The two price models: a scenario's prices as a value, and whether they cover what is there. */
import type { ParsedBy, Problem } from '../../src/core/field.js'
import { type Tier, tiers } from '../../src/core/model.js'
import { poolTiers } from '../pool-tiers.js'
import type { Prices, Scenario } from './model.js'
import type { pricesFields } from './tables.js'

type RawPrices = ParsedBy<typeof pricesFields>

export function pricesOf(raw: RawPrices): Prices {
  const { asOf, currency, model, movedPerGiB } = raw
  return {
    asOf,
    currency,
    model,
    perGiBMonth: filled(raw.perGiBMonth),
    owned:
      model === 'rented'
        ? null
        : {
            perGiB: filled(raw.perGiB),
            lifetimeYears: raw.lifetimeYears,
            wattsPerTiB: filled(raw.wattsPerTiB),
            perKwh: raw.perKwh,
          },
    perMillionRequests: filled(raw.perMillionRequests),
    movedPerGiB,
  }
}

/** A tier that has pools must have a price, or a move there looks free. */
export function checkPrices(scenario: Scenario, prices: Prices): readonly Problem[] {
  const used = new Set(poolTiers(scenario.pools, scenario.policies))
  const name = prices.model === 'rented' ? 'perGiBMonth' : 'perGiB'
  const given = prices.owned === null ? prices.perGiBMonth : prices.owned.perGiB
  return tiers.flatMap(tier =>
    used.has(tier) && given[tier] === 0
      ? [
          {
            code: 'FIELD_MISSING' as const,
            path: `.prices.${name}.${tier}`,
            message: `the ${tier} tier has pools and no price`,
            hint: 'give its price',
          },
        ]
      : [],
  )
}

function filled(given: Readonly<Partial<Record<Tier, number>>>): Readonly<Record<Tier, number>> {
  return { hot: given.hot ?? 0, warm: given.warm ?? 0, cold: given.cold ?? 0 }
}
