/**
 * Money, from exact sums: integers of 10⁻¹² of the currency, rounded to six places at the end.
 * Rented storage is paid by the bytes that are taken; owned storage is paid whether it is used or
 * not (sunk cost stays sunk), so that moving volumes frees capacity there, and saves no cash.
 */
import { type Tier, tiers } from '../../src/core/model.js'
import type { ByTier, Cost } from '../../src/core/result.js'
import type { Prices } from '../scenario/model.js'

const gib = 1_073_741_824n
const tib = 1024n * gib
/** A month is 30 days, a year 365. */
const monthUs = 30n * 86_400_000_000n
const yearUs = 365n * 86_400_000_000n
const hourUs = 3_600_000_000n

export interface Usage {
  readonly lengthUs: number
  /** Bytes × microseconds that replicas took. */
  readonly byteUs: ByTier<bigint>
  readonly capacityBytes: ByTier<number>
  readonly servedRequests: ByTier<number>
  readonly movedBytes: number
}

export function costOf(prices: Prices, usage: Usage): Cost {
  const storage = prices.model === 'rented' ? rented(prices, usage) : owned(prices, usage)
  const access = sum(tier =>
    divide(BigInt(usage.servedRequests[tier]) * money(prices.perMillionRequests[tier]), 1_000_000n),
  )
  const migration = divide(BigInt(usage.movedBytes) * money(prices.movedPerGiB), gib)
  const total = storage + access + migration
  const lengthUs = BigInt(usage.lengthUs)
  const perMonth = lengthUs === 0n ? 0n : divide(total * monthUs, lengthUs)
  return {
    currency: prices.currency,
    model: prices.model,
    asOf: prices.asOf,
    storage: decimal(storage),
    access: decimal(access),
    migration: decimal(migration),
    total: decimal(total),
    perMonth: decimal(perMonth),
  }
}

function rented(prices: Prices, usage: Usage): bigint {
  return sum(tier => divide(usage.byteUs[tier] * money(prices.perGiBMonth[tier]), gib * monthUs))
}

/** Purchase spread over the lifetime, and power, of everything that stands there. */
function owned(prices: Prices, usage: Usage): bigint {
  const own = prices.owned
  if (own === null) return 0n
  const lengthUs = BigInt(usage.lengthUs)
  const lifetimeUs = divide(money(own.lifetimeYears) * yearUs, scale)
  return sum(tier => {
    const bytes = BigInt(usage.capacityBytes[tier])
    const purchase = divide(bytes * money(own.perGiB[tier]) * lengthUs, gib * lifetimeUs)
    const wattHours = divide(bytes * money(own.wattsPerTiB[tier]) * lengthUs, tib * hourUs)
    return purchase + divide(wattHours * money(own.perKwh), 1000n * scale)
  })
}

const scale = 1_000_000_000_000n

/** A price as a whole number of 10⁻¹²: prices are written with few digits. */
function money(price: number): bigint {
  return BigInt(Math.round(price * 1e9)) * 1000n
}

/**
 * What bytes that coding saved over time had cost where storage is rented. What is owned is paid,
 * used or not. A negative figure was not saved, and cost more.
 */
export function savedMoney(
  prices: Prices,
  byteUs: ByTier<bigint>,
  lengthUs: number,
): { readonly total: number; readonly perMonth: number } {
  if (prices.model === 'owned' || lengthUs === 0) return { total: 0, perMonth: 0 }
  const exact = tiers.reduce(
    (sum, tier) => sum + byteUs[tier] * money(prices.perGiBMonth[tier]),
    0n,
  )
  const total = signed(exact, gib * monthUs)
  return {
    total: signedDecimal(total),
    perMonth: signedDecimal(signed(total * monthUs, BigInt(lengthUs))),
  }
}

function signed(dividend: bigint, divisor: bigint): bigint {
  return dividend < 0n ? -divide(-dividend, divisor) : divide(dividend, divisor)
}

function signedDecimal(exact: bigint): number {
  return exact < 0n ? 0 - decimal(-exact) : decimal(exact)
}

/** Rounded half up, for figures that are not negative. */
function divide(dividend: bigint, divisor: bigint): bigint {
  return (2n * dividend + divisor) / (2n * divisor)
}

function decimal(exact: bigint): number {
  return Number(divide(exact, 1_000_000n)) / 1_000_000
}

function sum(part: (tier: Tier) => bigint): bigint {
  return tiers.reduce((total, tier) => total + part(tier), 0n)
}
