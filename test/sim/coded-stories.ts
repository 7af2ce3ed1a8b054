/** Stories in which cold volumes are coded: more cold pools, a narrow code, a small journal. */
import fc from 'fast-check'
import { coding } from './cold-world.js'
import type { SmallPool } from './small-world.js'
import { type Story, story } from './stories.js'

const shape = fc.constantFrom(
  { dataShards: 2, parityShards: 1 },
  { dataShards: 3, parityShards: 1 },
  { dataShards: 2, parityShards: 2 },
  { dataShards: 4, parityShards: 4, algorithm: 'LRC' },
)

const smallJournal = { journalSizeBytes: 16_777_216, replicationFactor: 2 }

/** Cold pools on nodes of their own beside those of the story. */
const coldPools: readonly SmallPool[] = Array.from({ length: 8 }, (_, at) => ({
  tier: 'cold',
  node: 6 + at,
  capacityGiB: 400,
}))

export const codedStory: fc.Arbitrary<Story> = fc
  .tuple(story, shape, fc.constantFrom(false, false, true))
  .map(([told, spec, allowWeakerNodeTolerance]) => ({
    ...told,
    scenario: {
      ...told.scenario,
      pools: [...told.scenario.pools, ...coldPools],
      coding: coding({ ...spec, journalConfig: smallJournal }),
      policy: {
        ...told.scenario.policy,
        ecMinVolumeSizeBytes: 1,
        allowWeakerNodeTolerance,
      },
    },
  }))
