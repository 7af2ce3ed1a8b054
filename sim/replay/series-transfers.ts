/** Transfers at the series grain: a flow whose rate the free shares of its pools allow. */
import { assert } from '../../src/core/errors.js'
import type { Leg, Transfer } from '../data-path.js'
import type { Device } from '../devices/preset.js'
import { chunkBytes } from './transfers.js'

interface Flow {
  readonly transfer: Transfer
  movedBytes: number
  bytesPerUs: number
}

/** However busy a pool is, its transfers get so much of it. */
const leastShare = 0.05

export class SeriesTransfers {
  /** Share of each pool that transfers take. */
  readonly share: Float64Array
  private readonly flows = new Map<number, Flow>()
  private readonly down: Uint8Array

  constructor(private readonly devices: readonly Device[]) {
    this.share = new Float64Array(devices.length)
    this.down = new Uint8Array(devices.length)
  }

  start(transfer: Transfer): void {
    assert(transfer.reads.length + transfer.writes.length > 0, 'a transfer reads or writes')
    this.flows.set(transfer.id, { transfer, movedBytes: 0, bytesPerUs: 0 })
  }

  stop(id: number): void {
    this.flows.delete(id)
  }

  setPoolDown(pool: number, down: boolean): void {
    this.down[pool] = down ? 1 : 0
  }

  movedBytes(id: number): number {
    return this.flows.get(id)?.movedBytes ?? 0
  }

  /** Rates for the time that comes, from the share of the pools that requests take. */
  price(requestShare: Float64Array): void {
    this.share.fill(0)
    for (const flow of this.flows.values()) {
      flow.bytesPerUs = this.isStill(flow.transfer) ? 0 : this.aloneBytesPerUs(flow, requestShare)
      this.take(flow)
    }
    const wanted = this.share.slice()
    this.share.fill(0)
    for (const flow of this.flows.values()) {
      flow.bytesPerUs *= this.granted(flow.transfer, wanted, requestShare)
      this.take(flow)
    }
  }

  private isStill({ reads, writes }: Transfer): boolean {
    const isDown = (leg: Leg): boolean => this.down[leg.pool] === 1
    return reads.some(isDown) || writes.some(isDown)
  }

  /** As fast as its pools would let it, were there no other transfer. */
  private aloneBytesPerUs({ transfer }: Flow, requestShare: Float64Array): number {
    const readUs = this.slowestUs(transfer.reads, 0, requestShare)
    const writeUs = this.slowestUs(transfer.writes, 1, requestShare)
    return Math.min(chunkBytes / (readUs + writeUs), limitOf(transfer))
  }

  /** Transfers that want more of a pool than requests leave get alike of what they want. */
  private granted(
    { reads, writes }: Transfer,
    wanted: Float64Array,
    requestShare: Float64Array,
  ): number {
    let least = 1
    for (const { pool } of [...reads, ...writes]) {
      const free = Math.max(leastShare, 1 - requestShare[pool])
      if (wanted[pool] > free) least = Math.min(least, free / wanted[pool])
    }
    return least
  }

  /** Lets time pass; answers the first transfer that ends within it, and after how long. */
  flow(lengthUs: number): { readonly id: number; readonly afterUs: number } | null {
    let first: { readonly id: number; readonly afterUs: number } | null = null
    for (const [id, flow] of this.flows) {
      const leftBytes = flow.transfer.bytes - flow.movedBytes
      const afterUs = flow.bytesPerUs > 0 ? leftBytes / flow.bytesPerUs : Number.POSITIVE_INFINITY
      if (afterUs <= (first?.afterUs ?? lengthUs)) first = { id, afterUs }
    }
    const passedUs = first?.afterUs ?? lengthUs
    for (const flow of this.flows.values()) flow.movedBytes += flow.bytesPerUs * passedUs
    if (first !== null) this.flows.delete(first.id)
    return first
  }

  get isIdle(): boolean {
    return this.flows.size === 0
  }

  /** Of a chunk's reads or of its writes, which are side by side. */
  private slowestUs(legs: readonly Leg[], operation: 0 | 1, requestShare: Float64Array): number {
    let slowestUs = 0
    for (const leg of legs) {
      const free = Math.max(leastShare, 1 - requestShare[leg.pool])
      slowestUs = Math.max(slowestUs, this.chunkUs(leg, operation) / free)
    }
    return slowestUs
  }

  private take({ transfer, bytesPerUs }: Flow): void {
    for (const leg of transfer.reads) this.addShare(leg, 0, bytesPerUs)
    for (const leg of transfer.writes) this.addShare(leg, 1, bytesPerUs)
  }

  private addShare(leg: Leg, operation: 0 | 1, bytesPerUs: number): void {
    this.share[leg.pool] += (bytesPerUs * this.chunkUs(leg, operation)) / chunkBytes
  }

  private chunkUs({ pool, share }: Leg, operation: 0 | 1): number {
    const device = this.devices[pool]
    const bytes = chunkBytes * share
    if (device.kind === 'disk') return bytes / device.bytesPerUs
    return operation === 0
      ? device.readServiceUs + bytes / device.readBytesPerUs
      : device.writeServiceUs + bytes / device.writeBytesPerUs
  }
}

/** Bytes that may flow in a microsecond. */
function limitOf({ bytesPerSecond }: Transfer): number {
  return bytesPerSecond === undefined ? Number.POSITIVE_INFINITY : bytesPerSecond / 1_000_000
}
