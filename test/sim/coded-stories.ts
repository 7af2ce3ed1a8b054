/** Stories in which cold volumes are coded: more cold pools, a narrow code, a small journal. */
import fc from 'fast-check'
import type { Fault } from '../../sim/scenario/model.js'
import { poolId } from '../../src/core/model.js'
import { coding } from './cold-world.js'
import { minute, type SmallPool, type SmallVolume } from './small-world.js'
import { type Story, story } from './stories.js'

const shape = fc.constantFrom(
  { dataShards: 2, parityShards: 1 },
  { dataShards: 3, parityShards: 1 },
  { dataShards: 2, parityShards: 2 },
  { dataShards: 6, parityShards: 3, algorithm: 'LRC' },
)

const smallJournal = { journalSizeBytes: 16_777_216, replicationFactor: 2 }

/** Cold pools on nodes of their own beside those of the story. */
const coldPools: readonly SmallPool[] = Array.from({ length: 8 }, (_, at) => ({
  tier: 'cold',
  node: 6 + at,
  capacityGiB: 400,
}))

/** Pools of coded volumes that are away, some of them for longer than a repair waits. */
const away: fc.Arbitrary<Fault> = fc.record({
  kind: fc.constant('pool' as const),
  pool: fc.integer({ min: 4, max: 11 }).map(at => poolId(`cold-${at}`)),
  how: fc.constantFrom('offline' as const, 'faulted' as const),
  atUs: fc.integer({ min: 5, max: 100 }).map(at => at * minute),
  forUs: fc.integer({ min: 1, max: 40 }).map(at => at * minute),
})

/** Most volumes begin cold and idle, so that they are coded before trouble comes, or in it. */
function cooled(volume: SmallVolume, stays: boolean): SmallVolume {
  const [first, then] = volume.heat
  const heat = [{ ...first, iops: first.iops / 20 }, stays ? { ...then, iops: 3 } : then]
  const change = { ...volume.change, pin: null, hold: false, snapshots: 0 }
  return { ...volume, place: 'cold', replicas: 3, heat, change }
}

export const codedStory: fc.Arbitrary<Story> = fc
  .record({
    told: story,
    spec: shape,
    allowWeakerNodeTolerance: fc.constantFrom(false, false, true),
    stays: fc.boolean(),
    more: fc.array(away, { maxLength: 3 }),
  })
  .map(({ told, spec, allowWeakerNodeTolerance, stays, more }) => {
    const { pools, volumes, faults = [] } = told.scenario
    return {
      ...told,
      scenario: {
        ...told.scenario,
        pools: [...pools.slice(0, 4), ...coldPools, ...pools.slice(4)],
        volumes: volumes.map((one, at) => (at === 0 ? cooled(one, stays) : one)),
        faults: [...faults, ...more],
        mayastor: '2.10',
        coding: coding({ ...spec, journalConfig: smallJournal }),
        policy: { ...told.scenario.policy, ecMinVolumeSizeBytes: 1, allowWeakerNodeTolerance },
      },
    }
  })
