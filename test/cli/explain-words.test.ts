/** How `explain` tells of a conversion, step by step. */
import { describe, expect, test } from 'vitest'
import { migrationLine } from '../../src/cli/explain/words.js'
import type { ConversionPlan, ConversionStep } from '../../src/core/conversion-state.js'
import { startConversion } from '../../src/core/conversion-state.js'
import { poolId, volumeId } from '../../src/core/model.js'
import type { MigrationRecord, MigrationStatus } from '../../src/core/record.js'

const pools = ['a', 'b', 'c', 'd', 'e', 'f'].map(poolId)
const code: ConversionPlan = {
  kind: 'code',
  pools,
  coding: {
    policy: 'rs-4-2',
    code: { kind: 'reed-solomon', dataShards: 4, parityShards: 2 },
    stripeBytes: 1_048_576,
  },
}
const restore: ConversionPlan = { kind: 'restore', pools: pools.slice(0, 3) }
const startedUs = 1_767_571_200_000_000

function record(
  plan: ConversionPlan | null,
  change: Partial<MigrationStatus> = {},
): MigrationRecord {
  const conversion = plan === null ? null : startConversion(plan, startedUs)
  return {
    name: 'v-1',
    version: '1',
    deleting: false,
    spec: {
      volume: volumeId('v'),
      fromTier: 'cold',
      toTier: 'cold',
      toForm: 'coded',
      releaseSource: true,
      holdForUs: 0,
      policy: null,
      reason: 'code-cold',
      requestedBy: 'policy',
      sizeBytes: 2 ** 40,
      fingerprint: '',
      heatIops: 1,
    },
    status: {
      protocol: 1,
      epoch: 1,
      phase: 'moving',
      outcome: null,
      why: null,
      intendedReplicas: 3,
      originalReplicas: [],
      addedReplicas: [],
      moves: [],
      conversion,
      cordons: [],
      lastCommand: null,
      attempts: 0,
      holdsSlot: true,
      startedUs,
      finishedUs: null,
      message: '',
      ...change,
    },
  }
}

function at(step: ConversionStep, plan: ConversionPlan, undoes: string | null, pass = 1): string {
  const conversion = { ...startConversion(plan, startedUs), step, undoes, pass }
  return migrationLine(record(plan, { conversion }))
}

describe('a conversion', () => {
  test('names code and places, and its step while it runs', () => {
    expect(migrationLine(record(code))).toBe(
      'v-1: replicas → rs-4-2 on 6 cold pools, 1 TiB, runs since 2026-01-05T00:00:00Z: ' +
        'a snapshot of its replicas is made',
    )
    expect(at('restoring', restore, null)).toMatch(
      /^v-1: shards → 3 replicas on cold, 1 TiB, .*: its stripes are decoded/,
    )
  })

  test('that is made again, or undone, says so', () => {
    expect(at('encoding', code, null, 3)).toMatch(/: its stripes are encoded, image 3$/)
    expect(at('dropping-coded', code, 'still-written', 5)).toMatch(
      /: its shards go, image 5, undone \[still-written\]$/,
    )
  })

  test('that ended says how and after how long', () => {
    const ended = { outcome: 'completed' as const, finishedUs: startedUs + 7_200_000_000 }
    expect(migrationLine(record(code, ended))).toBe(
      'v-1: replicas → rs-4-2 on 6 cold pools, 1 TiB, completed after 2 h',
    )
  })

  test('is told apart from a move between tiers', () => {
    expect(migrationLine(record(null))).toBe(
      'v-1: cold → cold, 1 TiB a replica, runs since 2026-01-05T00:00:00Z',
    )
    expect(migrationLine({ ...record(null), status: null })).toMatch(/, not taken up yet$/)
  })
})
