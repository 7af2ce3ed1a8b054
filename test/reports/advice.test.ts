/** Advice: which evidence speaks for which setting, and how much of it. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Advice, advice } from '../../reports/advice.js'
import type { ReportInput } from '../../reports/run.js'
import { volumeId } from '../../src/core/model.js'
import { parseStoragePolicySpec } from '../../src/core/parse-policy.js'
import { storagePolicyFields } from '../../src/core/resources.js'
import type { DecisionRow, MigrationRow, RunDetail, RunResult } from '../../src/core/result.js'
import { anyInput } from './any-run.js'
import { policyOf, reportInput } from './fixture.js'

const hourUs = 3_600_000_000
const usual = reportInput()
const [firstDetail] = usual.details
const [firstDecision] = firstDetail.decisions
const [firstMigration] = firstDetail.migrations
const { atUs } = firstDetail.volumeSeries

/** A run in which nothing happened, with only what a test is about put in. */
function quiet(detail: Partial<RunDetail>, result: Partial<RunResult> = {}): ReportInput {
  const calm: RunDetail = {
    ...firstDetail,
    decisions: [],
    migrations: [],
    volumes: firstDetail.volumes.map(volume => ({ ...volume, heldBackByCooldownUs: 0 })),
    ...detail,
  }
  const [judged, ...others] = usual.document.runs
  const migrations = { ...judged.migrations, decided: 2, completed: 2, failed: 0, rolledBack: 0 }
  const own = { ...judged, migrations, slower: [], slowerVolumes: 0, ...result }
  return {
    ...usual,
    document: { ...usual.document, runs: [own, ...others] },
    details: [calm, ...usual.details.slice(1)],
  }
}

function only(input: ReportInput): Advice {
  const found = advice(input)
  expect(found.length).toBe(1)
  return found[0]
}

function blocked(
  reason: DecisionRow['reason'],
  volume: string,
  own: Partial<DecisionRow> = {},
): DecisionRow {
  return {
    ...firstDecision,
    volume: volumeId(volume),
    verdict: 'blocked',
    reason,
    to: 'hot',
    atUs: atUs[3],
    ...own,
  }
}

/** Away from hot for so many hours, and back. */
function roundTrip(volume: string, awayHours: number): readonly MigrationRow[] {
  const there: MigrationRow = {
    ...firstMigration,
    volume,
    fromTier: 'hot',
    toTier: 'cold',
    outcome: 'completed',
    startedUs: atUs[10],
    finishedUs: atUs[10],
  }
  const backUs = atUs[10] + awayHours * hourUs
  const back = { fromTier: 'cold', toTier: 'hot', startedUs: backUs, finishedUs: backUs } as const
  return [there, { ...there, ...back }]
}

test('a quiet run needs no advice', () => {
  expect(advice(quiet({}))).toEqual([])
})

test('after a broken law none is given', () => {
  const violations = [{ law: 1, atUs: 0, text: 'a replica too few' }]
  const input = quiet({ migrations: roundTrip('db-0', 5) }, { laws: { checked: 1, violations } })
  expect(advice(input)).toEqual([])
})

describe('flapping', () => {
  test('down and up again asks for a cooling period longer than most stays', () => {
    const migrations = [5, 7, 20].flatMap((hours, index) => roundTrip(`db-${index}`, hours))
    const found = only(quiet({ migrations }))
    expect(found.flags).toEqual(['--set policies.0.spec.coolingPeriod=24h'])
    expect(found.why).toContain('3 volumes went down and came back, most within 14 h')
  })

  test('a cooling period that is longer already is made longer still', () => {
    const policies = [policyOf({ coolingPeriodUs: 24 * hourUs })]
    const found = only(quiet({ policies, migrations: roundTrip('db-0', 5) }))
    expect(found.flags).toEqual(['--set policies.0.spec.coolingPeriod=36h'])
  })

  test('up and soon down asks for a longer window', () => {
    const [there, back] = roundTrip('db-0', 5)
    const migrations = [
      { ...there, fromTier: 'cold' as const, toTier: 'hot' as const },
      { ...back, fromTier: 'hot' as const, toTier: 'cold' as const },
    ]
    expect(only(quiet({ migrations })).flags).toEqual(['--set policies.0.spec.samplingWindow=2h'])
  })

  test('one in many moves is no flapping', () => {
    const migrations = { ...usual.document.runs[0].migrations, completed: 100 }
    expect(advice(quiet({ migrations: roundTrip('db-0', 5) }, { migrations }))).toEqual([])
  })

  test('the flag names the policy that decided, by its place', () => {
    const other = { ...policyOf(), name: firstDecision.policy ?? policyOf().name }
    const policies = [{ ...policyOf(), name: volumeId('x') as never }, other]
    const decisions = [{ ...firstDecision, volume: volumeId('db-0') }]
    const found = only(quiet({ policies, decisions, migrations: roundTrip('db-0', 5) }))
    expect(found.flags[0]).toContain('policies.1.spec')
  })
})

