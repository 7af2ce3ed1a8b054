/** A table that is asked at every step answers as one that is asked for the first time. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GroupColumns } from '../../../sim/coding/group-columns.js'
import { type CodedVolume, StripeTable } from '../../../sim/coding/stripe-table.js'
import { VolumeSummaries } from '../../../sim/coding/volume-summaries.js'
import type { Code } from '../../../src/core/code.js'
import { stripeGeometry } from '../../../src/core/stripe.js'

const code: Code = { kind: 'reed-solomon', dataShards: 2, parityShards: 2 }
const geometry = stripeGeometry(code, 1_048_576)
const pools = 7
const volumes: readonly CodedVolume[] = [0, 1].map(volume => ({
  volume,
  geometry,
  stripes: 10 + volume,
  stripesPerGroup: 3,
  pools: [0, 1, 2, 3].map(place => (place + volume) % 5),
}))

type Step = (table: StripeTable) => void

const pool = fc.nat({ max: pools - 1 })
const step: fc.Arbitrary<Step> = fc.oneof(
  pool.map(
    (one): Step =>
      table =>
        table.losePool(one),
  ),
  fc.tuple(pool, fc.constantFrom('lost' as const, 'flipped' as const)).map(
    ([one, how]): Step =>
      table =>
        table.strike(one, how, (volume, stripe) => (volume + stripe) % 3 === 0),
  ),
  fc.nat({ max: 9 }).map(
    (stripe): Step =>
      table =>
        table.found(0, stripe),
  ),
  fc.nat({ max: 20 }).map(
    (nth): Step =>
      table => {
        const repairs = table.repairs()
        if (repairs.length > 0) table.repaired(repairs[nth % repairs.length])
      },
  ),
  fc.tuple(fc.nat({ max: 3 }), fc.integer({ min: 5, max: 6 })).map(
    ([place, one]): Step =>
      table => {
        if ([...table.groupsOf(0)].every(group => stands(table, group, one)))
          table.movePlace(0, place, one)
      },
  ),
)

/** No shard of the group stands on the pool yet. */
function stands(table: StripeTable, group: number, one: number): boolean {
  return [0, 1, 2, 3].every(shard => table.poolOf(group, shard) !== one)
}

function answers(table: StripeTable): readonly unknown[] {
  return [0, 1].map(volume => [
    table.missingPlaces(volume),
    ...[-1, 0, 1, 5].map(away => table.countsOf(volume, one => one === away || one === 3)),
    table.countsOf(volume, () => false),
  ])
}

function tableAfter(steps: readonly Step[]): StripeTable {
  const table = new StripeTable()
  for (const volume of volumes) table.add(volume)
  for (const one of steps) one(table)
  return table
}

describe('what a volume’s groups say together', () => {
  it('is never older than the last change', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 10 }), steps => {
        const asked = tableAfter([])
        steps.forEach((one, at) => {
          answers(asked)
          one(asked)
          expect(answers(asked)).toEqual(answers(tableAfter(steps.slice(0, at + 1))))
        })
      }),
      { numRuns: 150 },
    )
  })

  it('belongs to the stripes that the volume has now', () => {
    const table = tableAfter([one => one.losePool(1)])
    expect(table.missingPlaces(0)).not.toBe(0)
    table.remove(0)
    expect(table.missingPlaces(0)).toBe(0)
    table.add(volumes[0])
    expect(table.missingPlaces(0)).toBe(0)
    expect(table.countsOf(0, () => false).healthy).toBe(10)
  })

  it('is counted once for the same pools that are away', () => {
    const columns = new GroupColumns()
    columns.add(0, 0, 5, code, [3, 4, 5, 6], 0)
    const summaries = new VolumeSummaries(columns, () => [0])
    const none = { healthy: 5, degraded: 0, oneFromDanger: 0, lost: 0 }
    let counted = 0
    const count = () => {
      counted += 1
      return none
    }
    for (const away of [9, 8, 3, 3, 4, 3]) summaries.counts(0, one => one === away, count)
    expect(counted).toBe(3)
    summaries.forget(0)
    expect(summaries.counts(0, () => false, count)).toBe(none)
    expect(counted).toBe(4)
  })
})
