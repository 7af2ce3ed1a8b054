/** Laws 3 to 7, 13 and 16 as one operator sees them: broken, and merely looking so. */
import { describe, expect, it } from 'vitest'
import { type Cluster, poolId, type Volume } from '../../../src/core/model.js'
import type { MigrationRecord } from '../../../src/core/record.js'
import {
  ended,
  minute,
  move,
  node,
  noon,
  policy,
  running,
  second,
  volume,
} from '../../core/cluster.js'
import {
  cold2,
  cordonNode,
  hot0,
  hot1,
  pools,
  removing,
  Sight,
  stood,
  uncordonNode,
} from './sight.js'

const other = volume('w', [hot0, hot1])
const both = [stood, other]

/** A migration that starts at this instant. */
function starting(of: Volume, startedUs = noon, change: Partial<MigrationRecord['spec']> = {}) {
  return running(of, 'cold', { spec: change, status: { startedUs } })
}

describe('law 3', () => {
  const one = { maxConcurrentMigrations: 1 }
  it('is broken by a start beyond the limits, or beside another of the volume', () => {
    const beyond = new Sight(one).round(both, [removing]).writes(starting(other))
    expect(beyond.broken).toMatchObject([{ law: 3, migration: 'w-1' }])
    const limited = new Sight()
    limited.policies = [policy({ maxConcurrentMigrations: 1 })]
    expect(limited.round(both, [removing]).writes(starting(other)).laws).toEqual([3])
    const twice = new Sight().round(both, [removing])
    expect(twice.writes({ ...starting(stood), name: 'v-2' }).laws).toEqual([3])
  })

  it.each<[string, readonly MigrationRecord[]]>([
    ['that a person deleted', []],
    ['that another one ended', [ended(stood, 'cold', 'failed', noon)]],
    ['that gave its slot back', [running(stood, 'cold', { status: { holdsSlot: false } })]],
  ])('is not broken beside one %s', (_, records) => {
    const sight = new Sight(one).round(both, [removing]).round(both, records)
    expect(sight.writes(starting(other)).laws).toEqual([])
  })

  it('counts no object that nobody has taken up, nor the taking up as a start', () => {
    const asked = { ...running(stood, 'cold'), status: null }
    const sight = new Sight(one).round(both, [asked]).writes(starting(other))
    expect(sight.laws).toEqual([])
    expect(sight.writes(starting(stood)).laws).toEqual([])
  })

  it('takes a write of which nothing is known as one that may not have been', () => {
    const records: readonly MigrationRecord[] = []
    const sight = new Sight(one).round(both, records).writes(starting(stood))
    sight.seen.doubtsWrites()
    expect(sight.round(both, records).writes(starting(other)).laws).toEqual([])
  })
})

describe('law 4', () => {
  const last = ended(stood, 'cold', 'completed', noon - minute)
  const again = { ...starting(stood), name: 'v-2' }
  it('is broken within the cooldown of a migration, from before a restart too', () => {
    expect(new Sight().round(both, [last]).writes(again).laws).toEqual([4])
    const own = new Sight().round(both, [removing]).writes({ ...last, name: removing.name })
    expect(own.writes(again).laws).toEqual([4])
  })

  it('is not, once a person deleted its object', () => {
    expect(new Sight().round(both, [last]).round(both, []).writes(again).laws).toEqual([])
  })

  it('counts the one that remains then', () => {
    const earlier = { ...ended(stood, 'cold', 'completed', noon - 2 * minute), name: 'v-0' }
    const sight = new Sight().round(both, [earlier, last]).round(both, [earlier])
    expect(sight.writes(again).laws).toEqual([4])
  })

  it('goes by the policy that the round began with', () => {
    const sight = new Sight()
    sight.policies = [policy({ cooldownPeriodUs: 0 })]
    sight.round(both, [last])
    sight.policies = [policy()]
    expect(sight.look(both).writes(again).laws).toEqual([])
    expect(sight.round(both, [last]).writes({ ...again, name: 'v-3' }).laws).toContain(4)
  })
})

