/**
 * How the volumes of a cluster stand: their views, which of them are not whole, and the largest on
 * each pool. Where some changed since the last look, only these are looked at.
 */
import { rawBytesPerPool } from './coded-form.js'
import type { VolumeView } from './landscape.js'
import type { Volume, VolumeId } from './model.js'

export interface Standing {
  /** In the cluster's order; the same list again while no volume changed. */
  readonly volumes: readonly VolumeView[]
  /** Where a volume stands in that list. */
  readonly volumePlaces: ReadonlyMap<VolumeId, number>
  /** Places of the volumes that are not whole, in order. */
  readonly brokenPlaces: readonly number[]
  /**
   * Size of the largest replica, or the largest volume's shards, on each pool, in the cluster's
   * order of pools.
   */
  readonly largestBytes: Float64Array
}

type ViewOf = (volume: Volume) => VolumeView

export function standAnew(seen: readonly Volume[], pools: number, viewOf: ViewOf): Standing {
  const volumes = seen.map(viewOf)
  return {
    volumes,
    volumePlaces: placesOf(seen),
    brokenPlaces: volumes.flatMap((view, place) => (view.isWhole ? [] : [place])),
    largestBytes: largestOf(volumes, pools),
  }
}

/** From how the same pools and tiers stood before, with the volumes that were seen then. */
export function standAfter(
  before: Standing,
  known: readonly Volume[],
  seen: readonly Volume[],
  viewOf: ViewOf,
): Standing {
  const pools = before.largestBytes.length
  if (known.length !== seen.length) return standAnew(seen, pools, viewOf)
  const changed = differences(known, seen)
  if (changed.length === 0) return before
  const volumes = before.volumes.slice()
  for (const place of changed) volumes[place] = viewOf(seen[place])
  const sameNames = changed.every(place => known[place].id === seen[place].id)
  return {
    volumes,
    volumePlaces: sameNames ? before.volumePlaces : placesOf(seen),
    brokenPlaces: brokenAfter(before.brokenPlaces, volumes, changed),
    largestBytes: largestAfter(before, volumes, changed),
  }
}

/** Places at which two lists of one length differ. */
function differences(before: readonly Volume[], now: readonly Volume[]): readonly number[] {
  const places: number[] = []
  for (let place = 0; place < now.length; place++) {
    if (before[place] !== now[place]) places.push(place)
  }
  return places
}

function placesOf(volumes: readonly Volume[]): ReadonlyMap<VolumeId, number> {
  return new Map(volumes.map((volume, place) => [volume.id, place]))
}

function brokenAfter(
  before: readonly number[],
  volumes: readonly VolumeView[],
  changed: readonly number[],
): readonly number[] {
  const places = new Set(before)
  for (const place of changed) {
    if (volumes[place].isWhole) places.delete(place)
    else places.add(place)
  }
  return [...places].sort((a, b) => a - b)
}

function largestOf(volumes: readonly VolumeView[], pools: number): Float64Array {
  const largestBytes = new Float64Array(pools)
  for (const view of volumes) raise(largestBytes, view)
  return largestBytes
}

function largestAfter(
  before: Standing,
  volumes: readonly VolumeView[],
  changed: readonly number[],
): Float64Array {
  const largestBytes = before.largestBytes.slice()
  for (const place of changed) {
    const old = before.volumes[place]
    const now = volumes[place]
    if (isSameLoad(old, now)) continue
    const bytes = bytesOnPool(old.volume)
    // A pool may have lost its largest one, and nobody knows which is the next.
    if (old.poolPlaces.some(pool => largestBytes[pool] === bytes)) {
      return largestOf(volumes, largestBytes.length)
    }
    raise(largestBytes, now)
  }
  return largestBytes
}

function isSameLoad(old: VolumeView, now: VolumeView): boolean {
  return (
    bytesOnPool(old.volume) === bytesOnPool(now.volume) &&
    old.poolPlaces.length === now.poolPlaces.length &&
    old.poolPlaces.every((pool, index) => pool === now.poolPlaces[index])
  )
}

function raise(largestBytes: Float64Array, { volume, poolPlaces }: VolumeView): void {
  const bytes = bytesOnPool(volume)
  for (const pool of poolPlaces) {
    if (bytes > largestBytes[pool]) largestBytes[pool] = bytes
  }
}

/** What a repair brings to a pool: a replica, or a shard of every stripe. */
function bytesOnPool({ coded, sizeBytes }: Volume): number {
  return coded?.serves === true ? rawBytesPerPool(coded, sizeBytes) : sizeBytes
}
