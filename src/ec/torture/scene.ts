/** What one run codes: drawn from its seed. */
import { type Code, mostShards, shardsOf, whyNoCode } from '../../core/code.js'
import { type StripeGeometry, stripeGeometry } from '../../core/stripe.js'
import type { Random } from './memory-file.js'

/** Short stripes of one block, and such that have several blocks and a shorter last one. */
const stripeSizes = [4096, 10_000, 65_536, 150_000, 400_000]

export function drawGeometry(random: Random): StripeGeometry {
  for (;;) {
    const code = drawCode(random)
    const isPossible = whyNoCode(code) === null && shardsOf(code) <= mostShards
    if (isPossible) return stripeGeometry(code, pick(random, stripeSizes))
  }
}

function drawCode(random: Random): Code {
  if (random() < 0.6) {
    return {
      kind: 'reed-solomon',
      dataShards: 1 + below(random, 12),
      parityShards: 1 + below(random, 4),
    }
  }
  const localGroups = 2 + below(random, 2)
  return {
    kind: 'lrc',
    dataShards: localGroups * (1 + below(random, 6)),
    localGroups,
    globalParities: 1 + below(random, 3),
  }
}

/** No bytes, one, a part of a stripe, whole stripes, or some and a part. */
export function drawSize(random: Random, stripeBytes: number): number {
  switch (below(random, 6)) {
    case 0:
      return below(random, 2)
    case 1:
      return 1 + below(random, stripeBytes)
    case 2:
      return stripeBytes * (1 + below(random, 4))
    default:
      return stripeBytes * (1 + below(random, 4)) + below(random, stripeBytes)
  }
}

export function drawBytes(random: Random, bytes: number): Uint8Array {
  const drawn = new Uint8Array(bytes)
  let state = 1 + below(random, 0x7fffffff)
  for (let at = 0; at < bytes; at++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    drawn[at] = state
  }
  return drawn
}

export function below(random: Random, bound: number): number {
  return Math.floor(random() * bound)
}

export function pick<Value>(random: Random, values: readonly Value[]): Value {
  return values[below(random, values.length)]
}