describe('marks', () => {
  test('above what a tier can show are lowered to below it, and the low one with them', () => {
    const conditions = [
      {
        condition: 'WatermarksReachable',
        text: 'warm 2000 is above the 424 IOPS that a volume on cold can show',
      },
    ]
    const found = only(quiet({}, { conditions }))
    expect(found.title).toBe('Lower the warm mark to what a volume on cold can show')
    expect(found.flags).toEqual([
      '--set policies.0.spec.warmWatermarkIOPS=290',
      '--set policies.0.spec.lowWatermarkIOPS=72',
    ])
  })

  test('that no volume ever reached are lowered to where the hottest tenth is', () => {
    const policies = [policyOf({ highWatermarkIops: 50_000 })]
    const found = only(quiet({ policies }))
    expect(found.why).toContain('No volume ever reached 50,000 IOPS')
    expect(found.flags[0]).toMatch(/^--set policies\.0\.spec\.highWatermarkIOPS=\d+$/)
  })

  test('lowered ones are marks that a policy may have', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9000 }),
        fc.integer({ min: 2, max: 4000 }),
        fc.integer({ min: 1, max: 3000 }),
        (served, warm, low) => {
          fc.pre(low < warm)
          const policies = [policyOf({ warmWatermarkIops: warm, lowWatermarkIops: low })]
          const text = `warm ${warm} is above the ${served} IOPS that a volume on cold can show`
          const conditions = [{ condition: 'WatermarksReachable', text }]
          const [found] = advice(quiet({ policies }, { conditions }))
          const changes = found.flags.map(flag => /([A-Za-z]+)=(\d+)$/.exec(flag) ?? [])
          const spec = {
            hotPoolSelector: {},
            warmPoolSelector: {},
            coldPoolSelector: {},
            warmWatermarkIOPS: warm,
            lowWatermarkIOPS: low,
            ...Object.fromEntries(changes.map(([, name, value]) => [name, Number(value)])),
          }
          expect(parseStoragePolicySpec(spec, 'spec')).toMatchObject({ ok: true })
        },
      ),
    )
  })
})

