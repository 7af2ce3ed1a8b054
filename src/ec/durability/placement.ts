/**
 * Many volumes on many pools: what one volume's chance of loss means for all of them, and what
 * becomes of them when several pools go at once. The more different sets of pools hold data, the
 * likelier it is that some of it is lost, and the less of it (Cidon et al., "Copysets", ATC 2013).
 */
import { choose } from './combinations.js'
import { type Redundancy, survivalOf } from './redundancy.js'

/** Chance of at least one of `count` independent events of this chance. */
export function anyOf(chance: number, count: number): number {
  return -Math.expm1(count * Math.log1p(-chance))
}

export interface Burst {
  readonly pools: number
  /** Pools that are lost at once, each set of them as likely as any other. */
  readonly lost: number
  /** Different sets of pools that hold a volume. */
  readonly placements: number
}

/** Chance that a burst costs any data at all. */
export function lossInBurst(redundancy: Redundancy, { pools, lost, placements }: Burst): number {
  const { shards } = redundancy
  let fatal = 0
  for (let hit = 1; hit <= shards; hit++) {
    fatal += chanceOfHits(shards, hit, pools, lost) * (1 - survivalOf(redundancy, hit))
  }
  return anyOf(Math.min(1, fatal), placements)
}

/** Chance that `hit` of a set's pools are among the lost ones. */
function chanceOfHits(shards: number, hit: number, pools: number, lost: number): number {
  let chance = choose(shards, hit)
  for (let i = 0; i < hit; i++) chance *= (lost - i) / (pools - i)
  for (let i = 0; i < shards - hit; i++) chance *= (pools - lost - i) / (pools - hit - i)
  return chance
}
