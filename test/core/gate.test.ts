/** A cluster that is whole, and the brakes by themselves. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bytesLeftToday,
  clusterNotWhole,
  clusterVersion,
  dayOf,
  freeSlots,
  hoursInWords,
  inActiveHours,
  noRebuildLeft,
  rebuildsToCome,
} from '../../src/core/gate.js'
import { survey } from '../../src/core/landscape.js'
import {
  type Cluster,
  nodeId,
  type Pool,
  type StorageNode,
  type Volume,
} from '../../src/core/model.js'
import { Pasts } from '../../src/core/past.js'
import { emptyOperatorRecord, type MigrationRecord } from '../../src/core/record.js'
import { defaultSettings } from '../../src/core/settings.js'
import {
  cluster,
  day,
  hour,
  move,
  node,
  noon,
  policy,
  pool,
  replica,
  running,
  volume,
} from './cluster.js'

const hot = pool('hot-0', 'hot')
const cold = pool('cold-0', 'cold')
const db = volume('db', [hot])

function seen(change: Partial<Cluster> = {}, records: readonly MigrationRecord[] = []) {
  const pasts = new Pasts()
  pasts.read(records)
  const whole = cluster({ pools: [hot, cold], volumes: [db], ...change })
  return { landscape: survey(whole, [policy()], null), pasts }
}
function notWhole(
  change: Partial<Cluster> = {},
  records: readonly MigrationRecord[] = [],
  maxRebuilds: number | null = null,
) {
  const { landscape, pasts } = seen(change, records)
  return clusterNotWhole(landscape, pasts, maxRebuilds)
}
const nodes = (change: Partial<StorageNode>) => ({
  nodes: [node(hot.node), node(cold.node, change)],
})
const pools = (change: Partial<Pool>) => ({ pools: [hot, { ...cold, ...change }] })
const rebuilding = (one: Volume, rebuilds: number): Volume => ({
  ...one,
  target: { node: hot.node, state: 'online', rebuilds },
})

describe('the cluster is whole', () => {
  it('when nothing is away, differs, repairs or rebuilds', () => {
    expect(notWhole()).toBeNull()
    expect(notWhole({ nodes: [], pools: [], volumes: [] })).toBeNull()
  })

  it('not with a node that is away or draining, or of another version', () => {
    expect(notWhole(nodes({ status: 'offline' }))).toBe('node node-cold-0 is offline')
    expect(notWhole(nodes({ status: 'unknown' }))).toBe('node node-cold-0 is unknown')
    expect(notWhole(nodes({ draining: true }))).toBe('node node-cold-0 is draining')
    expect(notWhole(nodes({ version: '2.9.0' }))).toBe('nodes report versions 2.10.0 and 2.9.0')
    expect(notWhole(nodes({ cordonLabels: ['maintenance'] }))).toBeNull()
  })

  it('not with a pool that is not online, or draining', () => {
    expect(notWhole(pools({ status: 'degraded' }))).toBe('pool cold-0 is degraded')
    expect(notWhole(pools({ draining: true }))).toBe('pool cold-0 is draining')
  })

  it('not while a published volume is short of a healthy replica', () => {
    const faulted = [replica('r0', hot, { childState: 'faulted' })]
    const short = { ...db, replicas: faulted }
    expect(notWhole({ volumes: [db, short] })).toBe('volume pvc-db needs repair')
    expect(notWhole({ volumes: [{ ...short, target: null }] })).toBeNull()
  })

  it('with a copy of ours, and not with a rebuild beside it', () => {
    const added = replica('new', cold, { childState: 'degraded', rebuildPercent: 10 })
    const copying = { ...rebuilding(db, 1), replicaCount: 2, replicas: [...db.replicas, added] }
    const own = (state: 'planned' | 'adding' | 'syncing' | 'undoing' | 'done') =>
      running(db, 'cold', { status: { moves: [move(db.replicas[0], { state })] } })
    for (const state of ['adding', 'syncing', 'undoing'] as const) {
      expect(notWhole({ volumes: [copying] }, [own(state)])).toBeNull()
      expect(notWhole({ volumes: [rebuilding(copying, 2)] }, [own(state)])).toBe(
        'volume pvc-db rebuilds',
      )
    }
    for (const state of ['planned', 'done'] as const) {
      expect(notWhole({ volumes: [copying] }, [own(state)])).toBe('volume pvc-db rebuilds')
    }
    expect(notWhole({ volumes: [copying] })).toBe('volume pvc-db needs repair')
    expect(notWhole({ volumes: [rebuilding(db, 1)] })).toBe('volume pvc-db rebuilds')
    expect(notWhole({ volumes: [rebuilding(db, 1)] }, [{ ...own('done'), status: null }])).toBe(
      'volume pvc-db rebuilds',
    )
  })

  it('looks at the last move alone', () => {
    const moves = [move(db.replicas[0], { state: 'adding' }), move(db.replicas[0])]
    const record = running(db, 'cold', { status: { moves } })
    expect(notWhole({ volumes: [rebuilding(db, 1)] }, [record])).toBe('volume pvc-db rebuilds')
  })

  it('counts what the volume was meant to have when its migration began', () => {
    const lost = { ...db, replicaCount: 1, replicas: [replica('r0', hot)] }
    const record = running(db, 'cold', { status: { intendedReplicas: 2 } })
    expect(notWhole({ volumes: [lost] }, [record])).toBe('volume pvc-db needs repair')
    const web = volume('web', [cold])
    expect(notWhole({ volumes: [web] }, [record])).toBeNull()
  })

  it('keeps a rebuild for self-heal beside those that run', () => {
    const own = running(db, 'cold', {
      status: { moves: [move(db.replicas[0], { state: 'syncing' })] },
    })
    const volumes = [rebuilding(db, 1)]
    expect(notWhole({ volumes }, [own], 3)).toBeNull()
    expect(notWhole({ volumes }, [own], 2)).toBe(
      '1 rebuilds run, 2 are allowed, and one is kept for self-heal',
    )
    expect(notWhole({}, [], 2)).toBeNull()
    expect(notWhole({}, [], 1)).toContain('0 rebuilds run, 1 are allowed')
  })
})

describe('rebuilds', () => {
  it('leave one for self-heal, where a cap is known', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), (rebuilds, cap) => {
        const leftAfter = cap - (rebuilds + 1)
        expect(noRebuildLeft(rebuilds, cap) === null).toBe(leftAfter >= 1)
        expect(noRebuildLeft(rebuilds, null)).toBeNull()
      }),
    )
  })

  it('to come are those that run, and one for each slot without one', () => {
    const come = (volumes: readonly Volume[], records: readonly MigrationRecord[]) => {
      const { landscape, pasts } = seen({ volumes }, records)
      return rebuildsToCome(landscape, pasts)
    }
    const web = volume('web', [cold])
    expect(come([db, web], [])).toBe(0)
    expect(come([db, web], [running(db, 'cold')])).toBe(1)
    expect(come([rebuilding(db, 1), web], [running(db, 'cold')])).toBe(1)
    expect(come([db, rebuilding(web, 2)], [running(db, 'cold')])).toBe(3)
    expect(come([db], [running(db, 'cold', { status: { holdsSlot: false } })])).toBe(0)
    expect(come([db], [{ ...running(db, 'cold'), status: null }])).toBe(1)
  })
})

describe('the version of the cluster', () => {
  it('is that of its nodes', () => {
    const of = (version: string) =>
      clusterVersion(survey(cluster({ pools: [hot], version }), [policy()], null))
    expect(of('2.9.1')).toMatchObject({ kind: 'known', row: { version: '2.9' } })
    expect(of('2.99.0').kind).toBe('newer')
    expect(of('1.0.0').kind).toBe('too-old')
    expect(clusterVersion(survey(cluster({}), [], null))).toEqual({ kind: 'unreadable' })
  })
})

describe('slots', () => {
  const gold = policy({ maxConcurrentMigrations: 3 })
  const silver = policy({ maxConcurrentMigrations: 1 }, 'silver')
  const settings = { ...defaultSettings, maxConcurrentMigrations: 5 }
  const web = volume('web', [cold])
  const left = (records: readonly MigrationRecord[], operator = emptyOperatorRecord) => {
    const slots = freeSlots(records, operator, [gold, silver], settings)
    return [slots.operator, slots.byPolicy.get('gold'), slots.byPolicy.get('silver')]
  }

  it('are taken by records that hold one and by the operator’s list, each counted once', () => {
    expect(left([])).toEqual([5, 3, 1])
    expect(left([running(db, 'cold')])).toEqual([4, 2, 1])
    expect(left([running(db, 'cold', { status: { holdsSlot: false } })])).toEqual([5, 3, 1])
    expect(left([{ ...running(db, 'cold'), status: null }])).toEqual([4, 2, 1])
    const slot = { migration: 'db-1', policy: gold.name }
    expect(left([running(db, 'cold')], { ...emptyOperatorRecord, slots: [slot] })).toEqual([
      4, 2, 1,
    ])
    const other = { migration: 'web-1', policy: silver.name }
    expect(left([running(db, 'cold')], { ...emptyOperatorRecord, slots: [other] })).toEqual([
      3, 2, 0,
    ])
    expect(left([running(web, 'cold', { spec: { policy: null } })])).toEqual([4, 3, 1])
  })
})

describe('the bytes of a day', () => {
  const limited = policy({ maxBytesPerDay: 100 })
  const moved = (bytes: number, onDay: number, name = 'gold') => ({
    ...emptyOperatorRecord,
    movedBytes: [{ policy: policy({}, name).name, day: onDay, bytes }],
  })
  const today = dayOf(noon)

  it('are what the limit leaves, by policy and UTC day', () => {
    expect(today).toBe(20_000)
    expect(dayOf(20_001 * day)).toBe(20_001)
    expect(dayOf(20_001 * day - 1)).toBe(20_000)
    expect(bytesLeftToday(policy(), emptyOperatorRecord, noon)).toBeNull()
    expect(bytesLeftToday(limited, emptyOperatorRecord, noon)).toBe(100)
    expect(bytesLeftToday(limited, moved(30, today), noon)).toBe(70)
    expect(bytesLeftToday(limited, moved(300, today), noon)).toBe(0)
    expect(bytesLeftToday(limited, moved(30, today - 1), noon)).toBe(100)
    expect(bytesLeftToday(limited, moved(30, today, 'silver'), noon)).toBe(100)
  })
})

describe('active hours', () => {
  const night = { days: [], fromMinute: 22 * 60, toMinute: 6 * 60, utcOffsetMinutes: 0 }

  it('shut the gate outside of them, and are off when left out', () => {
    expect(inActiveHours(policy(), noon)).toBe(true)
    expect(inActiveHours(policy({ activeHours: [night] }), noon)).toBe(false)
    expect(inActiveHours(policy({ activeHours: [night] }), noon + 10 * hour)).toBe(true)
    expect(inActiveHours(policy({ activeHours: [] }), noon)).toBe(false)
  })

  it('stand in words', () => {
    const days = ['Sat', 'Sun'] as const
    const weekend = { days, fromMinute: 65, toMinute: 1440, utcOffsetMinutes: 0 - 150 }
    expect(hoursInWords(policy({ activeHours: [night, weekend] }))).toEqual([
      'every day 22:00 to 06:00 UTC+00:00',
      'Sat, Sun 01:05 to 24:00 UTC-02:30',
    ])
    expect(hoursInWords(policy())).toEqual([])
  })
})

describe('a node that nobody names', () => {
  it('is not in the cluster', () => {
    expect(seen().landscape.nodes.has(nodeId('nowhere'))).toBe(false)
  })
})
