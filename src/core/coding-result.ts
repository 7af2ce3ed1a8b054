/**
 * What coding did in a run, and how likely its codes lose data: figures for people, of which none
 * enters the history.
 */
import type { ByTier } from './result.js'

export interface CodingResult {
  /** User bytes of stripes that were encoded; a stripe of a later image counts again. */
  readonly encodedBytes: number
  readonly stripes: number
  /** Reads that had to be made from other shards. */
  readonly degradedReads: number
  readonly repairedShards: number
  /** Bytes that were read and written at the pools to make shards again. */
  readonly repairedBytes: number
  /** Served from their shards at the end: how many, their bytes, and what they take raw. */
  readonly volumes: number
  readonly userBytes: number
  readonly codedBytes: number
  /** What the replicas of the same volumes took. */
  readonly replicaBytes: number
  /** Raw bytes for one byte of the user's; null while nothing is coded. */
  readonly overhead: { readonly coded: number; readonly replicas: number } | null
  /** Raw: every copy of every journal. */
  readonly journalBytes: number
  readonly conversions: {
    /** To the coded form, and from it back to replicas. */
    readonly completed: number
    readonly back: number
    /** Ended otherwise, and left the volume as it was. */
    readonly undone: number
  }
  /** Stripes short of a shard, times the seconds that they were. */
  readonly degradedStripeSeconds: number
  /** Stripes that one more loss could have ended: how often one came to be, and for how long. */
  readonly endangeredStripes: number
  readonly endangeredStripeSeconds: number
  /** Beyond help at the end, as far as its pools do not come back. */
  readonly lostStripes: number
  /** Really encoded, read back and compared, byte for byte; null: no stripe was sampled. */
  readonly proved: {
    readonly stripes: number
    readonly bytes: number
    readonly rebuiltShards: number
  } | null
  readonly savings: CodingSavings
}

/**
 * Against the replicas that the same volumes had, from the first shard on: while a volume has both
 * forms it saves less than nothing. Journals are taken off. Part of no other saving.
 */
export interface CodingSavings {
  /** Bytes × seconds. */
  readonly byteSeconds: number
  /** Bytes that are free at the end. */
  readonly freedBytes: ByTier<number>
  /** Null without prices; 0 where storage is owned: what is bought stays paid. */
  readonly money: { readonly total: number; readonly perMonth: number } | null
}

/** Copies that the cluster made by itself in place of lost ones. */
export interface RebuildResult {
  readonly replicas: number
  /** Read and written at the pools. */
  readonly bytes: number
}

export interface DurabilityRow {
  /** `rs-4-2`, `lrc-12-2-2`, `replicas-3`. */
  readonly code: string
  /** Volumes that are counted, each on a set of pools of its own: an upper bound. */
  readonly volumes: number
  /** Chance that any of them loses data within a year. */
  readonly lossProbabilityPerYear: number
  readonly lostBytesPerByteYear: number
  /** What one pool gives to repair, and whether it was measured in this run. */
  readonly repairBytesPerSecond: number
  readonly repairRateFrom: 'repairs' | 'devices'
}

/** Raw bytes by form, at one instant. */
export interface FormSeriesRow {
  readonly atUs: number
  readonly replicaBytes: number
  readonly codedBytes: number
  readonly journalBytes: number
  /** What coding frees: without it all of these together took so much more. */
  readonly savedBytes: number
}
