/** What the stripes of a large fleet take, with every kind of loss in them. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { StripeTable, stripesPerGroup } from '../../../sim/coding/stripe-table.js'
import type { Code } from '../../../src/core/code.js'
import { stripeGeometry, stripesOf } from '../../../src/core/stripe.js'

const mebibyte = 1_048_576
const tebibyte = mebibyte * mebibyte
const fourTwo: Code = { kind: 'reed-solomon', dataShards: 4, parityShards: 2 }

describe('the stripes of 100 TiB', () => {
  it('take less than 50 MB, one of a thousand of a pool’s shards lost and flipped', () => {
    letGo()
    const before = process.memoryUsage().arrayBuffers
    const table = new StripeTable()
    const geometry = stripeGeometry(fourTwo, mebibyte)
    const stripes = stripesOf(geometry, tebibyte)
    for (let volume = 0; volume < 100; volume++) {
      const own = Array.from({ length: 6 }, (_, place) => (volume + place) % 12)
      const per = stripesPerGroup(mebibyte)
      table.add({ volume, geometry, stripes, stripesPerGroup: per, pools: own })
    }
    expect(table.counts().healthy).toBe(100 * mebibyte)
    expect(table.groups).toBe(102_400)
    let drawn = 0
    const oneInThousand = (): boolean => {
      drawn += 1
      return drawn % 1000 === 0
    }
    const struck =
      table.strike(3, 'lost', oneInThousand) + table.strike(9, 'flipped', oneInThousand)
    expect(struck).toBe(Math.floor(drawn / 1000))
    expect(struck).toBeGreaterThan(100_000)
    expect(table.losePool(5)).toBeGreaterThan(50 * mebibyte)
    const { healthy, degraded, oneFromDanger, lost } = table.counts()
    expect(healthy + degraded + oneFromDanger + lost).toBe(100 * mebibyte)
    expect(table.bytes).toBeLessThan(50_000_000)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000)
  })
})

/** What files before this one left, so that it does not go while this one is measured. */
function letGo(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}
