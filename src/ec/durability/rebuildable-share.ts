/**
 * How many of the sets of lost shards a local reconstruction code rebuilds, asked of its own
 * coefficients: all sets where they can be counted, else many drawn ones.
 */
import tychei from 'seedrandom/lib/tychei.js'
import { type Code, codeName, parityShards, shardsOf } from '../../core/code.js'
import { canRebuild } from '../../core/rebuild.js'
import { choose } from './combinations.js'

/** Of all sets of that many lost shards, the share that can be rebuilt. */
export type RebuildableShare = (lost: number) => number

const mostCounted = 20_000
const known = new Map<string, readonly number[]>()

export function rebuildableShareOf(code: Code): RebuildableShare {
  const name = codeName(code)
  const shares = known.get(name) ?? sharesOf(code)
  known.set(name, shares)
  return lost => shares[lost] ?? 0
}

/** Item i is the share of the sets of i lost shards; more than there are parities are never. */
function sharesOf(code: Code): readonly number[] {
  const most = parityShards(code)
  const isCountable = choose(shardsOf(code), most) <= mostCounted
  return isCountable ? countedShares(code, most) : drawnShares(code, most)
}

function countedShares(code: Code, most: number): readonly number[] {
  const counts = Array<number>(most + 1).fill(0)
  const visit = (lost: number, losses: number, next: number): void => {
    // A set that cannot be rebuilt is in none that can.
    if (!canRebuild(code, lost)) return
    counts[losses]++
    for (let shard = next; shard < shardsOf(code); shard++) {
      visit(lost | (1 << shard), losses + 1, shard + 1)
    }
  }
  visit(0, 0, 0)
  return counts.map((count, lost) => count / choose(shardsOf(code), lost))
}

/** Shards are lost one after another, so that no share is larger than that of fewer losses. */
function drawnShares(code: Code, most: number): readonly number[] {
  const draw = tychei(codeName(code))
  const counts = Array<number>(most + 1).fill(0)
  for (let sample = 0; sample < mostCounted; sample++) {
    let lost = 0
    for (let losses = 0; canRebuild(code, lost); losses++) {
      counts[losses]++
      lost |= 1 << drawAlive(code, lost, draw)
    }
  }
  return counts.map(count => count / mostCounted)
}

function drawAlive(code: Code, lost: number, draw: () => number): number {
  for (;;) {
    const shard = Math.floor(draw() * shardsOf(code))
    if ((lost & (1 << shard)) === 0) return shard
  }
}
