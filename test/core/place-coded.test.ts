/** Where shards go. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyLosses, shardsOf } from '../../src/core/code.js'
import { nodeLossesSurvived, rawBytesPerPool } from '../../src/core/coded-form.js'
import { nodeId, type Pool } from '../../src/core/model.js'
import { Reservations } from '../../src/core/reserve.js'
import { GiB, pool, volume } from './cluster.js'
import { cold, lrc, reedSolomon } from './coded.js'
import { hot, limited, names, poolsOf, shards, v } from './placing-coded.js'

describe('shards', () => {
  it('go on as many cold pools, a node each, the emptiest first', () => {
    const filled = cold.map((one, at) => ({ ...one, usedBytes: (8 - at) * GiB }))
    const placement = shards(reedSolomon(3, 2), { pools: [...hot, ...filled] })
    expect(placement).toMatchObject({ kind: 'accepted', plan: { kind: 'code' } })
    expect(poolsOf(placement)).toEqual(['cold-7', 'cold-6', 'cold-5', 'cold-4', 'cold-3'])
  })

  it('what is promised fills a pool too', () => {
    const reservations = new Reservations()
    reservations.promise(cold[0].id, GiB, GiB)
    expect(poolsOf(shards(reedSolomon(3, 2), { reservations }))).not.toContain('cold-0')
  })

  it('a second one comes to a node only when all have one', () => {
    const shared = cold.map((one, at) => ({ ...one, node: nodeId(`node-${at % 4}`) }))
    const pools = poolsOf(
      shards(reedSolomon(4, 2), { pools: shared, of: volume('v', shared.slice(0, 2)) }),
    )
    expect(pools).toEqual(names(cold.slice(0, 6)))
  })

  it('go to every node once before to one twice', () => {
    const nodes = [0, 0, 1, 2, 3, 4, 0, 0]
    const shared = cold.map((one, at) => ({ ...one, node: nodeId(`node-${nodes[at]}`) }))
    const chosen = poolsOf(shards(reedSolomon(3, 2), { pools: [...hot, ...shared] }))
    expect(chosen).toEqual(['cold-0', 'cold-2', 'cold-3', 'cold-4', 'cold-5'])
  })

  it('on the pool with the smallest part used, whatever its size', () => {
    const sized = cold.map((one, at) => {
      const isLarge = at === 7
      return {
        ...one,
        capacityBytes: (isLarge ? 4000 : 1000) * GiB,
        usedBytes: (isLarge ? 2 : 1) * GiB,
      }
    })
    const chosen = poolsOf(shards(reedSolomon(3, 2), { pools: [...hot, ...sized] }))
    expect(chosen[0]).toBe('cold-7')
  })

  it('are never thin, so that what is committed is no matter', () => {
    const committed = cold.map(one => ({ ...one, committedBytes: 99 * one.capacityBytes }))
    const thin = { ...v, thin: true }
    expect(shards(reedSolomon(3, 2), { of: thin, pools: [...hot, ...committed] }).kind).toBe(
      'accepted',
    )
  })

  it('the way of ten gibibytes is there and back at the assumed pace', () => {
    const expectedDurationUs = 2 * Math.ceil((10 * GiB * 1_000_000) / 200_000_000)
    expect(shards(reedSolomon(3, 2))).toMatchObject({ expectedDurationUs })
  })

  it('no pool gets two, no node more than the code can lose, and no node loss weighs more', () => {
    const codings = fc.constantFrom(
      reedSolomon(2, 1),
      reedSolomon(4, 2),
      reedSolomon(3, 3),
      lrc(4, 2, 1),
    )
    const homes = fc.array(fc.nat(5), { minLength: 4, maxLength: 12 })
    fc.assert(
      fc.property(codings, homes, fc.integer({ min: 1, max: 3 }), (coding, nodes, count) => {
        const pools = nodes.map((at, index) =>
          pool(`cold-${index}`, 'cold', { node: nodeId(`node-${at}`) }),
        )
        const placement = shards(coding, {
          of: volume('v', hot.slice(0, count)),
          pools: [...hot, ...pools],
        })
        if (placement.kind === 'blocked') {
          expect(['too-few-pools', 'coding-no-nodes', 'coding-weakens']).toContain(placement.reason)
          return
        }
        const chosen = placement.plan.pools
        expect(new Set(chosen).size).toBe(shardsOf(coding.code))
        const perNode = new Map<string, number>()
        for (const one of pools) {
          if (chosen.includes(one.id)) perNode.set(one.node, (perNode.get(one.node) ?? 0) + 1)
        }
        expect(Math.max(...perNode.values())).toBeLessThanOrEqual(anyLosses(coding.code))
        expect(nodeLossesSurvived(coding.code, [...perNode.values()])).toBeGreaterThanOrEqual(
          count - 1,
        )
      }),
    )
  })
})

describe('no place for shards', () => {
  it('with too few open pools', () => {
    const closed = cold.map((one, at) => (at < 4 ? { ...one, draining: true } : one))
    expect(shards(reedSolomon(3, 2), { pools: [...hot, ...closed] })).toMatchObject({
      reason: 'too-few-pools',
      names: names(cold.slice(4)),
      numbers: { pools: 5 },
    })
  })

  it('with too little room on too many: a shard counts, and one as large is kept free', () => {
    const shardBytes = rawBytesPerPool(reedSolomon(3, 2), 10 * GiB)
    const usable = Math.ceil(850 * GiB) - 1
    const used =
      (missing: number) =>
      (one: Pool): Pool => ({
        ...one,
        usedBytes: usable - 2 * shardBytes + missing,
      })
    const fits = cold.map(used(0))
    expect(shards(reedSolomon(3, 2), { pools: [...hot, ...fits] }).kind).toBe('accepted')
    const tight = cold.map((one, at) => (at < 4 ? used(at + 5)(one) : one))
    expect(shards(reedSolomon(3, 2), { pools: [...hot, ...tight] })).toMatchObject({
      reason: 'tier-full',
      names: names(cold.slice(0, 4)),
      numbers: { sizeBytes: shardBytes, missingBytes: 5 },
    })
  })

  it('with a load that the limit of too many does not bear', () => {
    // 12 reads and 10 writes of 6 operations each, over five pools.
    const load = { readIops: 12, writeIops: 10 }
    const bears = cold.map(limited(14.4))
    expect(shards(reedSolomon(3, 2), { ...load, pools: [...hot, ...bears] }).kind).toBe('accepted')
    const busy = cold.map((one, at) => (at < 4 ? limited(14)(one) : one))
    expect(shards(reedSolomon(3, 2), { ...load, pools: [...hot, ...busy] })).toMatchObject({
      reason: 'pool-would-saturate',
      names: ['cold-0 (limit: preset)'],
      numbers: { loadIops: 0, addedIops: 14, limitIops: 14 },
    })
  })

  it('the least loaded of those is told, with its load', () => {
    const others = [volume('w', [cold[0]]), volume('x', [cold[1]])]
    const busy = cold.slice(0, 5).map(limited(14))
    const placement = shards(reedSolomon(3, 2), {
      seen: { volumes: others },
      iops: { w: 20, x: 10 },
      readIops: 72,
      pools: [...hot, ...busy.slice(0, 2), ...cold.slice(5, 8)],
    })
    expect(placement).toMatchObject({
      names: ['cold-1 (limit: preset)'],
      numbers: { loadIops: 10 },
    })
  })

  it('with copies that run into too many', () => {
    const reservations = new Reservations()
    for (const one of cold.slice(0, 3)) reservations.copy(one.id, v.id)
    expect(shards(reedSolomon(3, 2), { reservations }).kind).toBe('accepted')
    reservations.copy(cold[3].id, v.id)
    expect(shards(reedSolomon(3, 2), { reservations })).toMatchObject({
      reason: 'bandwidth-taken',
      names: names(cold),
    })
  })

  it('with more on a node than the code can lose', () => {
    const two = cold.map((one, at) => ({ ...one, node: nodeId(`node-${at % 2}`) }))
    expect(shards(reedSolomon(3, 2), { pools: [...hot, ...two] })).toMatchObject({
      reason: 'coding-no-nodes',
      names: ['node-0', 'node-1'],
      numbers: { shards: 5, mostPerNode: 2 },
    })
  })

  it('that survives fewer lost nodes, unless the policy says so', () => {
    const weaker = shards(reedSolomon(4, 1))
    expect(weaker).toMatchObject({
      reason: 'coding-weakens',
      names: [],
      numbers: { before: 2, after: 1 },
    })
    expect(shards(reedSolomon(4, 1), { of: volume('v', hot.slice(0, 2)) }).kind).toBe('accepted')
    const allowed = { spec: { allowWeakerNodeTolerance: true } }
    expect(shards(reedSolomon(4, 1), allowed).kind).toBe('accepted')
  })
})
