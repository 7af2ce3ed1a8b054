/**
 * Erasure codes as values: how many shards a stripe has, which are data, and what a set of them is
 * called. A stripe's shards are numbered data first, then (LRC) the local parities, then the
 * others.
 */

export type Code =
  | {
      readonly kind: 'reed-solomon'
      readonly dataShards: number
      readonly parityShards: number
    }
  /**
   * Local reconstruction code: `localGroups` equal groups of data, each with a parity of its own.
   */
  | {
      readonly kind: 'lrc'
      readonly dataShards: number
      readonly localGroups: number
      readonly globalParities: number
    }

/** A set of shards of one stripe: bit i is shard i. */
export type ShardSet = number

/** Bits of a set that fit a positive 32-bit integer. */
export const mostShards = 30

export function parityShards(code: Code): number {
  return code.kind === 'lrc' ? code.localGroups + code.globalParities : code.parityShards
}

export function shardsOf(code: Code): number {
  return code.dataShards + parityShards(code)
}

/** Losses of any kind that the code survives, whichever they are. */
export function anyLosses(code: Code): number {
  return code.kind === 'lrc' ? code.globalParities + 1 : code.parityShards
}

/** `rs-4-2`, `lrc-12-2-2`: as commands, files and reports write it. */
export function codeName(code: Code): string {
  return code.kind === 'lrc'
    ? `lrc-${code.dataShards}-${code.localGroups}-${code.globalParities}`
    : `rs-${code.dataShards}-${code.parityShards}`
}

/** The code of a name, or in a sentence why there is none. */
export function parseCodeName(text: string): Code | string {
  const parts = /^(rs|lrc)-(\d{1,3})-(\d{1,3})(?:-(\d{1,3}))?$/.exec(text)
  if (parts === null || (parts[1] === 'lrc') !== (parts[4] !== undefined)) {
    return `'${text}' is no code: rs-DATA-PARITY, or lrc-DATA-GROUPS-GLOBALS`
  }
  const dataShards = Number(parts[2])
  const code: Code =
    parts[1] === 'rs'
      ? { kind: 'reed-solomon', dataShards, parityShards: Number(parts[3]) }
      : {
          kind: 'lrc',
          dataShards,
          localGroups: Number(parts[3]),
          globalParities: Number(parts[4]),
        }
  return whyNoCode(code) ?? code
}

/** Why no stripe can have this shape, in a sentence; null: it can. */
export function whyNoCode(code: Code): string | null {
  const { dataShards } = code
  if (dataShards < 1 || parityShards(code) < 1) return 'a code has data and parity shards'
  const shards = shardsOf(code)
  if (shards > mostShards) return `a stripe has at most ${mostShards} shards, and here ${shards}`
  if (code.kind === 'reed-solomon') return null
  const { localGroups, globalParities } = code
  if (localGroups < 2) return 'an LRC has two local groups or more'
  if (globalParities < 1) return 'an LRC has a global parity or more'
  if (dataShards % localGroups !== 0) {
    return `${dataShards} data shards cannot be cut into ${localGroups} equal local groups`
  }
  return null
}

/** The local group of a data shard or of a local parity; null for a global one. */
export function localGroupOf(code: Code, shard: number): number | null {
  if (code.kind !== 'lrc') return null
  if (shard < code.dataShards) return Math.floor(shard / (code.dataShards / code.localGroups))
  const group = shard - code.dataShards
  return group < code.localGroups ? group : null
}

/** All shards of one local group, its parity included. */
export function shardsOfGroup(code: Code, group: number): ShardSet {
  let set = 0
  for (const shard of membersOf(allShards(code))) {
    if (localGroupOf(code, shard) === group) set |= 1 << shard
  }
  return set
}

export function allShards(code: Code): ShardSet {
  return (1 << shardsOf(code)) - 1
}

export function setOf(shards: Iterable<number>): ShardSet {
  let set = 0
  for (const shard of shards) set |= 1 << shard
  return set
}

/** Ascending. */
export function membersOf(set: ShardSet): readonly number[] {
  const members: number[] = []
  for (let shard = 0; shard < mostShards; shard++) {
    if ((set & (1 << shard)) !== 0) members.push(shard)
  }
  return members
}

export function sizeOf(set: ShardSet): number {
  let size = 0
  for (let rest = set; rest !== 0; rest &= rest - 1) size++
  return size
}
