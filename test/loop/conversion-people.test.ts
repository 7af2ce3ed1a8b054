/** What people do to a conversion: ask for one, give the second word, pause, disable, unpublish. */
import { describe, expect, it } from 'vitest'
import type { HistoryEntry } from '../../src/core/event.js'
import { converged } from '../../src/core/laws.js'
import { poolId } from '../../src/core/model.js'
import type { MigrationRecord } from '../../src/core/record.js'
import { codedVolume, coldWorld } from '../sim/cold-world.js'
import {
  broken,
  minute,
  type SmallScenario,
  type SmallWorld,
  tierOfVolume,
  volumeOf,
} from '../sim/small-world.js'

const idle = { place: 'cold' as const, replicas: 3, sizeGiB: 20 }
const quiet = [{ fromMinute: 0, iops: 2 }]

function world(minutes: number, change: Partial<SmallScenario> = {}): SmallWorld {
  const small = coldWorld({ lengthMinutes: minutes, ...change })
  small.operators.start()
  return small
}

const kinds = (small: SmallWorld): readonly HistoryEntry['kind'][] =>
  small.world.history.entries.map(one => one.kind)

function statusOf(small: SmallWorld, name: string): MigrationRecord['status'] | undefined {
  return small.world.journal.records().find(one => one.name === name)?.status
}

function expectLawful(small: SmallWorld, where = ''): void {
  expect(broken(small.watch), where).toEqual([])
  expect(converged(small.world.history.entries, false), where).toEqual([])
}

/** A VolumeMigration of a person for the first volume. */
function asked(change: Partial<MigrationRecord['spec']>): MigrationRecord {
  return {
    name: 'by-hand',
    version: '',
    deleting: false,
    status: null,
    spec: {
      volume: volumeOf(0),
      fromTier: 'cold',
      toTier: 'cold',
      toForm: 'coded',
      releaseSource: false,
      holdForUs: 0,
      policy: null,
      reason: 'requested',
      requestedBy: 'person',
      sizeBytes: 20 * 2 ** 30,
      fingerprint: '',
      heatIops: null,
      ...change,
    },
  }
}

/** The policy codes nothing by itself. */
const byHand = { policy: { ecMinVolumeSizeBytes: 2 ** 50, cooldownPeriodUs: 20 * minute } }

function ask(small: SmallWorld, change: Partial<MigrationRecord['spec']> = {}): void {
  small.world.journal.create(asked(change), 'person')
  small.world.engine.wakeAll()
}

/** The second word. */
function release(small: SmallWorld): void {
  const { journal, engine } = small.world
  const known = journal.records().find(one => one.name === 'by-hand')
  if (known === undefined) throw new Error('nobody asked')
  journal.replace({ ...known, spec: { ...known.spec, releaseSource: true } }, 'person')
  engine.wakeAll()
}

describe('a copy that a person asks for', () => {
  it('is kept beside its source until the second word, and holds no slot meanwhile', async () => {
    const two = [idle, { ...idle, place: 'hot' as const }].map(one => ({ ...one, heat: quiet }))
    const one = { ...byHand.policy, maxConcurrentMigrations: 1 }
    const small = world(240, { ...byHand, volumes: two, policy: one })
    small.at(1, () => ask(small))
    await small.run(120)
    expect(statusOf(small, 'by-hand')).toMatchObject({ holdsSlot: false, outcome: null })
    expect(codedVolume(small, 0)).toMatchObject({ serves: false, readBackStripes: 20_480 })
    // The slot, and the bandwidth of the pools, are another one's.
    expect(tierOfVolume(small, 1)).toEqual(['cold', 'cold', 'cold'])
    release(small)
    await small.run(180)
    expect(statusOf(small, 'by-hand')?.outcome).toBe('completed')
    expect(codedVolume(small, 0)?.serves).toBe(true)
    expectLawful(small)
  })

  it('takes a slot again before it goes on', async () => {
    const large = { ...idle, place: 'hot' as const, sizeGiB: 400, heat: quiet }
    const pools = [
      ...[0, 1, 2].map(node => ({ tier: 'hot' as const, node, capacityGiB: 1500 })),
      ...[3, 4, 5, 6, 7, 8, 9, 10].map(node => ({
        tier: 'cold' as const,
        node,
        capacityGiB: 1500,
      })),
    ]
    const policy = { ...byHand.policy, maxConcurrentMigrations: 5 }
    const small = world(480, {
      pools,
      volumes: [{ ...idle, heat: quiet }, large],
      policy,
      loop: { maxConcurrentMigrations: 1 },
    })
    small.at(1, () => ask(small))
    small.at(30, () => release(small))
    await small.run(31)
    // The other one has the only slot by now.
    expect(small.world.journal.operator().slots.map(one => one.migration)).toEqual(['vol-1-1'])
    expect(codedVolume(small, 0)?.serves).toBe(false)
    await small.run(480)
    expect(statusOf(small, 'by-hand')?.outcome).toBe('completed')
    const { entries } = small.world.history
    const served = entries.find(one => one.kind === 'coded-serves')
    const other = statusOf(small, 'vol-1-1')?.finishedUs
    expect(served?.atUs).toBeGreaterThan(other ?? Number.POSITIVE_INFINITY)
    expectLawful(small)
  })

  it('that was written since is imaged again, and loses none of it', async () => {
    const heat = [
      { fromMinute: 0, iops: 2 },
      { fromMinute: 40, iops: 40 },
      { fromMinute: 100, iops: 2 },
    ]
    const small = world(240, { ...byHand, volumes: [{ ...idle, heat }] })
    small.at(1, () => ask(small))
    small.at(110, () => release(small))
    await small.run(200)
    expect(statusOf(small, 'by-hand')).toMatchObject({
      outcome: 'completed',
      conversion: { pass: 2 },
    })
    expect(small.watch.timesAtStake().get(15)).toBeGreaterThan(0)
    expectLawful(small)
  })

  it('is dropped when they delete it, even while it waits', async () => {
    const small = world(120, byHand)
    small.at(1, () => ask(small))
    small.at(60, () => small.person.cancel('by-hand'))
    await small.run(90)
    expect(statusOf(small, 'by-hand')).toMatchObject({
      outcome: 'cancelled',
      why: 'cancelled-by-person',
    })
    expect(codedVolume(small, 0)).toBeNull()
    expectLawful(small)
  })

  it('of a coded volume is there already; replicas are made where they ask for these', async () => {
    const small = world(180)
    small.at(60, () => ask(small))
    await small.run(70)
    expect(statusOf(small, 'by-hand')).toMatchObject({ outcome: 'completed', conversion: null })
    const spec = { toForm: 'replicated', toTier: 'hot', holdForUs: 999 * minute } as const
    const back = { ...asked(spec), name: 'back' }
    small.world.journal.create(back, 'person')
    await small.run(100)
    expect(statusOf(small, 'back')?.outcome).toBe('completed')
    expect(tierOfVolume(small, 0)).toEqual(['hot', 'hot', 'hot'])
    expectLawful(small)
  })
})

