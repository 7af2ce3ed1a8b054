/**
 * What the benchmark replays: pools of three tiers, volumes on them, and a window of random
 * requests
 * that is repeated for as long as it is asked for. Nothing is kept for the length of the trace.
 */
import { type Device, presets } from '../../sim/devices/preset.js'
import type { RequestBatch, RequestSource } from '../../traces/batch.js'

export interface Fleet {
  readonly devices: readonly Device[]
  /** Pools of the replicas of each volume. */
  readonly pools: readonly (readonly number[])[]
}

/** Pools of a tier, the share of the requests that go there, and of the volumes that lie there. */
const tiers = [
  { preset: 'nvme-gen4', first: 0, pools: 8, requestsPerMille: 847, volumesPerMille: 700 },
  { preset: 'sas-ssd', first: 8, pools: 8, requestsPerMille: 150, volumesPerMille: 200 },
  { preset: 'hdd-7200', first: 16, pools: 24, requestsPerMille: 3, volumesPerMille: 100 },
] as const

const writesPerMille = 590
/** Mean distance of two requests: 600 000 a second, half of what the fleet can serve. */
const meanGapUs = 1_000_000 / 600_000
const windowRows = 1 << 20
const batchRows = 1 << 16

export function fleetOf(volumes: number, replicas: number): Fleet {
  const devices = tiers.flatMap(tier =>
    Array.from({ length: tier.pools }, () => presets[tier.preset]),
  )
  const pools: number[][] = []
  for (const tier of tiers) {
    for (let volume = 0; volume < volumesIn(tier.volumesPerMille, volumes); volume++) {
      pools.push(
        Array.from(
          { length: replicas },
          (_, replica) => tier.first + ((volume + replica) % tier.pools),
        ),
      )
    }
  }
  return { devices, pools }
}

function volumesIn(perMille: number, volumes: number): number {
  return (volumes * perMille) / 1000
}

/** Rows with a fixed seed, volumes uniform within a tier: the hardest case for the caches. */
export class RepeatedWindow implements RequestSource {
  readonly grain = 'requests'
  readonly volumes: readonly string[]
  readonly volumeRequests: Float64Array
  readonly volumeEndBytes: Float64Array
  readonly reads = 0
  readonly writes = 0
  readonly readBytes = 0
  readonly writeBytes = 0
  readonly firstUs = 0
  readonly lastUs: number
  readonly hasResponses = false
  private readonly window: RequestBatch
  private readonly batch: RequestBatch
  private readonly windowUs: number
  private given = 0

  constructor(
    readonly requests: number,
    volumes: number,
  ) {
    this.volumes = Array.from({ length: volumes }, (_, volume) => `volume-${volume}`)
    this.volumeRequests = new Float64Array(volumes)
    this.volumeEndBytes = new Float64Array(volumes)
    this.window = columns(windowRows)
    this.batch = columns(batchRows)
    this.windowUs = fill(this.window, volumes)
    this.lastUs = Math.ceil(requests / windowRows) * this.windowUs
  }

  next(): RequestBatch | null {
    const { batch, window, given } = this
    const count = Math.min(batchRows, this.requests - given)
    if (count <= 0) return null
    const first = given % windowRows
    const shiftUs = Math.floor(given / windowRows) * this.windowUs
    for (let row = 0; row < count; row++) batch.timeUs[row] = window.timeUs[first + row] + shiftUs
    batch.volume.set(window.volume.subarray(first, first + count))
    batch.operation.set(window.operation.subarray(first, first + count))
    batch.offsetLow.set(window.offsetLow.subarray(first, first + count))
    batch.offsetHigh.set(window.offsetHigh.subarray(first, first + count))
    batch.lengthBytes.set(window.lengthBytes.subarray(first, first + count))
    batch.count = count
    this.given += count
    return batch
  }

  rewind(): void {
    this.given = 0
  }

  close(): void {}
}

function columns(rows: number): RequestBatch {
  return {
    count: rows,
    timeUs: new Float64Array(rows),
    volume: new Uint32Array(rows),
    operation: new Uint8Array(rows),
    offsetLow: new Uint32Array(rows),
    offsetHigh: new Uint32Array(rows),
    lengthBytes: new Uint32Array(rows),
    responseUs: null,
  }
}

/** Fills the window and answers how long it lasts. */
function fill(window: RequestBatch, volumes: number): number {
  const draw = drawing(42)
  let atUs = 0
  for (let row = 0; row < windowRows; row++) {
    atUs -= Math.log(1 - draw()) * meanGapUs
    window.timeUs[row] = Math.floor(atUs)
    window.volume[row] = volumeOf(draw() * 1000, draw(), volumes)
    window.operation[row] = draw() * 1000 < writesPerMille ? 1 : 0
    window.offsetLow[row] = Math.floor(draw() * 1_000_000) * 4096
    window.offsetHigh[row] = Math.floor(draw() * 16)
    window.lengthBytes[row] = 4096 * (1 + Math.floor(draw() * 3))
  }
  return Math.ceil(atUs) + 1
}

function volumeOf(perMille: number, share: number, volumes: number): number {
  let firstVolume = 0
  let left = perMille
  for (const tier of tiers) {
    const count = volumesIn(tier.volumesPerMille, volumes)
    if (left < tier.requestsPerMille) return firstVolume + Math.floor(share * count)
    left -= tier.requestsPerMille
    firstVolume += count
  }
  return volumes - 1
}

/** A multiplicative generator of 31 bits (Park and Miller): enough for a benchmark's rows. */
function drawing(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
