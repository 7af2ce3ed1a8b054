/**
 * What all groups of a volume say together, kept until one of them changes: a year of coded volumes
 * asks far more often than anything happens to them.
 */
import { membersOf, type ShardSet, shardsOf } from '../../src/core/code.js'
import type { GroupColumns } from './group-columns.js'
import type { StripeCounts } from './stripe-counts.js'

interface Summary {
  /** Every pool that a shard stands on. */
  readonly pools: readonly number[]
  readonly missingPlaces: ShardSet
  /** By the pools that are away. */
  readonly counts: Map<string, StripeCounts>
}

export class VolumeSummaries {
  private readonly kept = new Map<number, Summary>()

  constructor(
    private readonly columns: GroupColumns,
    private readonly groupsOf: (volume: number) => Iterable<number>,
  ) {}

  /** One of its groups changed: shards, pools, or a flaw of a stripe. */
  forget(volume: number): void {
    this.kept.delete(volume)
  }

  /** Places of the volume, as bits, that a shard of some group is missing at. */
  missingPlaces(volume: number): ShardSet {
    return this.of(volume).missingPlaces
  }

  /** Counted anew unless the same pools were away when it was asked last. */
  counts(
    volume: number,
    isAway: (pool: number) => boolean,
    count: () => StripeCounts,
  ): StripeCounts {
    const { pools, counts } = this.of(volume)
    const away = pools.filter(isAway).join()
    const known = counts.get(away) ?? count()
    counts.set(away, known)
    return known
  }

  private of(volume: number): Summary {
    const known = this.kept.get(volume) ?? this.summarize(volume)
    this.kept.set(volume, known)
    return known
  }

  private summarize(volume: number): Summary {
    const { columns } = this
    const pools = new Set<number>()
    let missingPlaces = 0
    let rotation = 0
    for (const group of this.groupsOf(volume)) {
      const shards = shardsOf(columns.codeOf(group))
      for (let shard = 0; shard < shards; shard++) pools.add(columns.poolOf(group, shard))
      for (const shard of membersOf(columns.missing[group])) {
        missingPlaces |= 1 << ((shard + rotation) % shards)
      }
      rotation += 1
    }
    return { pools: [...pools], missingPlaces, counts: new Map() }
  }
}
