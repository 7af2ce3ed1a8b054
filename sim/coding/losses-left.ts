/** How near a stripe is to being lost: the order in which stripes are repaired. */
import {
  allShards,
  anyLosses,
  type Code,
  codeName,
  membersOf,
  parityShards,
  type ShardSet,
  sizeOf,
} from '../../src/core/code.js'
import { canRebuild } from '../../src/core/rebuild.js'

/**
 * So many more shards may be lost, whichever they are. At 0 the stripe is one loss from danger: the
 * loss of its worst shard would make it unrebuildable. Below 0 it is lost.
 */
export function lossesLeft(code: Code, lost: ShardSet): number {
  if (code.kind === 'reed-solomon') return Math.max(-1, parityShards(code) - sizeOf(lost))
  const known = knownOf(code)
  const before = known.get(lost)
  if (before !== undefined) return before
  const left = canRebuild(code, lost) ? search(code, lost) : -1
  known.set(lost, left)
  return left
}

function search(code: Code, lost: ShardSet): number {
  let left = Math.max(0, anyLosses(code) - sizeOf(lost))
  while (survivesAny(code, lost, left + 1, 0)) left++
  return left
}

/** Whether any `more` shards, from `first` on, can be lost besides. */
function survivesAny(code: Code, lost: ShardSet, more: number, first: number): boolean {
  if (!canRebuild(code, lost)) return false
  if (more === 0) return true
  return membersOf(allShards(code) & ~lost).every(
    shard => shard < first || survivesAny(code, lost | (1 << shard), more - 1, shard + 1),
  )
}

const tables = new Map<string, Map<ShardSet, number>>()

function knownOf(code: Code): Map<ShardSet, number> {
  const name = codeName(code)
  const known = tables.get(name) ?? new Map<ShardSet, number>()
  tables.set(name, known)
  return known
}
