/** Who starts first, and what a start takes from the next. */
import { describe, expect, it } from 'vitest'
import { DecideMemory, decide, type RoundInput } from '../../src/core/decide.js'
import {
  claim,
  cluster,
  ended,
  GiB,
  heat,
  hour,
  minute,
  move,
  noon,
  pool,
  replica,
  running,
  volume,
} from './cluster.js'
import { a, asked, b, cold, hot, names, pools, reasonsOf } from './two-idle.js'

describe('a start', () => {
  it('takes its pools from the next one', () => {
    const { decisions, starts } = decide(asked())
    expect(names(starts)).toEqual(['a'])
    expect(decisions[1]).toMatchObject({
      reason: 'bandwidth-taken',
      names: cold.map(one => one.id),
    })
  })

  it('takes its room too, and makes its replica the largest that may come', () => {
    const seen = cluster({ pools: [...hot, cold[0]], volumes: [a, { ...b, sizeBytes: 9 * GiB }] })
    const tight = { ...seen, pools: [...hot, { ...cold[0], usedBytes: 821 * GiB }] }
    const input = asked({ cluster: tight })
    expect(names(decide(input).starts)).toEqual(['a'])
    const told = decide({ ...input, memory: new DecideMemory() }).decisions
    expect(told[1]).toMatchObject({
      reason: 'tier-full',
      numbers: { missingBytes: 1 },
    })
  })

  it('waits behind migrations that have planned nothing yet', () => {
    const records = [running(b, 'cold')]
    const { decisions, starts } = decide(asked({ records }))
    expect(starts).toEqual([])
    expect(reasonsOf(decisions)).toEqual({ a: 'bandwidth-taken' })
    const planned = running(b, 'cold', {
      status: { moves: [move(b.replicas[0], { accepted: [cold[0].id] })] },
    })
    expect(decide(asked({ records: [planned] })).starts[0].accepted).toEqual(
      cold.slice(1).map(one => one.id),
    )
  })

  it('is not kept waiting by a request that itself waits for its volume', () => {
    const planned = running(b, 'cold', {
      status: { moves: [move(b.replicas[0], { accepted: [cold[0].id] })] },
    })
    const request = { ...running(b, 'cold', { name: 'please' }), status: null }
    const settings = { maxConcurrentMigrations: 2 }
    const started = (records: readonly (typeof request | typeof planned)[]) =>
      names(decide(asked({ records, settings })).starts)
    expect(started([planned])).toEqual(['a'])
    expect(started([planned, request])).toEqual(['a'])
    expect(started([request, planned])).toEqual(['a'])
    // One that is next takes its slot before a policy does.
    const next = { ...running(volume('c', [hot[3]]), 'cold', { name: 'next' }), status: null }
    expect(started([planned, next])).toEqual([])
  })

  it('is named after the last of its volume', () => {
    const records = [ended(a, 'cold', 'cancelled', noon - hour, { name: 'a-7' })]
    const seen = cluster({ pools, volumes: [a] })
    expect(decide(asked({ cluster: seen, records })).starts[0].name).toBe('a-8')
  })
})

describe('the order', () => {
  const up = volume('up', [cold[3]])
  const mixed = volume('zebra', [hot[3], hot[2], cold[2]])
  const settings = { maxConcurrentMigrations: 1 }

  it('is half-done migrations, promotions, demotions', () => {
    const iops = { a: 0, up: 9000, zebra: 9000 }
    const first = (...volumes: readonly (typeof a)[]) =>
      names(
        decide(asked({ cluster: cluster({ pools, volumes }), settings, heat: heat(iops) })).starts,
      )
    expect(first(a, up, mixed)).toEqual(['zebra'])
    expect(first(a, up)).toEqual(['up'])
    expect(first(a)).toEqual(['a'])
  })

  it('is that of what is told too where nobody can start, and nothing is told again', () => {
    const memory = new DecideMemory()
    const volumes = [a, b, up, mixed]
    const of = (limit: number, iops: Readonly<Record<string, number>>) => {
      const input = asked({
        cluster: cluster({ pools, volumes }),
        settings: { maxConcurrentMigrations: limit },
        heat: heat(iops),
        memory,
      })
      return decide(input)
    }
    const iops = { a: 5, b: 0, up: 9000, zebra: 9000 }
    const told = of(0, iops).decisions
    expect(told.map(one => one.volume)).toEqual(['zebra', 'up', 'b', 'a'])
    expect(new Set(told.map(one => one.reason))).toEqual(new Set(['operator-limit']))
    expect(of(0, iops)).toMatchObject({ starts: [], decisions: [] })
    // With a slot the first of that order starts.
    expect(names(of(1, iops).starts)).toEqual(['zebra'])
  })

  it('puts demotions that free a full tier before promotions, while somebody waits for it', () => {
    const memory = new DecideMemory()
    const full = hot.map(one => ({ ...one, usedBytes: 900 * GiB }))
    const warm = [0, 1].map(index => pool(`warm-${index}`, 'warm'))
    const iops = { a: 0, up: 9000, tepid: 3000 }
    const tepid = volume('tepid', [cold[2]])
    const seen = cluster({ pools: [...full, ...warm, ...cold], volumes: [a, up, tepid] })
    const at = (minutes: number, records: RoundInput['records'] = []) => {
      const nowUs = noon + minutes * minute
      const input = asked({
        cluster: seen,
        settings,
        memory,
        nowUs,
        records,
        heat: heat(iops, nowUs),
      })
      return names(decide(input).starts)
    }
    // At first nobody knows that the hot tier is full: a promotion to warm takes the slot.
    expect(at(0)).toEqual(['tepid'])
    expect(memory.fullTiers).toEqual(new Set(['gold/hot']))
    // While the slot is taken nobody can ask, and it stays known.
    expect(at(1, [running(tepid, 'warm', { status: { moves: [] } })])).toEqual([])
    expect(memory.fullTiers).toEqual(new Set(['gold/hot']))
    expect(at(2)).toEqual(['a'])
  })

  it('takes no tier for full that is blocked by something else', () => {
    const input = asked()
    expect(reasonsOf(decide(input).decisions)).toMatchObject({ b: 'bandwidth-taken' })
    expect(input.memory.fullTiers.size).toBe(0)
  })

  it('forgets full tiers when nobody wants anything', () => {
    const memory = new DecideMemory()
    memory.fullTiers = new Set(['gold/hot'])
    decide(asked({ cluster: cluster({ pools, volumes: [up] }), heat: heat({ up: 100 }), memory }))
    expect(memory.fullTiers.size).toBe(0)
  })
})

describe('a wish that nothing of the cluster holds back', () => {
  it('still gives way to what of the volume does', () => {
    const held = { ...a, claim: claim({ hold: true }) }
    const lost = { ...b, replicas: [replica('x', hot[1], { pool: null })] }
    const seen = cluster({ pools, volumes: [held, lost] })
    expect(reasonsOf(decide(asked({ cluster: seen })).decisions)).toEqual({
      a: 'held',
      b: 'outside-tiers',
    })
  })
})
