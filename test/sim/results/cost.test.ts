/** Money against the same sums in fractions, in both price models. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { costOf, savedMoney, type Usage } from '../../../sim/results/cost.js'
import type { Prices } from '../../../sim/scenario/model.js'
import { tiers } from '../../../src/core/model.js'
import type { ByTier } from '../../../src/core/result.js'

/** Prices are decimals of at most six places: drawn as millionths, so that fractions are exact. */
const million = 1_000_000n
const price = fc.integer({ min: 0, max: 50_000_000 })

const byTier = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<ByTier<Value>> =>
  fc.record({ hot: value, warm: value, cold: value })

const usages: fc.Arbitrary<Usage> = fc.record({
  lengthUs: fc.integer({ min: 1, max: (400 * 86_400_000_000) / 1000 }).map(length => length * 1000),
  byteUs: byTier(fc.bigInt({ min: 0n, max: 10n ** 30n })),
  capacityBytes: byTier(fc.integer({ min: 0, max: 2 ** 50 })),
  servedRequests: byTier(fc.integer({ min: 0, max: 1_000_000_000_000 })),
  movedBytes: fc.integer({ min: 0, max: 2 ** 50 }),
})

const drawnPrices = fc.record({
  perGiBMonth: byTier(price),
  perGiB: byTier(price),
  wattsPerTiB: byTier(price),
  perKwh: price,
  years: fc.integer({ min: 1, max: 12 }),
  perMillionRequests: byTier(price),
  movedPerGiB: price,
})
type Drawn = typeof drawnPrices extends fc.Arbitrary<infer Value> ? Value : never

const decimals = (own: ByTier<number>): ByTier<number> => ({
  hot: own.hot / 1e6,
  warm: own.warm / 1e6,
  cold: own.cold / 1e6,
})

function pricesOf(drawn: Drawn, model: Prices['model']): Prices {
  return {
    asOf: '2026-01-01',
    currency: 'EUR',
    model,
    perGiBMonth: decimals(drawn.perGiBMonth),
    owned:
      model === 'rented'
        ? null
        : {
            perGiB: decimals(drawn.perGiB),
            lifetimeYears: drawn.years,
            wattsPerTiB: decimals(drawn.wattsPerTiB),
            perKwh: drawn.perKwh / 1e6,
          },
    perMillionRequests: decimals(drawn.perMillionRequests),
    movedPerGiB: drawn.movedPerGiB / 1e6,
  }
}

/** A sum of fractions: numerator and denominator. */
type Fraction = readonly [bigint, bigint]
const plus = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * d + c * b, b * d]
const number = ([a, b]: Fraction): number => Number((a * 10n ** 12n) / b) / 1e12
const sumOf = (of: (tier: (typeof tiers)[number]) => Fraction): Fraction =>
  tiers.map(of).reduce(plus, [0n, 1n])

const gib = 2n ** 30n
const dayUs = 86_400_000_000n

function rentedStorage(drawn: Drawn, usage: Usage): Fraction {
  return sumOf(tier => [
    usage.byteUs[tier] * BigInt(drawn.perGiBMonth[tier]),
    gib * 30n * dayUs * million,
  ])
}

function ownedStorage(drawn: Drawn, usage: Usage): Fraction {
  const length = BigInt(usage.lengthUs)
  return sumOf(tier => {
    const bytes = BigInt(usage.capacityBytes[tier])
    const lifetime = BigInt(drawn.years) * 365n * dayUs
    const watts = bytes * BigInt(drawn.wattsPerTiB[tier]) * BigInt(drawn.perKwh) * length
    return plus(
      [bytes * BigInt(drawn.perGiB[tier]) * length, gib * million * lifetime],
      [watts, 1024n * gib * million * million * 1000n * (dayUs / 24n)],
    )
  })
}

/** Half of the sixth place, and as much again for what each part was rounded to before. */
function expectClose(actual: number, exact: Fraction): void {
  const wanted = number(exact)
  expect(Math.abs(actual - wanted)).toBeLessThanOrEqual(1e-6 + Math.abs(wanted) * 1e-12)
}

