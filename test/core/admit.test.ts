/** Gates and brakes that concern several volumes: what is shut, in which order, and why. */
import { describe, expect, it } from 'vitest'
import { DecideMemory, decide, type RoundInput } from '../../src/core/decide.js'
import { emptyOperatorRecord } from '../../src/core/record.js'
import {
  claim,
  cluster,
  GiB,
  heat,
  hour,
  minute,
  move,
  node,
  noon,
  policy,
  running,
  volume,
} from './cluster.js'
import { a, asked, b, cold, hot, names, pools, reasonsOf } from './two-idle.js'

const c = volume('c', [hot[2]])

describe('a person’s word', () => {
  it('comes before every other gate', () => {
    const operator = { ...emptyOperatorRecord, pause: { why: 'a change', sinceUs: noon } }
    const shut = { maxDemotionsPercentPerRound: 1, activeHours: [], maxBytesPerDay: 1 }
    const disabled = decide(asked({ operator, spec: { ...shut, enabled: false } }))
    expect(reasonsOf(disabled.decisions)).toEqual({ a: 'disabled', b: 'disabled' })
    expect(disabled.decisions[0].names).toEqual([])
    const paused = decide(asked({ operator, spec: shut }))
    expect(paused.decisions[0]).toMatchObject({
      verdict: 'blocked',
      to: 'cold',
      reason: 'paused',
      names: ['a change'],
    })
    expect([...disabled.starts, ...paused.starts]).toEqual([])
  })

  it('of a dry run is looked at last: what else blocks is told', () => {
    const byPolicy = decide(asked({ spec: { dryRun: true } }))
    expect(byPolicy.decisions.map(one => [one.reason, one.names])).toEqual([
      ['dry-run', ['policy gold']],
      ['dry-run', ['policy gold']],
    ])
    const byOperator = decide(asked({ settings: { dryRun: true } }))
    expect(byOperator.decisions[0]).toMatchObject({ reason: 'dry-run', names: ['the operator'] })
    expect([...byPolicy.starts, ...byOperator.starts]).toEqual([])
    const full = cold.map(one => ({ ...one, usedBytes: 900 * GiB }))
    const seen = cluster({ pools: [...hot, ...full], volumes: [a] })
    expect(reasonsOf(decide(asked({ cluster: seen, spec: { dryRun: true } })).decisions)).toEqual({
      a: 'tier-full',
    })
  })
})

describe('metrics that cannot be read', () => {
  it('start nothing, also of what does not rest on heat', () => {
    const blind = heat({ a: 0 })
    blind.available = false
    const pinned = { ...a, claim: claim({ pin: 'cold' }) }
    const seen = cluster({ pools, volumes: [pinned] })
    const { decisions, starts } = decide(asked({ cluster: seen, heat: blind }))
    expect(starts).toEqual([])
    expect(decisions[0]).toMatchObject({ reason: 'metrics-unavailable', to: 'cold' })
  })
})

