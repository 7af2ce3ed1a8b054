/**
 * How long a repair takes, from what pools give to it: the twin's repair bandwidth becomes the
 * chain's rates here.
 */
import { shardsOf } from '../../core/code.js'
import { assert } from '../../core/errors.js'
import { type DurableCode, durableCodeName, redundancyOf } from './redundancy.js'

export const hoursPerYear = 24 * 365.25
const microsecondsPerHour = 3_600_000_000
const secondsPerHour = 3600

/** Shards that are read to rebuild one. */
export interface RepairReads {
  /** A data shard that is the only loss of its stripe. */
  readonly ofDataShard: number
  /** The only loss, whichever shard it is. */
  readonly onAverage: number
  /** One of several losses. */
  readonly ofSeveral: number
}

export function repairReads(code: DurableCode): RepairReads {
  if (code.kind === 'replicas') return { ofDataShard: 1, onAverage: 1, ofSeveral: 1 }
  const { dataShards } = code
  if (code.kind === 'reed-solomon') {
    return { ofDataShard: dataShards, onAverage: dataShards, ofSeveral: dataShards }
  }
  const { localGroups, globalParities } = code
  const group = dataShards / localGroups
  const all = (dataShards + localGroups) * group + globalParities * dataShards
  return {
    ofDataShard: group,
    onAverage: all / shardsOf(code),
    ofSeveral: dataShards,
  }
}

/**
 * Shards' worth of bytes that must be read to rebuild one shard, whatever the code, if it is to
 * survive the loss of any n − k: the bound for regenerating codes, with every survivor helping
 * (Dimakis et al., IEEE Trans. Inf. Theory 2010).
 */
export function leastRepairReads(dataShards: number, helpers: number): number {
  return helpers / (helpers - dataShards + 1)
}

export interface RepairWork {
  /** Bytes to write anew. */
  readonly bytes: number
  /** Bytes read and written for each of them. */
  readonly transfersPerByte: number
  /** Pools that share the work. */
  readonly pools: number
  /** What one pool gives to repair, reads and writes together. */
  readonly repairBytesPerSecond: number
  /** From a failure until its repair begins. */
  readonly detectionUs: number
}

export function repairHours(work: RepairWork): number {
  assert(work.pools > 0 && work.repairBytesPerSecond > 0, 'a repair needs pools and bandwidth')
  const bytesPerHour = work.pools * work.repairBytesPerSecond * secondsPerHour
  const transferHours = (work.bytes * work.transfersPerByte) / bytesPerHour
  return work.detectionUs / microsecondsPerHour + transferHours
}

export interface RepairConditions {
  readonly pools: number
  readonly poolCapacityBytes: number
  /** Bytes that one pool holds. */
  readonly usedBytes: number
  /** Data of the largest volume, each of whose shards lies on one pool. */
  readonly largestVolumeBytes: number
  readonly repairBytesPerSecond: number
  readonly detectionUs: number
  /** From a failure until a new pool stands in its place; it counts where no other has room. */
  readonly replacementUs: number
}

/**
 * Item i: repairs a year from i + 1 lost shards to i. The most endangered stripes come first: of
 * what a failed pool held, only those that miss as many shards are waited for. Many volumes share
 * few pools with each other; a large one shares all with itself.
 */
export function repairRates(code: DurableCode, conditions: RepairConditions): readonly number[] {
  const { shards } = redundancyOf(code)
  const { pools, usedBytes, largestVolumeBytes } = conditions
  assert(conditions.detectionUs > 0, 'no repair begins in the instant of the failure')
  assert(pools >= shards, `${durableCodeName(code)} does not fit on ${pools} pools`)
  const dataShards = code.kind === 'replicas' ? 1 : code.dataShards
  const mostLosses = shards - dataShards
  const shardBytes = Math.min(usedBytes, largestVolumeBytes / dataShards)
  const reads = repairReads(code)
  const rates: number[] = []
  let endangered = usedBytes
  for (let lost = 1; lost <= mostLosses; lost++) {
    const transfersPerByte = 1 + (lost === 1 ? reads.onAverage : reads.ofSeveral)
    const bytes = Math.max(endangered, shardBytes)
    const work = { ...conditions, bytes, transfersPerByte, pools: pools - lost }
    const hasRoom = survivorsHaveRoom(shards, lost, conditions)
    rates.push(hoursPerYear / hoursOf(work, hasRoom ? shardBytes : bytes, hasRoom))
    endangered *= (shards - lost) / (pools - lost)
  }
  return rates
}

/** All pools share the work, but what goes to one pool is written by that one alone. */
function hoursOf(
  work: RepairWork & { readonly replacementUs: number },
  bytesToOnePool: number,
  hasRoom: boolean,
): number {
  const detectionUs = work.detectionUs + (hasRoom ? 0 : work.replacementUs)
  const writing = { ...work, bytes: bytesToOnePool, transfersPerByte: 1, pools: 1, detectionUs }
  return Math.max(repairHours({ ...work, detectionUs }), repairHours(writing))
}

/** For each lost shard a pool that holds no other of its stripe, and for all bytes a place. */
function survivorsHaveRoom(
  shards: number,
  lost: number,
  { pools, poolCapacityBytes, usedBytes }: RepairConditions,
): boolean {
  const survivors = pools - lost
  return survivors >= shards && survivors * (poolCapacityBytes - usedBytes) >= lost * usedBytes
}
