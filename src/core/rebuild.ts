/**
 * Which lost shards a code can rebuild, and which shards must be read for it. Reed-Solomon rebuilds
 * any m; of an LRC it is a question of rank, so that it is asked of the very coefficients.
 */
import {
  allShards,
  anyLosses,
  type Code,
  codeName,
  localGroupOf,
  membersOf,
  type ShardSet,
  shardsOfGroup,
  sizeOf,
} from './code.js'
import { rank } from './gf256.js'
import { generatorRows } from './parity-rows.js'

export function canRebuild(code: Code, lost: ShardSet): boolean {
  const losses = sizeOf(lost)
  if (losses <= anyLosses(code)) return true
  if (code.kind === 'reed-solomon') return false
  if (losses > code.localGroups + code.globalParities) return false
  return hasFullRank(code, allShards(code) & ~lost)
}

/** Enough shards for all data: as many independent rows as there are data shards. */
function hasFullRank(code: Code, present: ShardSet): boolean {
  const known = ranksOf(code)
  const before = known.get(present)
  if (before !== undefined) return before
  const rows = generatorRows(code)
  const full =
    rank(
      membersOf(present).map(shard => rows[shard]),
      code.dataShards,
    ) === code.dataShards
  known.set(present, full)
  return full
}

const ranks = new Map<string, Map<ShardSet, boolean>>()

function ranksOf(code: Code): Map<ShardSet, boolean> {
  const name = codeName(code)
  const known = ranks.get(name) ?? new Map<ShardSet, boolean>()
  ranks.set(name, known)
  return known
}

/**
 * Shards to read to make the wanted ones again, of those present; null when it cannot be done. One
 * lost shard of a local group is made from that group alone.
 */
export function readsFor(code: Code, wanted: ShardSet, present: ShardSet): ShardSet | null {
  const local = localReads(code, wanted, present)
  if (local !== null) return local
  if (!canRebuild(code, allShards(code) & ~present)) return null
  return independentShards(code, present)
}

/** Every wanted shard is the only missing one of its own local group. */
function localReads(code: Code, wanted: ShardSet, present: ShardSet): ShardSet | null {
  let reads = 0
  for (const shard of membersOf(wanted)) {
    const group = localGroupOf(code, shard)
    if (group === null) return null
    const others = shardsOfGroup(code, group) & ~(1 << shard)
    if ((others & ~present) !== 0) return null
    reads |= others
  }
  return reads
}

/** The first present shards whose rows are independent, as many as there are data shards. */
function independentShards(code: Code, present: ShardSet): ShardSet {
  const rows = generatorRows(code)
  const chosen: number[] = []
  for (const shard of membersOf(present)) {
    if (chosen.length === code.dataShards) break
    const independent =
      code.kind === 'reed-solomon' ||
      rank(
        [...chosen, shard].map(one => rows[one]),
        code.dataShards,
      ) > chosen.length
    if (independent) chosen.push(shard)
  }
  return chosen.reduce((set, shard) => set | (1 << shard), 0)
}
