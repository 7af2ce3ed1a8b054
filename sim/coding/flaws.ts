/**
 * Shards of single stripes that are lost or flipped: few among very many, so that they lie in a
 * sparse table of numbers. Open addressing; the bytes that it takes are known exactly.
 */
import type { ShardSet } from '../../src/core/code.js'

const empty = -1

/** Stripes of one group at the most: its exceptions are numbered below this. */
export const mostStripes = 1_048_576

/** A stripe that is short of shards, or has wrong ones that nobody found yet. */
export interface Flaw {
  readonly stripe: number
  readonly lost: ShardSet
  readonly flipped: ShardSet
}

export class Flaws {
  private keys = new Float64Array(64).fill(empty)
  private lostShards = new Int32Array(64)
  private flippedShards = new Int32Array(64)
  /** Stripes that have, or had, a flaw: a place is given back when the table grows. */
  private taken = 0

  get bytes(): number {
    return this.keys.byteLength + this.lostShards.byteLength + this.flippedShards.byteLength
  }

  lost(key: number): ShardSet {
    const place = this.find(key)
    return this.keys[place] === key ? this.lostShards[place] : 0
  }

  flipped(key: number): ShardSet {
    const place = this.find(key)
    return this.keys[place] === key ? this.flippedShards[place] : 0
  }

  set(key: number, lost: ShardSet, flipped: ShardSet): void {
    let place = this.find(key)
    if (this.keys[place] !== key) {
      if ((lost | flipped) === 0) return
      if (2 * (this.taken + 1) > this.keys.length) {
        this.grow()
        place = this.find(key)
      }
      this.keys[place] = key
      this.taken += 1
    }
    this.lostShards[place] = lost
    this.flippedShards[place] = flipped
  }

  each(see: (key: number, lost: ShardSet, flipped: ShardSet) => void): void {
    const { keys, lostShards, flippedShards } = this
    for (let place = 0; place < keys.length; place++) {
      const isFlawed = (lostShards[place] | flippedShards[place]) !== 0
      if (isFlawed) see(keys[place], lostShards[place], flippedShards[place])
    }
  }

  /** Where the key is, or the empty place where it belongs. */
  private find(key: number): number {
    const { keys } = this
    const mask = keys.length - 1
    const high = Math.floor(key / 4_294_967_296)
    let hash = Math.imul(key ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
    hash ^= hash >>> 13
    let place = hash & mask
    while (keys[place] !== key && keys[place] !== empty) place = (place + 1) & mask
    return place
  }

  private grow(): void {
    const { keys, lostShards, flippedShards } = this
    let live = 0
    this.each(() => {
      live += 1
    })
    const size = 4 * live < keys.length ? keys.length : 2 * keys.length
    this.keys = new Float64Array(size).fill(empty)
    this.lostShards = new Int32Array(size)
    this.flippedShards = new Int32Array(size)
    this.taken = 0
    for (let place = 0; place < keys.length; place++) {
      this.set(keys[place], lostShards[place], flippedShards[place])
    }
  }
}

/** A stripe of a group as one number. */
export function keyOf(group: number, own: number): number {
  return group * mostStripes + own
}

export function groupOf(key: number): number {
  return Math.floor(key / mostStripes)
}

export function ownOf(key: number): number {
  return key % mostStripes
}
