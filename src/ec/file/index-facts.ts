/** What the index is to tell of a coded directory: groups of stripes, and how their shards are. */
import { allShards, membersOf, type ShardSet } from '../../core/code.js'
import { readsFor } from '../../core/rebuild.js'
import { groupsOf } from '../../core/stripe-index.js'
import type { StripeGroup } from '../../core/stripe-object.js'
import type { Coder } from '../coder.js'
import { examine } from './examine.js'
import { Findings } from './findings.js'
import { slotOffset } from './layout.js'
import { LostRanges } from './lost-ranges.js'
import { type CodedVolume, wholeBytes } from './volume.js'

/** What a directory does not know of itself. */
export interface IndexNames {
  readonly volume: string
  readonly policy: string | null
  /** By the number of the pool; one that is not named is called as its directory. */
  readonly places: ReadonlyMap<number, PoolPlace>
}

export interface PoolPlace {
  readonly pool: string
  readonly node: string | null
}

/** One group: pool j holds shard j of every stripe. None where there are no stripes. */
export function groupsIn(volume: CodedVolume, names: IndexNames): readonly StripeGroup[] {
  const { geometry, stripes, family } = volume.header
  const [name, version] = family.split('/')
  const shards = volume.containers.map(({ pool: shard, directory }) => ({
    shard,
    isData: shard < geometry.code.dataShards,
    ...(names.places.get(shard) ?? { pool: directory, node: null }),
    offsetBytes: slotOffset(geometry, 0),
    sizeBytes: geometry.shardBytes,
  }))
  return groupsOf({
    volume: names.volume,
    policy: names.policy,
    stripeBytes: geometry.stripeBytes,
    codec: { family: name ?? family, version: Number(version) },
    generation: 1,
    runs: [{ firstStripe: 0, stripes, shards }],
  })
}

/** Of the worst stripe; sets of shards that have something wrong in any stripe. */
export interface ShardHealth {
  readonly missing: ShardSet
  readonly corrupted: ShardSet
  /** The largest set that one stripe lacks. */
  readonly worst: ShardSet
  readonly isLost: boolean
}

/** By the first pages and the lengths of the containers: no block is read. */
export function healthByHeaders(volume: CodedVolume, corruptedBefore: ShardSet): ShardHealth {
  const { code } = volume.header.geometry
  const missing = missingIn(volume)
  const corrupted = corruptedBefore & allShards(code) & ~missing
  const worst = missing | corrupted
  const isLost = worst !== 0 && readsFor(code, worst, allShards(code) & ~worst) === null
  return { missing, corrupted, worst, isLost }
}

/** Every block is read. */
export async function healthByBlocks(
  volume: CodedVolume,
  coder: Coder,
  progress: (stripes: number) => void,
): Promise<ShardHealth> {
  const lost = new LostRanges()
  let [worst, any]: [ShardSet, ShardSet] = [0, 0]
  await examine(
    {
      ...{ volume, coder, findings: new Findings(), lost },
      onStripe: ({ bad }) => {
        any |= bad
        if (membersOf(bad).length > membersOf(worst).length) worst = bad
      },
      onProgress: async next => progress(next),
    },
    0,
  )
  const missing = missingIn(volume)
  return { missing, corrupted: any & ~missing, worst, isLost: lost.list().length > 0 }
}

function missingIn(volume: CodedVolume): ShardSet {
  let missing: ShardSet = 0
  for (const { pool, file, sizeBytes } of volume.containers) {
    if (file === null || sizeBytes < wholeBytes(volume)) missing |= 1 << pool
  }
  return missing
}