describe('obstacles', () => {
  test('a full tier gets room for what missed most', () => {
    const missing = { numbers: { missingBytes: 900 * 1_073_741_824 } }
    const decisions = [
      blocked('tier-full', 'a', missing),
      blocked('tier-full', 'b'),
      blocked('tier-full', 'c', { to: 'cold' }),
    ]
    const found = only(quiet({ decisions }))
    expect(found.why).toBe('2 volumes found no room on hot, at most 900 GiB short.')
    expect(found.flags).toEqual(['--set cluster.pools.0.capacity=5176GiB'])
  })

  test('without pools to name there is no flag', () => {
    const input = { ...quiet({ decisions: [blocked('tier-full', 'a')] }), poolGroups: [] }
    expect(only(input).flags).toEqual([])
  })

  test('a tier without operations gets another pool', () => {
    const found = only(quiet({ decisions: [blocked('pool-would-saturate', 'a')] }))
    expect(found.flags).toEqual(['--set cluster.pools.0.count=4'])
  })

  test('volumes on every node get one more', () => {
    const found = only(quiet({ decisions: [blocked('no-node-free', 'a', { to: 'cold' })] }))
    expect(found.title).toBe('Give the cold tier a pool on another node')
    expect(found.flags).toEqual(['--set cluster.pools.2.count=7'])
  })

  test('slots that are scarce for a few hours of each volume are left as they are', () => {
    const last = atUs.length - 1
    const wait = (hours: number) => blocked('operator-limit', 'a', { atUs: atUs[last - hours] })
    expect(advice(quiet({ decisions: [wait(5)] }))).toEqual([])
    expect(only(quiet({ decisions: [wait(6)] })).flags.length).toBe(1)
  })

  test.each([
    ['snapshots', '--set policies.0.spec.snapshots=LeaveBehind'],
    ['cannot-steer', `--set 'cluster.mayastor="2.10"'`],
    ['policy-limit', '--set policies.0.spec.maxConcurrentMigrations=4'],
    ['operator-limit', '--set loop.maxConcurrentMigrations=4'],
    ['dry-run', '--set policies.0.spec.dryRun=false'],
    ['disabled', '--set policies.0.spec.enabled=true'],
  ] as const)('%s is lifted by one setting', (reason, flag) => {
    expect(only(quiet({ decisions: [blocked(reason, 'a')] })).flags).toEqual([flag])
  })

  test('a cooldown that keeps volumes slow for half a day in all is halved', () => {
    const [volume, ...others] = quiet({}).details[0].volumes
    const volumes = [{ ...volume, heldBackByCooldownUs: 13 * hourUs }, ...others]
    const found = only(quiet({ volumes }))
    expect(found.flags).toEqual(['--set policies.0.spec.cooldownPeriod=12h'])
    expect(found.why).toContain('1 volume stood on a slower tier for 13 h in all')
    const short = [{ ...volume, heldBackByCooldownUs: 11 * hourUs }, ...others]
    expect(advice(quiet({ volumes: short }))).toEqual([])
  })

  test('heat that is often unknown gets a window that bridges the gaps', () => {
    const unknown = blocked('unknown-heat', 'a', { to: null })
    const known: DecisionRow = {
      ...unknown,
      verdict: 'stay',
      reason: 'between-watermarks',
      atUs: atUs[170],
    }
    const found = only(quiet({ decisions: [unknown, known] }))
    expect(found.flags).toEqual(['--set policies.0.spec.samplingWindow=4h'])
    const down: DecisionRow = { ...unknown, reason: 'metrics-unavailable' }
    expect(advice(quiet({ decisions: [down, known] }))).toEqual([])
  })
})

test('a volume that is slow at its daily hours asks for a cooling period of a day', () => {
  const [frozen] = usual.details.slice(1)
  const column = frozen.volumeSeries.volumes.indexOf('batch-0')
  const volumes = frozen.volumeSeries.volumes.length
  const meanLatencyUs = frozen.volumeSeries.meanLatencyUs.slice()
  atUs.forEach((_, row) => {
    const hour = row % 24
    if (hour === 3 || hour === 4) meanLatencyUs[row * volumes + column] += 14_000
  })
  const slower = [
    {
      volume: 'batch-0',
      p99Us: 14_900,
      baselineP99Us: 900,
      meanUs: null,
      baselineMeanUs: null,
    },
  ]
  const volumeSeries = { ...frozen.volumeSeries, meanLatencyUs }
  const found = only(quiet({ volumeSeries }, { slower, slowerVolumes: 1 }))
  expect(found.why).toContain('batch-0 got slower when their work comes, daily 02–04 h')
  expect(found.flags).toEqual(['--set policies.0.spec.coolingPeriod=24h'])
})

test('of any run there are at most three, no two for one setting, each flag a known path', () => {
  const fields = Object.keys(storagePolicyFields)
  fc.assert(
    fc.property(anyInput, input => {
      const found = advice(input)
      expect(found.length).toBeLessThanOrEqual(3)
      const flags = found.flatMap(one => one.flags)
      const paths = flags.map(flag => flag.slice(0, flag.indexOf('=')))
      expect(new Set(paths).size).toBe(paths.length)
      for (const flag of flags) {
        const [, field] = /^--set policies\.\d+\.spec\.(\w+)=\S+$/.exec(flag) ?? []
        if (field !== undefined) expect(fields).toContain(field)
        else expect(flag).toMatch(/^--set '?(?:cluster|loop)\.[\w.]+=\S+$/)
      }
    }),
  )
})
