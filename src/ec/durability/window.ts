/**
 * Durability as Backblaze counts it: a year is cut into windows as long as a repair, and a window
 * loses data when more shards fail in it than the code makes good. A second opinion beside the
 * chain, which needs no rate of repair.
 */

import { choose } from './combinations.js'
import { anyOf } from './placement.js'

const daysPerYear = 365

export interface RepairWindow {
  readonly shards: number
  /** Losses that the code makes good. */
  readonly tolerated: number
  readonly annualFailureRate: number
  readonly days: number
}

export interface WindowLoss {
  readonly perWindow: number
  readonly perYear: number
}

export function windowLoss(window: RepairWindow): WindowLoss {
  const { shards, tolerated, annualFailureRate, days } = window
  const failing = (annualFailureRate * days) / daysPerYear
  let perWindow = 0
  for (let failed = tolerated + 1; failed <= shards; failed++) {
    const chance = failing ** failed * (1 - failing) ** (shards - failed)
    perWindow += choose(shards, failed) * chance
  }
  return { perWindow, perYear: anyOf(perWindow, daysPerYear / days) }
}
