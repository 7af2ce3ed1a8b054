/**
 * How likely data is lost under a code, on given pools: the one entry to this folder's models.
 */
import { assert } from '../../core/errors.js'
import { chainOf, lossWithin, meanYearsToLoss } from './chain.js'
import { anyOf } from './placement.js'
import type { RebuildableShare } from './rebuildable-share.js'
import { type DurableCode, redundancyOf } from './redundancy.js'
import { repairRates } from './repair.js'

export interface DurabilityConditions {
  /** Pools of the tier, each of which fails by itself. */
  readonly pools: number
  readonly poolCapacityBytes: number
  /** Bytes that one pool holds. */
  readonly usedBytes: number
  /** Data of the largest volume; where it is not told, volumes are small beside a pool. */
  readonly largestVolumeBytes?: number
  /** Failures of one pool a year: `annualFailureRates` has published ones. */
  readonly annualFailureRate: number
  /** What one pool gives to repair, reads and writes together. */
  readonly repairBytesPerSecond: number
  /** From a failure until its repair begins. */
  readonly detectionUs: number
  /**
   * From a failure until a new pool stands in its place; it counts where the other pools cannot
   * take the lost shards. 6.5 days where it is not told, as Backblaze counts.
   */
  readonly replacementUs?: number
  /** Different sets of pools that hold a volume; 1 asks about one volume. */
  readonly placements?: number
  /** Of the failures of pools, the share that takes another pool with it; 0 if not told. */
  readonly pairedShare?: number
  /** For a local reconstruction code of other coefficients than our own. */
  readonly rebuildableShare?: RebuildableShare
}

export interface Durability {
  readonly code: DurableCode
  /** Chance that any data at all is lost within a year. */
  readonly lossProbabilityPerYear: number
  /** Bytes lost in a year for each byte stored: of a lost stripe, the shards beyond repair. */
  readonly lostBytesPerByteYear: number
  /** Mean time until one stripe is lost. A rate turned over, and no forecast of an age. */
  readonly mttdlYears: number
}

const microsecondsPerDay = 86_400_000_000

/** Backblaze, erasure-coding-durability: 6.5 days from a drive's failure until it is made good. */
export const replacementUsByDefault = 6.5 * microsecondsPerDay

export function durabilityOf(code: DurableCode, conditions: DurabilityConditions): Durability {
  const { pools, placements = 1, largestVolumeBytes = 0 } = conditions
  const { replacementUs = replacementUsByDefault } = conditions
  assert(placements > 0, `${placements} placements`)
  const redundancy = redundancyOf(code, conditions.rebuildableShare)
  const { shards, fatalShares } = redundancy
  const pairedShare = shareInStripe(conditions.pairedShare ?? 0, shards, pools)
  const chain = chainOf(redundancy, {
    failuresPerYear: conditions.annualFailureRate,
    repairsPerYear: repairRates(code, { ...conditions, largestVolumeBytes, replacementUs }),
    pairedShare,
  })
  const mostLost = Math.min(shards, fatalShares.length + (pairedShare > 0 ? 1 : 0))
  const lossOfStripe = lossWithin(chain, 1)
  return {
    code,
    lossProbabilityPerYear: anyOf(lossOfStripe, placements),
    lostBytesPerByteYear: (lossOfStripe * mostLost) / shards,
    mttdlYears: meanYearsToLoss(chain),
  }
}

/** The other pool of a pair is any of the tier; it matters only where it holds the same stripe. */
function shareInStripe(pairedShare: number, shards: number, pools: number): number {
  return shards === 1 ? 0 : (pairedShare * (shards - 1)) / (pools - 1)
}