/** From the first round in which the volume may be coded to the end of it. */
const moments = Array.from({ length: 13 }, (_, at) => 300 + 15 * at)

describe('a pause longer than any timeout, at any moment', () => {
  it('leaves the conversion where it was', async () => {
    for (const second of moments) {
      const small = world(150)
      small.at(second / 60, () => small.person.pause('lunch'))
      small.at(second / 60 + 45, () => small.person.resume())
      await small.run(120)
      const where = `paused after ${second} s`
      const ends = small.world.journal.records().map(one => one.status?.outcome)
      expect(ends, where).toEqual(['completed'])
      expect(kinds(small), where).not.toContain('coded-dropped')
      expectLawful(small, where)
    }
  })
})

describe('a policy that is disabled, at any moment', () => {
  it('leaves nothing half done', async () => {
    const seen = new Set<string>()
    for (const second of moments) {
      const small = world(60)
      const off = { ...small.policy, spec: { ...small.policy.spec, enabled: false } }
      small.at(second / 60, () => small.person.applyPolicies([off], [small.policy]))
      await small.run(40)
      const where = `disabled after ${second} s`
      seen.add(`${small.world.journal.records().map(one => one.status?.why)}`)
      expectLawful(small, where)
    }
    expect([...seen].sort()).toEqual(['', 'policy-stopped'])
  })
})

describe('a volume that is unpublished, at any moment', () => {
  it('is coded, and gets its replicas back once it is published again', async () => {
    const heat = [...quiet, { fromMinute: 40, iops: 200 }]
    for (const second of [320, 360, 2800, 2830, 2860, 2900]) {
      const small = world(240, { volumes: [{ ...idle, heat }] })
      small.at(second / 60, () => small.person.unpublish(volumeOf(0)))
      small.at(second / 60 + 50, () => small.person.publish(volumeOf(0)))
      await small.run(240)
      const where = `unpublished after ${second} s`
      expect(tierOfVolume(small, 0), where).toEqual(['hot', 'hot', 'hot'])
      expect(codedVolume(small, 0), where).toBeNull()
      const failed = small.world.journal
        .records()
        .filter(one => one.status?.outcome === 'rolled-back')
      expect(failed, where).toEqual([])
      expectLawful(small, where)
    }
  })
})

describe('a pool that is away', () => {
  it('before the coded form serves is waited for, and no image is made for it', async () => {
    const small = world(120, {
      policy: { cooldownPeriodUs: 20 * minute, migrationTimeoutUs: 40 * minute },
    })
    const { control } = small.world
    await small.run(5)
    for (let second = 300; codedVolume(small, 0)?.readBackStripes !== 20_480; second += 1) {
      await small.run(second / 60)
    }
    const [pool] = control.volumes[0].coded?.pools ?? []
    control.setPool(pool, 'offline')
    await small.run(12)
    expect(codedVolume(small, 0)?.serves).toBe(false)
    await small.run(60)
    expect(codedVolume(small, 0)?.serves).toBe(true)
    expect(codedVolume(small, 0)?.pools).not.toContain(poolId(pool.id))
    expect(kinds(small).filter(one => one === 'image-made')).toHaveLength(1)
    expectLawful(small)
  })
})