describe('the guard on demotions', () => {
  const spec = { maxDemotionsPercentPerRound: 50 }
  const three = cluster({ pools, volumes: [a, b, c] })

  it('holds all that newly want to go down, with its figures', () => {
    const { decisions, starts } = decide(asked({ cluster: three, spec }))
    expect(starts).toEqual([])
    expect(decisions).toHaveLength(3)
    expect(decisions[0]).toMatchObject({
      reason: 'demotion-guard',
      names: [],
      numbers: { wanted: 3, volumes: 3, limitPercent: 50 },
    })
  })

  it('lets promotions pass', () => {
    const up = volume('up', [cold[3]])
    const seen = cluster({ pools, volumes: [a, b, up] })
    const input = asked({ cluster: seen, spec, heat: heat({ a: 0, b: 0, up: 9000 }) })
    const { decisions, starts } = decide(input)
    expect(names(starts)).toEqual(['up'])
    expect(reasonsOf(decisions)).toMatchObject({ a: 'demotion-guard', b: 'demotion-guard' })
  })

  it('does not ask again of what has passed', () => {
    const memory = new DecideMemory()
    const at = (minutes: number, iops: Readonly<Record<string, number>>) => {
      const nowUs = noon + minutes * minute
      const settings = { maxConcurrentMigrations: 1 }
      const input = asked({
        cluster: three,
        spec,
        memory,
        settings,
        nowUs,
        heat: heat(iops, nowUs),
      })
      return reasonsOf(decide(input).decisions)
    }
    expect(at(0, { a: 0, b: 9000, c: 9000 })).toMatchObject({ a: 'at-or-below-low' })
    expect(at(1, { a: 0, b: 0, c: 9000 })).toMatchObject({ b: 'operator-limit' })
    expect(at(2, { a: 0, b: 0, c: 0 })).toMatchObject({ c: 'operator-limit' })
  })

  it('counts volumes that are calm or run, and wishes that something else holds back', () => {
    const limited = { maxDemotionsPercentPerRound: 34 }
    const memory = new DecideMemory()
    const iops = { a: 0, b: 3000, c: 3000 }
    const at = (minutes: number, records: RoundInput['records'] = []) => {
      const nowUs = noon + minutes * minute
      const table = heat(iops, nowUs)
      const input = asked({ cluster: three, spec: limited, memory, nowUs, records, heat: table })
      return decide(input)
    }
    expect(names(at(0).starts)).toEqual(['a'])
    expect(names(at(1).starts)).toEqual(['a'])
    expect(names(at(2, [running(b, 'cold')]).starts)).toEqual([])
    const held = { ...b, claim: claim({ hold: true }) }
    const seen = cluster({ pools, volumes: [a, held, c] })
    const both = decide(asked({ cluster: seen, spec: limited, heat: heat({ ...iops, b: 0 }) }))
    expect(reasonsOf(both.decisions)).toMatchObject({ a: 'demotion-guard', b: 'held' })
    expect(both.decisions.find(one => one.volume === 'a')?.numbers).toMatchObject({
      wanted: 2,
      volumes: 3,
    })
  })

  it('takes no volume that is calm or runs for one that wants to go down', () => {
    const limited = { maxDemotionsPercentPerRound: 34 }
    const memory = new DecideMemory()
    const at = (minutes: number, ofA: number) => {
      const nowUs = noon + minutes * minute
      const table = heat({ a: ofA, b: 3000, c: 3000 }, nowUs)
      return names(
        decide(asked({ cluster: three, spec: limited, memory, nowUs, heat: table })).starts,
      )
    }
    expect(at(0, 3000)).toEqual([])
    expect(at(1, 0)).toEqual(['a'])
    const records = [running(b, 'cold'), running(c, 'cold')]
    const { decisions } = decide(asked({ cluster: three, spec: limited, records }))
    expect(reasonsOf(decisions)).toEqual({ a: 'operator-limit' })
  })

  it('asks again of a wish that had gone away', () => {
    const memory = new DecideMemory()
    const at = (minutes: number, down: readonly string[]) => {
      const nowUs = noon + minutes * minute
      const heats = ['a', 'b', 'c'].map(name => [name, down.includes(name) ? 0 : 3000])
      const table = heat(Object.fromEntries(heats), nowUs)
      const input = asked({ cluster: three, spec, memory, nowUs, heat: table })
      return names(decide({ ...input, settings: { ...input.settings, dryRun: false } }).starts)
    }
    expect(at(0, ['a'])).toEqual(['a'])
    expect(at(1, [])).toEqual([])
    expect(at(2, ['a', 'b'])).toEqual([])
  })

  it('passes when a person raises the limit', () => {
    const memory = new DecideMemory()
    expect(decide(asked({ cluster: three, spec, memory })).starts).toEqual([])
    const raised = { maxDemotionsPercentPerRound: 100 }
    expect(decide(asked({ cluster: three, spec: raised, memory })).starts.length).toBe(1)
  })
})