describe.each(['rented', 'owned'] as const)('the cost of %s storage', model => {
  test('is that of exact fractions, to six places', () => {
    fc.assert(
      fc.property(drawnPrices, usages, (drawn, usage) => {
        const cost = costOf(pricesOf(drawn, model), usage)
        const storage =
          model === 'rented' ? rentedStorage(drawn, usage) : ownedStorage(drawn, usage)
        const access = sumOf(tier => [
          BigInt(usage.servedRequests[tier]) * BigInt(drawn.perMillionRequests[tier]),
          million * million,
        ])
        const migration: Fraction = [
          BigInt(usage.movedBytes) * BigInt(drawn.movedPerGiB),
          gib * million,
        ]
        expectClose(cost.storage, storage)
        expectClose(cost.access, access)
        expectClose(cost.migration, migration)
        const total = plus(plus(storage, access), migration)
        expectClose(cost.total, total)
        const month: Fraction = [30n * dayUs, BigInt(usage.lengthUs)]
        const perMonth = number([total[0] * month[0], total[1] * month[1]])
        expect(Math.abs(cost.perMonth - perMonth)).toBeLessThanOrEqual(
          1e-6 + perMonth * 1e-12 + number(month) * 1e-11,
        )
      }),
    )
  })

  test('is nothing where nothing was there', () => {
    const zero = { hot: 0, warm: 0, cold: 0 }
    const usage: Usage = {
      lengthUs: 0,
      byteUs: { hot: 0n, warm: 0n, cold: 0n },
      capacityBytes: zero,
      servedRequests: zero,
      movedBytes: 0,
    }
    fc.assert(
      fc.property(drawnPrices, drawn => {
        const { storage, access, migration, total, perMonth } = costOf(
          pricesOf(drawn, model),
          usage,
        )
        expect([storage, access, migration, total, perMonth]).toEqual([0, 0, 0, 0, 0])
      }),
    )
  })
})

test('a TiB for thirty days at list prices, by hand', () => {
  const usage: Usage = {
    lengthUs: Number(30n * dayUs),
    byteUs: { hot: 1024n * gib * 30n * dayUs, warm: 0n, cold: 1024n * gib * 15n * dayUs },
    capacityBytes: { hot: 2 ** 41, warm: 0, cold: 2 ** 42 },
    servedRequests: { hot: 3_000_000, warm: 0, cold: 0 },
    movedBytes: 2 ** 40,
  }
  const rented = pricesOf(
    {
      perGiBMonth: { hot: 125_000, warm: 80_000, cold: 45_000 },
      perGiB: { hot: 0, warm: 0, cold: 0 },
      wattsPerTiB: { hot: 0, warm: 0, cold: 0 },
      perKwh: 0,
      years: 5,
      perMillionRequests: { hot: 400_000, warm: 0, cold: 0 },
      movedPerGiB: 10_000,
    },
    'rented',
  )
  expect(costOf(rented, usage)).toMatchObject({
    currency: 'EUR',
    model: 'rented',
    storage: 128 + 23.04,
    access: 1.2,
    migration: 10.24,
    total: 162.48,
    perMonth: 162.48,
  })
})

describe('money that coding saves', () => {
  const byteUs = byTier(fc.bigInt({ min: -(10n ** 28n), max: 10n ** 28n }))
  const lengths = fc.integer({ min: 3_600_000_000, max: 2 ** 50 })

  test('is what the same bytes cost where storage is rented, and a loss is its mirror', () => {
    fc.assert(
      fc.property(drawnPrices, byteUs, lengths, (drawn, saved, lengthUs) => {
        const prices = pricesOf(drawn, 'rented')
        const one = savedMoney(prices, saved, lengthUs)
        const turned = { hot: -saved.hot, warm: -saved.warm, cold: -saved.cold }
        const other = savedMoney(prices, turned, lengthUs)
        expect(one.total + other.total).toBe(0)
        expect(one.perMonth + other.perMonth).toBe(0)
        const gibMonthUs = 2 ** 30 * 30 * 86_400_000_000
        const sum = tiers.reduce(
          (all, tier) => all + (Number(saved[tier]) / gibMonthUs) * prices.perGiBMonth[tier],
          0,
        )
        const size = tiers.reduce(
          (all, tier) =>
            all + Math.abs(Number(saved[tier]) / gibMonthUs) * prices.perGiBMonth[tier],
          0,
        )
        expect(Math.abs(one.total - sum)).toBeLessThanOrEqual(1e-6 + size * 1e-12)
        const months = lengthUs / (30 * 86_400_000_000)
        expect(Math.abs(one.perMonth * months - sum)).toBeLessThanOrEqual(
          1e-6 * (1 + months) + size * 1e-12,
        )
      }),
    )
  })

  test('is none where storage is owned', () => {
    fc.assert(
      fc.property(drawnPrices, byteUs, lengths, (drawn, saved, lengthUs) => {
        const none = { total: 0, perMonth: 0 }
        expect(savedMoney(pricesOf(drawn, 'owned'), saved, lengthUs)).toEqual(none)
        expect(savedMoney(pricesOf(drawn, 'rented'), saved, 0)).toEqual(none)
      }),
    )
  })
})
