/** Where a coded volume stands, what its pools carry for it, and how a round looks at it. */

import { describe, expect, it } from 'vitest'
import { rawBytesPerPool } from '../../src/core/coded-form.js'
import { DecideMemory, decide } from '../../src/core/decide.js'
import { Footprints } from '../../src/core/footprints.js'
import { survey } from '../../src/core/landscape.js'
import { PoolLoads } from '../../src/core/load.js'
import type { Pool, Volume } from '../../src/core/model.js'
import { coding } from '../sim/cold-world.js'
import { cluster, GiB, heat, noon, policy, pool, round, volume } from './cluster.js'
import { codedForm, codedVolume, cold, reedSolomon } from './coded.js'

const hot = [0, 1, 2].map(at => pool(`hot-${at}`, 'hot'))
const pools = [...hot, ...cold]
const six = cold.slice(0, 6)
const form = codedForm(reedSolomon(4, 2), six)
const served = codedVolume('v', form)
/** Both: its shards are there, and its replicas serve. */
const half: Volume = { ...volume('v', hot), coded: { ...form, serves: false } }

function seen(volumes: readonly Volume[], on: readonly Pool[] = pools) {
  return survey(cluster({ pools: on, volumes }), [policy()], null)
}

describe('a coded volume stands', () => {
  it('where its shards are', () => {
    const [view] = seen([served]).volumes
    expect(view).toMatchObject({ tier: 'cold', home: 'cold', outside: [], replicas: 0 })
    expect(view.poolPlaces).toEqual([3, 4, 5, 6, 7, 8])
  })

  it('with its replicas until the coded form serves', () => {
    const [view] = seen([half]).volumes
    expect(view).toMatchObject({ tier: 'hot', home: 'hot' })
    expect(view.poolPlaces).toEqual([0, 1, 2])
  })

  it('on no tier with a shard in a pool of none', () => {
    const on = codedVolume(
      'v',
      codedForm(reedSolomon(4, 2), [...six.slice(1), pool('stray', null)]),
    )
    expect(seen([on], [...pools, pool('stray', null)]).volumes[0]).toMatchObject({
      tier: 'outside',
      outside: ['stray'],
    })
  })

  it('whole while every stripe has its shards, however many replicas it has', () => {
    expect(seen([served]).brokenPlaces).toEqual([])
    const short = codedVolume('v', { ...form, degradedStripes: 1 })
    expect(seen([short]).brokenPlaces).toEqual([0])
    const unpublished = { ...short, target: null }
    expect(seen([unpublished]).brokenPlaces).toEqual([])
    expect(
      seen([{ ...half, coded: { ...form, serves: false, degradedStripes: 1 } }]).brokenPlaces,
    ).toEqual([])
  })

  it('and a repair brings a pool one shard of each stripe', () => {
    const shard = rawBytesPerPool(reedSolomon(4, 2), 10 * GiB)
    expect([...seen([served]).largestBytes].slice(2, 10)).toEqual([0, ...six.map(() => shard), 0])
    expect([...seen([half]).largestBytes].slice(2, 4)).toEqual([10 * GiB, 0])
  })
})

describe('its pools carry', () => {
  function loads(volumes: readonly Volume[]): readonly number[] {
    const memory = new DecideMemory()
    const knownUpToUs = { mayastor: noon, kubernetes: noon }
    const world = cluster({ pools, volumes })
    const landscape = memory.look({ atUs: noon, knownUpToUs, cluster: world, policies: [policy()] })
    const table = new PoolLoads(landscape, heat({ v: 120 }), new Footprints())
    return [hot[0], cold[0], cold[5], cold[6]].map(one => table.iops(one))
  }

  it('an equal share of reads, and of all that a write makes them do', () => {
    // 60 reads, and 60 writes of three reads and three writes each, over six pools.
    const each = (60 + 60 * 6) / 6
    expect(loads([served]).map(Math.round)).toEqual([0, each, each, 0])
  })

  it('nothing while its replicas serve', () => {
    expect(loads([half]).map(Math.round)).toEqual([60 / 3 + 60, 0, 0, 0])
  })
})

describe('the wish of a coded volume', () => {
  const journalConfig = { journalSizeBytes: 1, replicationFactor: 1 }
  const gold = policy({ ecPolicyRef: 'coding' }, 'gold', { coding: coding({ journalConfig }) })

  function stands(of: Volume, own = gold, place = 0): boolean {
    const memory = new DecideMemory()
    const input = round({
      cluster: cluster({ pools, volumes: [of] }),
      policies: [own],
      memory,
      heat: heat({ v: 10 }),
      settings: { codedFormMounts: true },
    })
    decide(input)
    return memory.standing.stays(place, memory.look(input.observation).volumes[place])
  }

  it('stands while it stays', () => {
    expect(stands(served)).toBe(true)
  })

  it('of one that could be coded does not: what it saves hangs on others', () => {
    expect(stands(volume('v', cold.slice(0, 1)))).toBe(false)
    expect(stands(volume('v', cold.slice(0, 1)), policy())).toBe(true)
  })

  it('that is to get replicas on its own tier does not', () => {
    expect(stands(served, policy())).toBe(false)
  })
})