describe('law 5', () => {
  const pause = { why: 'a person', sinceUs: noon }
  const paused = (seconds: number): Sight => {
    const sight = new Sight().round(both, [])
    sight.seen.operatorRead({ ...emptyRecord, pause }, noon)
    return sight.after(seconds)
  }
  const emptyRecord = {
    version: '',
    epoch: 1,
    slots: [],
    window: null,
    movedBytes: [],
    pause: null,
  }

  it('is broken by commands and starts in a pause, but not at its beginning or its end', () => {
    expect(paused(61).sends(cordonNode).laws).toEqual([5])
    expect(paused(61).writes(starting(stood, noon + 61 * second)).laws).toEqual([5])
    expect(paused(59).sends(cordonNode).laws).toEqual([])
    expect(paused(61).sends(uncordonNode).laws).toEqual([])
    const resumed = paused(61)
    resumed.seen.operatorRead(emptyRecord, resumed.nowUs)
    expect(resumed.sends(cordonNode).laws).toEqual([])
  })

  it.each<[string, readonly ReturnType<typeof policy>[]]>([
    ['disabled', [policy({ enabled: false })]],
    ['on trial', [policy({ dryRun: true })]],
    ['deleted', []],
  ])('is broken by a policy that is %s, a minute after it was seen', (_, policies) => {
    const sight = new Sight().round(both, [])
    sight.policies = policies
    sight.round(both, []).after(59)
    expect(sight.writes(starting(other, sight.nowUs)).laws).toEqual([])
    sight.after(2)
    expect(sight.writes(starting(stood, sight.nowUs)).laws).toEqual([5])
  })

  it('lets a policy go on that is enabled again', () => {
    const sight = new Sight()
    sight.policies = [policy({ enabled: false })]
    sight.round(both, []).after(120)
    sight.policies = [policy()]
    sight.round(both, [])
    expect(sight.writes(starting(stood, sight.nowUs)).laws).toEqual([])
  })
})

describe('law 6', () => {
  it('is broken by a start downward without heat, and by a further move on unknown heat', () => {
    const cold = new Sight().round(both, []).writes(starting(stood, noon, { heatIops: null }))
    expect(cold.laws).toEqual([6])
    const further = running(stood, 'cold', {
      status: { moves: [move(stood.replicas[0], { state: 'done' }), move(stood.replicas[1])] },
    })
    const looked = (wanted: 'cold' | null): readonly number[] => {
      const sight = new Sight().round(both, [removing])
      const about = { atUs: noon, operator: 'one', migration: removing.name, wanted }
      sight.seen.says({ kind: 'looked-again', ...about })
      return sight.writes(further).laws
    }
    expect(looked('cold')).toEqual([])
    expect(looked(null)).toEqual([6])
  })
})

describe('law 7', () => {
  const theirs = { ...cordonNode, node: hot1.node, label: 'couchestor-w-1' }
  it('is broken by a second window, and not by one after the first', () => {
    const sight = new Sight().round(both, [removing]).sends(cordonNode)
    expect(sight.sends(theirs, undefined, 'w-1').broken).toMatchObject([{ law: 7 }])
    const after = new Sight().round(both, [removing]).sends(cordonNode)
    after.sends(uncordonNode)
    expect(after.sends(theirs, undefined, 'w-1').laws).toEqual([])
  })

  it('takes no cordon for standing that the record holds no more, or that was never set', () => {
    const gone = new Sight().round(both, [removing]).sends(cordonNode).writes(removing)
    expect(gone.sends(theirs, undefined, 'w-1').laws).toEqual([])
    const unset = new Sight().round(both, [removing])
    unset.sends(cordonNode, { kind: 'unknown', why: '' })
    expect(unset.sends(theirs, undefined, 'w-1').laws).toEqual([])
  })
})

describe('law 13', () => {
  const into = (of: Volume, pool = cold2.id): MigrationRecord =>
    running(of, 'cold', { status: { moves: [move(of.replicas[0], { accepted: [pool] })] } })
  it('is broken by a plan into a pool that another move copies into, or that nobody knows', () => {
    const sight = new Sight().round(both, [into(other), running(stood, 'cold')])
    expect(sight.writes(into(stood)).broken).toMatchObject([{ law: 13, migration: 'v-1' }])
    const odd = new Sight().round(both, [running(stood, 'cold')])
    expect(odd.writes(into(stood, poolId('odd'))).laws).toEqual([13])
  })

  it('knows what its other migrations are about to become, and pools of other instants', () => {
    const sight = new Sight().round(both, [into(other), running(stood, 'cold')])
    sight.writes(ended(other, 'cold', 'failed', noon)).look(both, { pools: [] })
    expect(sight.writes(into(stood)).laws).toEqual([])
  })
})

describe('law 16', () => {
  const adding = running(stood, 'cold', {
    status: { moves: [move(stood.replicas[0], { state: 'adding' })] },
  })
  const three = { kind: 'set-replica-count', volume: stood.id, count: 3 } as const
  const added = (...seen: readonly Partial<Cluster>[]): readonly number[] => {
    const sight = new Sight().round(both, [adding])
    for (const change of seen) sight.look(both, change).after(46)
    return sight.read(stood).sends(three).laws
  }
  const away = { nodes: pools.map(one => node(one.node, { status: 'offline' })) }

  it('is broken by a copy that begins long after a node or a pool was seen away', () => {
    expect(added(away)).toEqual([16])
    expect(added({ pools: [{ ...cold2, status: 'faulted' }] })).toEqual([16])
    expect(added({ nodes: pools.map(one => node(one.node, { draining: true })) })).toEqual([16])
  })

  it('is not, once it is back, or gone for good, or where a volume looks short', () => {
    expect(added(away, {})).toEqual([])
    expect(added(away, { nodes: [] })).toEqual([])
    expect(added({ volumes: [{ ...stood, replicas: [] }] })).toEqual([])
  })
})
