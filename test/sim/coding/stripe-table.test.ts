/** The stripe table against one record a stripe, and what a fleet of it takes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lossesLeft } from '../../../sim/coding/losses-left.js'
import type { StripeCounts } from '../../../sim/coding/stripe-counts.js'
import { type CodedVolume, StripeTable, stripesPerGroup } from '../../../sim/coding/stripe-table.js'
import { type Code, membersOf, shardsOf } from '../../../src/core/code.js'
import { stripeGeometry } from '../../../src/core/stripe.js'

const mebibyte = 1_048_576
const pools = 8
const codes: readonly Code[] = [
  { kind: 'reed-solomon', dataShards: 2, parityShards: 2 },
  { kind: 'reed-solomon', dataShards: 4, parityShards: 1 },
  { kind: 'lrc', dataShards: 4, localGroups: 2, globalParities: 1 },
]

/** Stripes that stand together, and each of them, as one would first write them down. */
interface PlainGroup {
  readonly code: Code
  readonly pools: number[]
  readonly missing: Set<number>
}

interface PlainStripe {
  readonly volume: number
  readonly stripe: number
  readonly group: PlainGroup
  readonly lost: Set<number>
  readonly flipped: Set<number>
}

function plainStripes({ volume, geometry, stripes, stripesPerGroup: per, pools }: CodedVolume) {
  const { code } = geometry
  const count = shardsOf(code)
  const groups = Array.from({ length: Math.ceil(stripes / per) }, (_, rotation): PlainGroup => {
    const own = Array.from({ length: count }, (_, shard) => pools[(shard + rotation) % count])
    return { code, pools: own, missing: new Set() }
  })
  return Array.from({ length: stripes }, (_, stripe): PlainStripe => {
    const group = groups[Math.floor(stripe / per)]
    return { volume, stripe, group, lost: new Set(), flipped: new Set() }
  })
}

const bits = (shards: Iterable<number>): number =>
  [...shards].reduce((set, shard) => set | (1 << shard), 0)

function plainCounts(stripes: readonly PlainStripe[]): StripeCounts {
  const counts = { healthy: 0, degraded: 0, oneFromDanger: 0, lost: 0 }
  for (const { group, lost, flipped } of stripes) {
    const set = bits([...group.missing, ...lost, ...flipped])
    const left = lossesLeft(group.code, set)
    if (set === 0) counts.healthy += 1
    else if (left < 0) counts.lost += 1
    else if (left === 0) counts.oneFromDanger += 1
    else counts.degraded += 1
  }
  return counts
}

type Step =
  | { readonly kind: 'lose-pool'; readonly pool: number }
  | { readonly kind: 'strike'; readonly pool: number; readonly how: 'lost' | 'flipped' }
  | { readonly kind: 'find'; readonly nth: number }
  | { readonly kind: 'repair'; readonly nth: number }
  | { readonly kind: 'remove'; readonly volume: number }

const nat = fc.nat({ max: 50 })
const drawnStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('lose-pool' as const), pool: fc.nat({ max: pools - 1 }) }),
  fc.record({
    kind: fc.constant('strike' as const),
    pool: fc.nat({ max: pools - 1 }),
    how: fc.constantFrom('lost' as const, 'flipped' as const),
  }),
  fc.record({ kind: fc.constant('find' as const), nth: nat }),
  fc.record({ kind: fc.constant('repair' as const), nth: nat }),
  fc.record({ kind: fc.constant('repair' as const), nth: fc.constant(0) }),
  fc.record({ kind: fc.constant('remove' as const), volume: fc.nat({ max: 2 }) }),
)

