/** What running conversions take from pools. */
import { describe, expect, it } from 'vitest'
import { rawBytesPerPool } from '../../src/core/coded-form.js'
import { type ConversionPlan, startConversion } from '../../src/core/conversion-state.js'
import { survey } from '../../src/core/landscape.js'
import type { Volume } from '../../src/core/model.js'
import { reserve, reserveClaimed } from '../../src/core/reserve.js'
import { cluster, GiB, noon, policy, pool, replica, running, volume } from './cluster.js'
import { codedForm, codedVolume, cold, reedSolomon } from './coded.js'

const hot = [0, 1, 2].map(at => pool(`hot-${at}`, 'hot'))
const pools = [...hot, ...cold]
const five = cold.slice(0, 5)
const coding = reedSolomon(3, 2)
const shard = rawBytesPerPool(coding, 10 * GiB)
const toCode: ConversionPlan = { kind: 'code', coding, pools: five.map(one => one.id) }
const toReplicas: ConversionPlan = { kind: 'restore', pools: [hot[0].id, hot[1].id] }
const v = volume('v', hot)

function held(plan: ConversionPlan, seen: readonly Volume[], holdsSlot = true) {
  const status = { conversion: startConversion(plan, noon), holdsSlot }
  const landscape = survey(cluster({ pools, volumes: seen }), [policy()], null)
  const records = [running(v, 'cold', { status })]
  const reservations = reserve(records, landscape)
  // What a conversion takes is counted once.
  reserveClaimed(reservations, records, landscape.views)
  return [hot[0], hot[1], cold[0], cold[4], cold[5]].map(({ id }) => [
    reservations.bytes(id),
    reservations.largestBytes(id),
    reservations.copyInto(id),
  ])
}
const nothing = [0, 0, null]

describe('a conversion to the coded form takes', () => {
  it('a shard of every stripe of each of its pools, and their bandwidth', () => {
    const each = [shard, shard, 'v']
    expect(held(toCode, [v])).toEqual([nothing, nothing, each, each, nothing])
    expect(held(toCode, [])).toEqual([nothing, nothing, each, each, nothing])
  })

  it('still that where only an image was made', () => {
    const imaged = { ...v, coded: codedForm(coding, [], { serves: false }) }
    expect(held(toCode, [imaged])[2]).toEqual([shard, shard, 'v'])
  })

  it('no more room once it has its places', () => {
    const placed = { ...v, coded: codedForm(coding, five, { serves: false }) }
    expect(held(toCode, [placed])[2]).toEqual([0, shard, 'v'])
  })

  it('no bandwidth while it waits without a slot', () => {
    expect(held(toCode, [v], false)[2]).toEqual([shard, shard, null])
  })
})

describe('a conversion back takes', () => {
  const served = codedVolume('v', codedForm(coding, five))

  it('a replica of each of its pools', () => {
    const each = [10 * GiB, 10 * GiB, 'v']
    expect(held(toReplicas, [served])).toEqual([each, each, nothing, nothing, nothing])
    expect(held(toReplicas, [])).toEqual([each, each, nothing, nothing, nothing])
  })

  it('what its replicas have not taken yet', () => {
    const replicas = [replica('n0', hot[0]), replica('n1', hot[1], { allocatedBytes: 4 * GiB })]
    expect(held(toReplicas, [{ ...served, replicas }]).slice(0, 2)).toEqual([
      [0, 10 * GiB, 'v'],
      [6 * GiB, 10 * GiB, 'v'],
    ])
    const more = replicas.map(one => ({ ...one, allocatedBytes: 11 * GiB }))
    expect(held(toReplicas, [{ ...served, replicas: more }])[0]).toEqual([0, 10 * GiB, 'v'])
  })
})
