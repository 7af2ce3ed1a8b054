/** A conversion that was decided beside moves that plan on in the same round. */
import { expect, it } from 'vitest'
import { run } from '../sim/stories.js'

type Told = Parameters<typeof run>[0]

const idle = [
  { fromMinute: 0, iops: 0 },
  { fromMinute: 20, iops: 0 },
]
const change = { thin: false, pin: null, hold: false, snapshots: 0, affinityGroup: null }

/** Found by the laws' search: vol-1 plans its second move where vol-0 was to put its shards. */
const told: Told = {
  scenario: {
    pools: [
      ...[0, 1].map(node => ({ tier: 'hot' as const, node, capacityGiB: 280 })),
      ...[0, 1].map(node => ({ tier: 'cold' as const, node, capacityGiB: 280 })),
      ...[6, 7, 8, 9, 10, 11, 12, 13].map(node => ({
        ...{ tier: 'cold' as const, node, capacityGiB: 400 },
      })),
    ],
    volumes: [
      { place: 'cold', replicas: 3, sizeGiB: 1, heat: idle, change },
      { place: 'hot', replicas: 2, sizeGiB: 5, heat: idle, change },
      { place: 'hot', replicas: 1, sizeGiB: 1, heat: idle, change },
    ],
    lengthMinutes: 300,
    mayastor: '2.10',
    policy: {
      maxConcurrentMigrations: 2,
      cooldownPeriodUs: 300_000_000,
      ecMinVolumeSizeBytes: 1,
      allowWeakerNodeTolerance: true,
    },
    loop: { preservationMode: false, mayastorMaxRebuilds: null },
    faults: [],
    seed: 0,
    coding: {
      name: 'coding',
      generation: 1,
      spec: {
        dataShards: 2,
        parityShards: 1,
        stripeSizeBytes: 1_048_576,
        algorithm: 'ReedSolomon',
        journal: {
          journalSizeBytes: 16_777_216,
          replicationFactor: 2,
          destageThresholdPercent: 80,
          destageIntervalUs: 30_000_000,
        },
        minHealthyShards: 2,
        scrubbingEnabled: false,
        scrubIntervalUs: 604_800_000_000,
      },
      invalid: [],
    },
  },
  deeds: [],
}

it('counts on no pool that a move of this round copies into (law 13)', async () => {
  const { broken } = await run(told)
  expect(broken).toEqual([])
})
