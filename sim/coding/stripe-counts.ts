/** How many stripes stand well, and how many do not. */
import { allShards, type Code, membersOf, type ShardSet } from '../../src/core/code.js'
import { type Flaws, keyOf } from './flaws.js'
import type { GroupColumns } from './group-columns.js'
import { lossesLeft } from './losses-left.js'

/** A stripe counts where the worst that is true of it stands. */
export interface StripeCounts {
  readonly healthy: number
  /** Shards are lost, and any one more may be. */
  readonly degraded: number
  /** The next loss may make it unrebuildable. */
  readonly oneFromDanger: number
  readonly lost: number
}

/**
 * Of these groups; shards on pools that are away count as missing, and flipped ones where the truth
 * is asked for: nobody knows of them before they are found.
 */
export function countGroups(
  groups: Iterable<number>,
  columns: GroupColumns,
  flaws: Flaws,
  isAway: (pool: number) => boolean,
  asked: 'known' | 'truth',
): StripeCounts {
  const counts = { healthy: 0, degraded: 0, oneFromDanger: 0, lost: 0 }
  for (const group of groups) {
    const code = columns.codeOf(group)
    const missing = columns.missing[group] | awayShards(columns, group, isAway)
    counts[classOf(code, missing)] += columns.stripes[group]
    if (columns.flawed[group] === 0) continue
    for (let own = 0; own < columns.stripes[group]; own++) {
      const key = keyOf(group, own)
      const flawed = flaws.lost(key) | (asked === 'truth' ? flaws.flipped(key) : 0)
      if (flawed === 0) continue
      counts[classOf(code, missing)] -= 1
      counts[classOf(code, missing | flawed)] += 1
    }
  }
  return counts
}

function awayShards(
  columns: GroupColumns,
  group: number,
  isAway: (pool: number) => boolean,
): ShardSet {
  let away = 0
  if (columns.stripes[group] === 0) return away
  for (const shard of membersOf(allShards(columns.codeOf(group)))) {
    if (isAway(columns.poolOf(group, shard))) away |= 1 << shard
  }
  return away
}

function classOf(code: Code, lost: ShardSet): keyof StripeCounts {
  if (lost === 0) return 'healthy'
  const left = lossesLeft(code, lost)
  if (left < 0) return 'lost'
  return left === 0 ? 'oneFromDanger' : 'degraded'
}
