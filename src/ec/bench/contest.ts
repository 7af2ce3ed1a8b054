/** Things that are measured in turns, each the best of its turns. */
import { type Code, mostShards, parityShards, type ShardSet, sizeOf } from '../../core/code.js'
import { canRebuild } from '../../core/rebuild.js'

export const operations = ['encode', 'rebuildOne', 'rebuildAll'] as const
export type Operation = (typeof operations)[number]

/** 10⁹ bytes of data (k × shard) a second. */
export type Rate = number

/** One turn's outcome. */
export interface Sample {
  readonly rate: Rate
  /** Processors that the work had: less than its threads where the machine was busy. */
  readonly processors: number
}

export interface Contestant {
  /** One turn, as long as a turn takes. */
  sample(operation: Operation): Promise<Sample>
}

/** The best turn of each operation. */
export type Best = Record<Operation, Sample>

/** In one turn every contestant has each operation once. */
export async function contest(
  contestants: readonly Contestant[],
  turns: number,
): Promise<readonly Best[]> {
  const none = { rate: 0, processors: 0 }
  const best = contestants.map((): Best => ({ encode: none, rebuildOne: none, rebuildAll: none }))
  for (let turn = 0; turn < turns; turn++) {
    for (const operation of operations) {
      for (const [at, contestant] of contestants.entries()) {
        const sample = await contestant.sample(operation)
        if (sample.rate > best[at][operation].rate) best[at][operation] = sample
      }
    }
  }
  return best
}

/** What each operation makes: the parity; the first shard; as many shards as can be lost. */
export function wantedBy(operation: Operation, code: Code): ShardSet {
  if (operation === 'rebuildOne') return 1
  if (operation === 'rebuildAll') return largestLoss(code)
  return ((1 << parityShards(code)) - 1) << code.dataShards
}

/** The first set, in the order of its bits, of as many shards as there is parity. */
function largestLoss(code: Code): ShardSet {
  for (let lost = 1; lost < 2 ** mostShards; lost++) {
    if (sizeOf(lost) === parityShards(code) && canRebuild(code, lost)) return lost
  }
  return 0
}
