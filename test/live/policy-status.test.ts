import { describe, expect, it } from 'vitest'
import type { Decision } from '../../src/core/decision.js'
import { formatInstant } from '../../src/core/instant.js'
import { survey } from '../../src/core/landscape.js'
import { type Tier, type Volume, type VolumeId, volumeId } from '../../src/core/model.js'
import type { ReasonCode } from '../../src/core/reasons.js'
import type { MigrationRecord } from '../../src/core/record.js'
import type { PolicyObject } from '../../src/core/resources.js'
import {
  type PolicyWorld,
  policyStatus,
  type Status,
  type ToldDecision,
} from '../../src/live/policy-status.js'
import {
  claim,
  cluster,
  ended,
  minute,
  noon,
  policy,
  pool,
  running,
  volume,
} from '../core/cluster.js'

const hot = pool('hot-0', 'hot')
const cold = pool('cold-0', 'cold')

function on(name: string, place: typeof hot, change: Partial<Volume> = {}): Volume {
  return volume(name, [place], change)
}

function statusOf(
  volumes: readonly Volume[],
  change: Partial<PolicyWorld> = {},
  policies: readonly PolicyObject[] = [policy()],
  pools = [hot, cold],
): Status {
  const landscape = survey(cluster({ pools, volumes }), policies, null)
  const world = { landscape, decisions: new Map(), records: [], wanting: [], ...change }
  return policyStatus(world, landscape.views[0])
}

function told(
  name: string,
  verdict: Decision['verdict'],
  to: Tier | null,
  reason: ReasonCode,
): readonly [VolumeId, ToldDecision] {
  const decision: Decision = {
    volume: volumeId(name),
    policy: policy().name,
    verdict,
    from: 'hot',
    to,
    reason,
    heatIops: 3,
    coverage: 1,
    numbers: {},
    names: [],
  }
  return [volumeId(name), { decision, sinceUs: noon }]
}

describe('the status of a policy', () => {
  it('counts its volumes by the tier that they stand on', () => {
    const volumes = [on('a', hot), on('b', hot), on('c', cold)]
    expect(statusOf(volumes)).toMatchObject({
      phase: 'Active',
      watchedVolumes: 3,
      hotVolumes: 2,
      warmVolumes: 0,
      coldVolumes: 1,
    })
  })

  it('shows what is wanted, with the claim that a person knows, and what is held back', () => {
    const owned = claim({ namespace: 'shop', name: 'db' })
    const volumes = [on('a', hot, { claim: owned, sizeBytes: 7 }), on('b', hot), on('c', hot)]
    const decisions: PolicyWorld['decisions'] = new Map([
      told('a', 'move', 'cold', 'at-or-below-low'),
      told('b', 'blocked', 'cold', 'tier-full'),
      told('c', 'blocked', null, 'unpublished'),
      told('gone', 'move', 'cold', 'at-or-below-low'),
    ])
    const status = statusOf(volumes, { decisions })
    expect(status.wanted).toEqual([
      {
        namespace: 'shop',
        claim: 'db',
        volume: volumes[0].name,
        from: 'hot',
        to: 'cold',
        reason: 'at-or-below-low',
        bytes: 7,
        since: formatInstant(noon),
      },
    ])
    expect(status.blocked).toEqual({ 'tier-full': 1, unpublished: 1 })
  })

  it('shows what a dry run would move, and what waits for its turn', () => {
    const volumes = [on('a', hot), on('b', hot)]
    const decisions = new Map([
      told('a', 'blocked', 'cold', 'dry-run'),
      told('b', 'blocked', 'cold', 'policy-limit'),
    ])
    const status = statusOf(volumes, { decisions })
    expect(listed(status.wanted).map(one => one.to)).toEqual(['cold', 'cold'])
    expect(status.blocked).toEqual({ 'dry-run': 1, 'policy-limit': 1 })
  })

  it('shows fifty of them at most', () => {
    const names = Array.from({ length: 60 }, (_, at) => `v${at}`)
    const decisions = new Map(names.map(name => told(name, 'move', 'cold', 'pinned')))
    const { wanted } = statusOf(
      names.map(name => on(name, hot)),
      { decisions },
    )
    expect(wanted).toHaveLength(50)
  })

  it('counts its own migrations, and tells the last fifty in the order of their ends', () => {
    const one = on('a', hot)
    const failed = ended(one, 'cold', 'failed', noon + minute)
    const many = Array.from({ length: 52 }, (_, at) =>
      ended(one, 'cold', 'completed', noon - at * minute),
    )
    const records: readonly MigrationRecord[] = [failed, ...many, running(one, 'cold')]
    const status = statusOf([one], { records })
    expect(status).toMatchObject({
      activeMigrations: 1,
      totalMigrations: 53,
      failedMigrations: 1,
    })
    const history = listed(status.migrationHistory)
    expect(history).toHaveLength(50)
    expect(history.at(-1)).toMatchObject({
      volumeName: one.name,
      success: false,
      timestamp: formatInstant(noon + minute),
    })
    expect(history.at(-2)).toMatchObject({ success: true, timestamp: formatInstant(noon) })
    const others = statusOf([one], { records }, [policy({}, 'other')])
    expect(others).toMatchObject({ totalMigrations: 0, migrationHistory: [] })
  })

  it.each([
    ['Disabled', [policy({ enabled: false })], [hot, cold]],
    ['Error', [{ ...policy(), problems: [problem()] }], [hot, cold]],
    ['Active', [policy()], [hot, cold]],
  ])('is in phase %s', (phase, policies, pools) => {
    expect(statusOf([], {}, policies, pools).phase).toBe(phase)
  })

  it('is Ready until something is wanting, which its message says', () => {
    const ready = (world: Partial<PolicyWorld>, of = policy()): Status => {
      const { conditions } = statusOf([], world, [of])
      const [first] = listed(conditions)
      return first
    }
    expect(ready({})).toMatchObject({ type: 'Ready', status: 'True', message: '' })
    const wanting = [{ policy: null, condition: 'MetricsAvailable', text: 'it is away' }]
    expect(ready({ wanting })).toMatchObject({
      status: 'False',
      reason: 'NoMetricsAvailable',
      message: 'it is away',
    })
    const elsewhere = [{ ...wanting[0], policy: policy({}, 'other').name }]
    expect(ready({ wanting: elsewhere })).toMatchObject({ status: 'True' })
    expect(ready({}, { ...policy(), problems: [problem()] })).toMatchObject({
      status: 'False',
      reason: 'SpecInvalid',
      message: 'spec.x: it is wrong',
    })
  })
})

function listed(value: unknown): readonly Status[] {
  return Array.isArray(value) ? value : []
}

function problem() {
  return { code: 'FIELD_INVALID' as const, path: 'spec.x', message: 'it is wrong', hint: 'mend it' }
}
