/**
 * The memory that all threads share: first a scratch for each worker, then the places. A place
 * holds stripes; a stripe its code words, block 0 of all shards first, and then a page for each
 * shard; a word its blocks side by side. Blocks and pages begin at whole pages of the machine.
 */
import { type Code, codeName, shardsOf } from '../core/code.js'
import { Refused } from '../core/errors.js'
import { blockLength, type StripeGeometry, slotBytes } from '../core/stripe.js'
import { type CodeWord, scratchBytes } from './codec.js'

/** User bytes of one task: less, and handing it over is felt. */
const taskBytes = 4_194_304
const wasmPageBytes = 65_536
const mostBytes = 65_536 * wasmPageBytes

export interface Ring {
  readonly geometry: StripeGeometry
  readonly workers: number
  readonly places: number
  readonly stripesPerPlace: number
  readonly memory: WebAssembly.Memory
  /** CRC32C of each block: place by place, stripe by stripe, word by word, shard by shard. */
  readonly checksums: Uint32Array<SharedArrayBuffer>
}

/** One block of every shard, named. */
export interface WordAt {
  readonly stripe: number
  readonly block: number
}

export function stripesPerTask(geometry: StripeGeometry): number {
  return Math.max(1, Math.ceil(taskBytes / (geometry.code.dataShards * geometry.shardBytes)))
}

/** Of at most `places` places: of large stripes there are fewer, down to one. */
export function createRing(geometry: StripeGeometry, workers: number, places: number): Ring {
  const stripesPerPlace = stripesPerTask(geometry)
  const placeBytes = stripesPerPlace * stripeSpan(geometry)
  const fitting = Math.min(places, Math.floor((mostBytes - workers * scratchBytes) / placeBytes))
  if (fitting < 1) throw tooLarge(geometry.code, geometry.stripeBytes)
  const pages = Math.ceil((workers * scratchBytes + fitting * placeBytes) / wasmPageBytes)
  const blocks = stripesPerPlace * geometry.blocksPerShard * shardsOf(geometry.code)
  return {
    geometry,
    workers,
    places: fitting,
    stripesPerPlace,
    memory: new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }),
    checksums: new Uint32Array(new SharedArrayBuffer(4 * fitting * blocks)),
  }
}

export function wordAt(ring: Ring, place: number, { stripe, block }: WordAt): CodeWord {
  const { geometry } = ring
  return {
    offsetBytes:
      stripeOffset(ring, place, stripe) + block * shardsOf(geometry.code) * geometry.blockBytes,
    blockBytes: blockLength(geometry, block),
  }
}

/** Where the page of the first shard stands; those of the others follow. */
export function pagesAt(ring: Ring, place: number, stripe: number): number {
  const { code, shardBytes } = ring.geometry
  return stripeOffset(ring, place, stripe) + shardsOf(code) * shardBytes
}

/** Where in `checksums` the first shard's of this word stands. */
export function checksumAt(ring: Ring, place: number, { stripe, block }: WordAt): number {
  const { geometry } = ring
  const words = (place * ring.stripesPerPlace + stripe) * geometry.blocksPerShard + block
  return words * shardsOf(geometry.code)
}

/** Full blocks first, then the shorter last ones, so that an engine sees each size once. */
export function wordsOf(ring: Ring, from: number, to: number): readonly WordAt[] {
  const words: WordAt[] = []
  const last = ring.geometry.blocksPerShard - 1
  for (let stripe = from; stripe < to; stripe++) {
    for (let block = 0; block < last; block++) words.push({ stripe, block })
  }
  for (let stripe = from; stripe < to; stripe++) words.push({ stripe, block: last })
  return words
}

function stripeOffset(ring: Ring, place: number, stripe: number): number {
  const before = place * ring.stripesPerPlace + stripe
  return ring.workers * scratchBytes + before * stripeSpan(ring.geometry)
}

function stripeSpan(geometry: StripeGeometry): number {
  return shardsOf(geometry.code) * slotBytes(geometry)
}

function tooLarge(code: Code, stripeBytes: number): Refused {
  return new Refused([
    {
      code: 'FIELD_INVALID',
      message: `a stripe of ${stripeBytes} bytes coded as ${codeName(code)} is larger than 4 GiB`,
      where: { field: 'stripeSizeBytes' },
      hint: 'choose a smaller stripe',
    },
  ])
}