describe('brakes', () => {
  it('are the active hours', () => {
    const night = { days: [], fromMinute: 22 * 60, toMinute: 6 * 60, utcOffsetMinutes: 0 }
    const spec = { activeHours: [night] }
    const { decisions, starts } = decide(asked({ spec }))
    expect(decisions[0]).toMatchObject({
      reason: 'outside-active-hours',
      names: ['every day 22:00 to 06:00 UTC+00:00'],
    })
    expect(starts).toEqual([])
    expect(decide(asked({ spec, nowUs: noon + 11 * hour })).starts).toHaveLength(1)
  })

  it('are the bytes of a day, those of this round counted', () => {
    const spec = { maxBytesPerDay: 25 * GiB, maxConcurrentMigrations: 9 }
    const volumes = [a, b, c]
    const settings = { maxConcurrentMigrations: 9 }
    // Each start takes every pool of its tier for its copy: give each a tier’s pool of its own.
    const apart = volumes.map((one, index) => ({
      ...one,
      topology: { ...one.topology, poolInclusion: { own: `${index}` } },
    }))
    const own = cold.map((one, index) => ({
      ...one,
      schedulerLabels: { ...one.labels, own: `${index}` },
    }))
    const seen = cluster({ pools: [...hot, ...own], volumes: apart })
    const { decisions, starts } = decide(asked({ cluster: seen, spec, settings }))
    expect(names(starts)).toEqual(['a', 'b'])
    expect(decisions[2]).toMatchObject({
      reason: 'daily-bytes',
      names: [],
      numbers: { sizeBytes: 10 * GiB, leftBytes: 5 * GiB, limitBytes: 25 * GiB },
    })
    const movedBytes = [{ policy: policy().name, day: 20_000, bytes: 15 * GiB }]
    const operator = { ...emptyOperatorRecord, movedBytes }
    expect(names(decide(asked({ cluster: seen, spec, settings, operator })).starts)).toEqual(['a'])
    const exact = { ...spec, maxBytesPerDay: 20 * GiB }
    expect(names(decide(asked({ cluster: seen, spec: exact, settings })).starts)).toEqual([
      'a',
      'b',
    ])
  })

  it('are the limits of the operator and of the policy, those of this round counted', () => {
    const apart = [a, b, c].map((one, index) => ({
      ...one,
      topology: { ...one.topology, poolInclusion: { own: `${index}` } },
    }))
    const own = cold.map((one, index) => ({
      ...one,
      schedulerLabels: { ...one.labels, own: `${index}` },
    }))
    const seen = cluster({ pools: [...hot, ...own], volumes: apart })
    const two = decide(asked({ cluster: seen, spec: { maxConcurrentMigrations: 9 } }))
    expect(names(two.starts)).toEqual(['a', 'b'])
    const byOperator = { reason: 'operator-limit', names: [], numbers: { limit: 2 } }
    expect(two.decisions[2]).toMatchObject(byOperator)
    const settings = { maxConcurrentMigrations: 9 }
    const one = decide(asked({ cluster: seen, settings, spec: { maxConcurrentMigrations: 1 } }))
    expect(names(one.starts)).toEqual(['a'])
    const byPolicy = { reason: 'policy-limit', names: [], numbers: { limit: 1 } }
    expect(one.decisions[1]).toMatchObject(byPolicy)
  })

  it('are the rebuilds that self-heal needs, those of this round counted', () => {
    const apart = [a, b].map((one, index) => ({
      ...one,
      topology: { ...one.topology, poolInclusion: { own: `${index}` } },
    }))
    const own = cold.map((one, index) => ({
      ...one,
      schedulerLabels: { ...one.labels, own: `${index}` },
    }))
    const seen = cluster({ pools: [...hot, ...own], volumes: apart })
    const startsOf = (mayastorMaxRebuilds: number | null, records: RoundInput['records'] = []) =>
      decide(asked({ cluster: seen, settings: { mayastorMaxRebuilds }, records })).starts.length
    expect([startsOf(null), startsOf(3), startsOf(2), startsOf(1)]).toEqual([2, 2, 1, 0])
    const claimed = running(b, 'cold', { status: { moves: [move(b.replicas[0])] } })
    expect([startsOf(3, [claimed]), startsOf(2, [claimed])]).toEqual([1, 0])
    const { decisions } = decide(asked({ cluster: seen, settings: { mayastorMaxRebuilds: 2 } }))
    expect(decisions[1]).toMatchObject({
      reason: 'cluster-not-whole',
      names: ['1 rebuilds run, 2 are allowed, and one is kept for self-heal'],
    })
  })
})

describe('a cluster that is not whole', () => {
  it('starts nothing, and says what is not', () => {
    const nodes = pools.map(one => node(one.node, { draining: one === cold[0] }))
    const seen = cluster({ pools, nodes, volumes: [a] })
    const { decisions, starts } = decide(asked({ cluster: seen }))
    expect(starts).toEqual([])
    expect(decisions[0]).toMatchObject({
      verdict: 'blocked',
      reason: 'cluster-not-whole',
      names: ['node node-cold-0 is draining'],
    })
  })
})
