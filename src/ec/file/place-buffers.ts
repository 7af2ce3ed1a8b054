/**
 * The views of a place that files are read into and written from, made once: a place is used many
 * times, and views are dearer than the calls that take them.
 */
import { shardsOf } from '../../core/code.js'
import type { StripeGeometry } from '../../core/stripe.js'
import type { Place } from '../coder.js'
import { shardBlocks, userViews } from './layout.js'

export class PlaceBuffers {
  readonly #pages: readonly Uint8Array[]
  readonly #slots: readonly (readonly Uint8Array[])[]
  readonly #shards: number
  readonly #perSlot: number
  /** The user bytes of all stripes, in the order of the file. */
  readonly user: readonly Uint8Array[]

  constructor(geometry: StripeGeometry, place: Place) {
    this.#shards = shardsOf(geometry.code)
    this.#perSlot = geometry.blocksPerShard + 1
    this.user = userViews(geometry, place, place.stripes * geometry.stripeBytes)
    const stripes = Array.from({ length: place.stripes }, (_, stripe) => stripe)
    const shards = Array.from({ length: this.#shards }, (_, shard) => shard)
    this.#pages = stripes.flatMap(stripe => shards.map(shard => place.page(stripe, shard)))
    this.#slots = shards.map(shard =>
      stripes.flatMap(stripe => [
        ...shardBlocks(geometry, place, stripe, shard),
        this.page(stripe, shard),
      ]),
    )
  }

  /** The page of trailers of a slot. */
  page(stripe: number, shard: number): Uint8Array {
    return this.#pages[stripe * this.#shards + shard]
  }

  /** Blocks and pages of one shard of the first stripes, in the order of the container. */
  slots(shard: number, stripes: number): readonly Uint8Array[] {
    return this.#slots[shard].slice(0, stripes * this.#perSlot)
  }

  clearPages(stripes: number): void {
    for (const page of this.#pages.slice(0, stripes * this.#shards)) page.fill(0)
  }
}

const known = new WeakMap<Place, PlaceBuffers>()

export function buffersOf(geometry: StripeGeometry, place: Place): PlaceBuffers {
  const before = known.get(place)
  if (before !== undefined) return before
  const buffers = new PlaceBuffers(geometry, place)
  known.set(place, buffers)
  return buffers
}
