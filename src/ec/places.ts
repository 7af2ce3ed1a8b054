/** The places of a ring: taken, given back, waited for in order. */
import { assert } from '../core/errors.js'
import { pageBytes } from '../core/stripe.js'
import type { Place } from './coder.js'
import { checksumAt, pagesAt, type Ring, wordAt } from './ring.js'

interface Waiting {
  readonly resolve: (place: Place) => void
  readonly reject: (reason: unknown) => void
}

export class Places {
  readonly #numbers = new Map<Place, number>()
  readonly #free: Place[] = []
  readonly #taken = new Set<Place>()
  #waiting: Waiting[] = []
  #end: { readonly reason: unknown } | null = null

  constructor(ring: Ring) {
    for (let number = 0; number < ring.places; number++) {
      const place = placeOf(ring, number)
      this.#numbers.set(place, number)
      this.#free.push(place)
    }
  }

  take(): Promise<Place> {
    return new Promise((resolve, reject) => {
      if (this.#end !== null) return reject(this.#end.reason)
      const place = this.#free.shift()
      if (place === undefined) {
        this.#waiting.push({ resolve, reject })
      } else {
        this.#taken.add(place)
        resolve(place)
      }
    })
  }

  give(place: Place): void {
    assert(this.#taken.delete(place), 'a place that is given back was taken')
    const next = this.#waiting.shift()
    if (next === undefined) {
      this.#free.push(place)
    } else {
      this.#taken.add(place)
      next.resolve(place)
    }
  }

  /** The number of a place that is taken. */
  numberOf(place: Place): number {
    const number = this.#numbers.get(place)
    assert(number !== undefined && this.#taken.has(place), 'a place is taken before it is used')
    return number
  }

  /** Refuses whoever waits, and whoever comes later. */
  close(reason: unknown): void {
    this.#end ??= { reason }
    const waiting = this.#waiting
    this.#waiting = []
    for (const { reject } of waiting) reject(reason)
  }
}

function placeOf(ring: Ring, number: number): Place {
  const { geometry, memory, checksums, stripesPerPlace } = ring
  return {
    stripes: stripesPerPlace,
    block(stripe, shard, block) {
      const { offsetBytes, blockBytes } = wordAt(ring, number, { stripe, block })
      assert(stripe < stripesPerPlace && block < geometry.blocksPerShard, 'there is no such block')
      return new Uint8Array(memory.buffer, offsetBytes + shard * blockBytes, blockBytes)
    },
    page(stripe, shard) {
      const offsetBytes = pagesAt(ring, number, stripe) + shard * pageBytes
      return new Uint8Array(memory.buffer, offsetBytes, pageBytes)
    },
    checksum(stripe, shard, block) {
      return checksums[checksumAt(ring, number, { stripe, block }) + shard]
    },
  }
}