const drawnVolumes = fc
  .array(
    fc.record({
      code: fc.constantFrom(...codes),
      stripes: fc.integer({ min: 1, max: 30 }),
      perGroup: fc.integer({ min: 1, max: 7 }),
      pools: fc.shuffledSubarray(
        Array.from({ length: pools }, (_, pool) => pool),
        {
          minLength: pools,
        },
      ),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map(drawn =>
    drawn.map(
      ({ code, stripes, perGroup, pools: shuffled }, volume): CodedVolume => ({
        volume,
        geometry: stripeGeometry(code, mebibyte),
        stripes,
        stripesPerGroup: perGroup,
        pools: shuffled.slice(0, shardsOf(code)),
      }),
    ),
  )

const hits = (volume: number, stripe: number): boolean => (7 * stripe + volume) % 3 === 0

/** The table and the plain stripes go through the same; both must tell the same after each step. */
class Both {
  readonly table = new StripeTable()
  private plain: PlainStripe[] = []

  constructor(volumes: readonly CodedVolume[]) {
    for (const volume of volumes) {
      this.table.add(volume)
      this.plain.push(...plainStripes(volume))
    }
    this.compare()
  }

  take(step: Step): void {
    if (step.kind === 'lose-pool') {
      expect(this.table.losePool(step.pool)).toBe(this.losePlain(step.pool))
    } else if (step.kind === 'strike') {
      expect(this.table.strike(step.pool, step.how, hits)).toBe(this.strikePlain(step))
    } else if (step.kind === 'find') this.find(step.nth)
    else if (step.kind === 'repair') this.repair(step.nth)
    else {
      this.table.remove(step.volume)
      this.plain = this.plain.filter(one => one.volume !== step.volume)
    }
    this.compare()
  }

  findAll(): void {
    for (let nth = 0; nth < this.plain.length; nth++) this.find(nth)
    this.compare()
  }

  private losePlain(pool: number): number {
    const struck = this.plain.filter(({ group }) => {
      const shard = group.pools.indexOf(pool)
      return shard >= 0 && !group.missing.has(shard)
    })
    for (const { group, lost, flipped } of struck) {
      const shard = group.pools.indexOf(pool)
      group.missing.add(shard)
      lost.delete(shard)
      flipped.delete(shard)
    }
    return struck.length
  }

  private strikePlain({ pool, how }: Extract<Step, { kind: 'strike' }>): number {
    let count = 0
    for (const { volume, stripe, group, lost, flipped } of this.plain) {
      const shard = group.pools.indexOf(pool)
      const isGone = shard < 0 || group.missing.has(shard) || lost.has(shard)
      if (isGone || !hits(volume, stripe) || (how === 'flipped' && flipped.has(shard))) continue
      flipped.delete(shard)
      if (how === 'lost') lost.add(shard)
      else flipped.add(shard)
      count += 1
    }
    return count
  }

  private find(nth: number): void {
    const one = this.plain[nth % Math.max(1, this.plain.length)]
    if (one === undefined) return
    expect(this.table.found(one.volume, one.stripe)).toBe(bits(one.flipped))
    for (const shard of one.flipped) one.lost.add(shard)
    one.flipped.clear()
  }

  private repair(nth: number): void {
    const repairs = this.table.repairs()
    if (repairs.length === 0) return
    const after = repairs.slice(nth % repairs.length)
    const [repair] = after
    expect(repair.lossesLeft).toBe(Math.min(...after.map(one => one.lossesLeft)))
    this.table.repaired(repair)
    const end = repair.firstStripe + repair.stripes
    for (const { volume, stripe, group, lost, flipped } of this.plain) {
      if (volume !== repair.volume || stripe < repair.firstStripe || stripe >= end) continue
      for (const shard of membersOf(repair.shards)) {
        lost.delete(shard)
        flipped.delete(shard)
        group.missing.delete(shard)
      }
    }
  }

  private compare(): void {
    expect(this.table.counts()).toEqual(plainCounts(this.plain))
    for (const { volume, stripe, group, lost, flipped } of this.plain) {
      expect(this.table.lost(volume, stripe)).toBe(bits([...group.missing, ...lost]))
      expect(this.table.flipped(volume, stripe)).toBe(bits(flipped))
    }
  }
}

describe('the stripe table', () => {
  it('tells what one record a stripe tells, whatever happens', () => {
    fc.assert(
      fc.property(drawnVolumes, fc.array(drawnStep, { maxLength: 12 }), (volumes, steps) => {
        const both = new Both(volumes)
        for (const step of steps) both.take(step)
      }),
      { numRuns: 300 },
    )
  })

  it('is whole or lost when everything that can be made again was', () => {
    fc.assert(
      fc.property(drawnVolumes, fc.array(drawnStep, { maxLength: 8 }), (volumes, steps) => {
        const both = new Both(volumes)
        for (const step of steps) both.take(step)
        both.findAll()
        const { table } = both
        const before = table.counts()
        let left = table.repairs()
        for (; left.length > 0; left = table.repairs()) table.repaired(left[0])
        const { degraded, oneFromDanger, lost } = table.counts()
        expect(degraded + oneFromDanger).toBe(0)
        expect(lost).toBeLessThanOrEqual(before.lost)
      }),
      { numRuns: 100 },
    )
  })

  it('repairs the most endangered first', () => {
    const table = new StripeTable()
    table.add(fourAndTwo(0, 100, 10))
    table.losePool(2)
    table.strike(3, 'lost', (_, stripe) => stripe === 57)
    const [first, second] = table.repairs()
    expect(first).toMatchObject({ firstStripe: 57, stripes: 1, lossesLeft: 0 })
    expect(second).toMatchObject({ firstStripe: 0, stripes: 10, lossesLeft: 1 })
    table.repaired(first)
    expect(table.repairs()[0]).toMatchObject({ firstStripe: 0, stripes: 10, lossesLeft: 1 })
    expect(table.counts()).toEqual({ healthy: 0, degraded: 100, oneFromDanger: 0, lost: 0 })
  })

  it('knows the places that are missing, and a new pool makes a new generation', () => {
    const table = new StripeTable()
    table.add(fourAndTwo(7, 100, 10))
    table.losePool(4)
    expect(table.missingPlaces(7)).toBe(1 << 4)
    for (const repair of table.repairs()) table.repaired(repair, 11)
    expect(table.missingPlaces(7)).toBe(0)
    expect(table.counts().healthy).toBe(100)
    const groups = [...table.groupsOf(7)]
    expect(groups).toHaveLength(10)
    for (const group of groups) {
      expect(table.generation(group)).toBe(2)
      const own = Array.from({ length: 6 }, (_, shard) => table.poolOf(group, shard))
      expect(own.sort((left, right) => left - right)).toEqual([0, 1, 2, 3, 5, 11])
    }
    expect(table.losePool(4)).toBe(0)
    expect(table.losePool(11)).toBe(100)
  })

  it('has a group for each GiB of user data, and at least one stripe in it', () => {
    expect(stripesPerGroup(mebibyte)).toBe(1024)
    expect(stripesPerGroup(64 * mebibyte)).toBe(16)
    expect(stripesPerGroup(3 * 1024 * mebibyte)).toBe(1)
  })
})

function fourAndTwo(volume: number, stripes: number, per: number): CodedVolume {
  const geometry = stripeGeometry(fourTwo, mebibyte)
  return { volume, geometry, stripes, stripesPerGroup: per, pools: [0, 1, 2, 3, 4, 5] }
}

const fourTwo: Code = { kind: 'reed-solomon', dataShards: 4, parityShards: 2 }
