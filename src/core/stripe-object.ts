/**
 * A contiguous group of stripes with the same shard places, and the ECStripe object that tells of
 * it. Reading tolerates what older and other writers left out: an object without a count is a group
 * of one.
 */
import { isObject } from './field.js'
import { group as apiGroup } from './manifest.js'

export interface ShardPlace {
  readonly shard: number
  readonly isData: boolean
  readonly pool: string
  /** Null: nobody said. */
  readonly node: string | null
  /** In its container, of the first stripe of the group. */
  readonly offsetBytes: number | null
  readonly sizeBytes: number | null
}

export interface StripeGroup {
  readonly volume: string
  readonly policy: string | null
  readonly firstStripe: number
  readonly stripes: number
  /** User bytes of one stripe. */
  readonly stripeBytes: number | null
  readonly codec: { readonly family: string; readonly version: number } | null
  /** In the order of their numbers. */
  readonly shards: readonly ShardPlace[]
  /** Of the layout: each new one of the same stripes has a higher one. */
  readonly generation: number
}

export const volumeLabel = `${apiGroup}/volume`
export const policyLabel = `${apiGroup}/policy`

/** What a volume or a policy must look like, to be a label and a part of a name. */
const labelForm = /^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/

export function isLabel(text: string): boolean {
  return labelForm.test(text)
}

export function stripeObjectName(group: StripeGroup): string {
  return `${group.volume}-${group.firstStripe}-g${group.generation}`
}

export function stripeObject(group: StripeGroup) {
  const { volume, policy, firstStripe, stripes, stripeBytes, codec, generation } = group
  return {
    apiVersion: `${apiGroup}/v1`,
    kind: 'ECStripe',
    metadata: {
      name: stripeObjectName(group),
      labels: { [volumeLabel]: volume, ...(policy === null ? {} : { [policyLabel]: policy }) },
    },
    spec: {
      volumeRef: volume,
      stripeId: firstStripe,
      ...(policy === null ? {} : { policyRef: policy }),
      shardLocations: group.shards.map(locationOf),
      ...lbaRangeOf(group),
      checksum: layoutChecksum(group),
      generation,
      stripeCount: stripes,
      ...(stripeBytes === null ? {} : { stripeSizeBytes: stripeBytes }),
      ...(codec === null ? {} : { codec }),
    },
  }
}

function locationOf({ shard, isData, pool, node, offsetBytes, sizeBytes }: ShardPlace) {
  return {
    shardIndex: shard,
    isDataShard: isData,
    poolName: pool,
    ...(node === null ? {} : { nodeName: node }),
    ...(offsetBytes === null ? {} : { offset: offsetBytes }),
    ...(sizeBytes === null ? {} : { sizeBytes }),
  }
}

const lbaBytes = 512

/** None where stripes do not begin at blocks. */
function lbaRangeOf({ firstStripe, stripes, stripeBytes }: StripeGroup): object {
  if (stripeBytes === null || stripeBytes % lbaBytes !== 0) return {}
  const perStripe = stripeBytes / lbaBytes
  const startLba = firstStripe * perStripe
  return { lbaRange: { startLba, endLba: startLba + stripes * perStripe } }
}

/** FNV-1a of all that the layout is, its generation apart: two equal layouts have the same one. */
export function layoutChecksum(group: StripeGroup): string {
  const text = layoutKey(group)
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0
  }
  return hash.toString(16).padStart(8, '0')
}

/** Equal where two groups say the same, whatever their generations. */
export function layoutKey(group: StripeGroup): string {
  const { volume, policy, firstStripe, stripes, stripeBytes, codec, shards } = group
  const places = shards.map(({ shard, isData, pool, node, offsetBytes, sizeBytes }) => [
    ...[shard, isData, pool, node, offsetBytes, sizeBytes],
  ])
  const made = codec === null ? null : [codec.family, codec.version]
  return JSON.stringify([volume, policy, firstStripe, stripes, stripeBytes, made, places])
}

/** Null: it does not say which stripes of what it is about, or where they are. */
export function readStripeObject(raw: unknown): StripeGroup | null {
  if (!isObject(raw) || !isObject(raw.spec)) return null
  const { spec } = raw
  const { volumeRef, shardLocations } = spec
  const firstStripe = wholeOf(spec.stripeId)
  if (typeof volumeRef !== 'string' || firstStripe === null) return null
  if (!Array.isArray(shardLocations)) return null
  const shards: ShardPlace[] = []
  for (const location of shardLocations) {
    const place = placeOf(location)
    if (place === null) return null
    shards.push(place)
  }
  shards.sort((one, other) => one.shard - other.shard)
  return {
    volume: volumeRef,
    policy: textOf(spec.policyRef),
    firstStripe,
    stripes: stripesIn(spec),
    stripeBytes: wholeOf(spec.stripeSizeBytes),
    codec: codecOf(spec.codec),
    shards,
    generation: wholeOf(spec.generation) ?? 0,
  }
}

/** A group of one where none is given. */
export function stripesIn(spec: Readonly<Record<string, unknown>>): number {
  return Math.max(1, wholeOf(spec.stripeCount) ?? 1)
}

function placeOf(raw: unknown): ShardPlace | null {
  if (!isObject(raw)) return null
  const shard = wholeOf(raw.shardIndex)
  const pool = textOf(raw.poolName)
  if (shard === null || pool === null) return null
  return {
    shard,
    isData: raw.isDataShard === true,
    pool,
    node: textOf(raw.nodeName),
    offsetBytes: wholeOf(raw.offset),
    sizeBytes: wholeOf(raw.sizeBytes),
  }
}

function codecOf(raw: unknown): StripeGroup['codec'] {
  if (!isObject(raw)) return null
  const { family } = raw
  const version = wholeOf(raw.version)
  return typeof family === 'string' && version !== null ? { family, version } : null
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** The number of a stripe may be written as text. */
function wholeOf(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null
}
