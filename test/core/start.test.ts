/** The place of a migration that may start, in the form that its volume wishes for. */

import { describe, expect, it } from 'vitest'
import { rawBytesPerPool } from '../../src/core/coded-form.js'
import { DecideMemory } from '../../src/core/decide.js'
import { Footprints } from '../../src/core/footprints.js'
import { PoolLoads } from '../../src/core/load.js'
import type { Volume } from '../../src/core/model.js'
import type { Demand } from '../../src/core/place.js'
import { PoolFacts } from '../../src/core/pool-facts.js'
import { Reservations } from '../../src/core/reserve.js'
import { type Accepted, bytesOnEach, placed, planOf, poolsOf } from '../../src/core/start.js'
import { coding } from '../sim/cold-world.js'
import { cluster, GiB, heat, noon, policy, pool, volume } from './cluster.js'
import { codedForm, codedVolume, cold, reedSolomon } from './coded.js'
import { rowOf } from './placing.js'

const hot = [0, 1, 2].map(at => pool(`hot-${at}`, 'hot'))
const gold = policy({ ecPolicyRef: 'coding' }, 'gold', { coding: coding() })

function accepted(of: Volume, to: Demand['to'], form: 'coded' | 'replicated'): Accepted {
  const memory = new DecideMemory()
  const knownUpToUs = { mayastor: noon, kubernetes: noon }
  const seen = cluster({ pools: [...hot, ...cold], volumes: [of] })
  const landscape = memory.look({ atUs: noon, knownUpToUs, cluster: seen, policies: [gold] })
  const demand = { volume: of, to, view: landscape.views[0], readIops: 0, writeIops: 0 }
  const loads = new PoolLoads(landscape, heat({}), new Footprints())
  const facts = new PoolFacts(landscape, loads, new Reservations(), 85)
  const placement = placed(demand, form, facts, rowOf('2.10'))
  if (placement.kind === 'blocked') throw new Error(placement.reason)
  return placement
}

describe('a volume with replicas', () => {
  const v = volume('v', hot)

  it('moves them where it wishes for replicas', () => {
    const placement = accepted(v, 'cold', 'replicated')
    expect(planOf(placement)).toBeNull()
    expect(poolsOf(placement)).toEqual(cold.map(one => one.id))
    expect(bytesOnEach(placement, 10 * GiB)).toBe(10 * GiB)
  })

  it('is coded where it wishes for that', () => {
    const placement = accepted(v, 'cold', 'coded')
    const pools = cold.slice(0, 6).map(one => one.id)
    expect(planOf(placement)).toEqual({ kind: 'code', coding: reedSolomon(4, 2), pools })
    expect(poolsOf(placement)).toEqual(pools)
    expect(bytesOnEach(placement, 10 * GiB)).toBe(rawBytesPerPool(reedSolomon(4, 2), 10 * GiB))
  })
})

it('a coded volume gets replicas, each as large as it is', () => {
  const v = codedVolume('v', codedForm(reedSolomon(4, 2), cold.slice(0, 6)))
  const placement = accepted(v, 'hot', 'replicated')
  const pools = hot.map(one => one.id)
  expect(planOf(placement)).toEqual({ kind: 'restore', pools })
  expect(poolsOf(placement)).toEqual(pools)
  expect(bytesOnEach(placement, 10 * GiB)).toBe(10 * GiB)
})
