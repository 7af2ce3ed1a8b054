/** Rebuilds at the series grain: a copy is a flow whose rate the two pools' free shares allow. */
import type { Copy } from '../data-path.js'
import type { Device } from '../devices/preset.js'
import { chunkBytes } from './copies.js'

interface Flow {
  readonly copy: Copy
  copiedBytes: number
  bytesPerUs: number
}

/** However busy a pool is, its copies get so much of it. */
const leastShare = 0.05

export class SeriesCopies {
  /** Share of each pool that copies take. */
  readonly share: Float64Array
  private readonly flows = new Map<number, Flow>()
  private readonly down: Uint8Array

  constructor(private readonly devices: readonly Device[]) {
    this.share = new Float64Array(devices.length)
    this.down = new Uint8Array(devices.length)
  }

  start(copy: Copy): void {
    this.flows.set(copy.id, { copy, copiedBytes: 0, bytesPerUs: 0 })
  }

  stop(id: number): void {
    this.flows.delete(id)
  }

  setPoolDown(pool: number, down: boolean): void {
    this.down[pool] = down ? 1 : 0
  }

  copiedBytes(id: number): number {
    return this.flows.get(id)?.copiedBytes ?? 0
  }

  /** Rates for the time that comes, from how busy the pools are without copies. */
  price(utilisation: Float64Array): void {
    this.share.fill(0)
    for (const flow of this.flows.values()) {
      const { sourcePool, targetPool } = flow.copy
      if (this.down[sourcePool] === 1 || this.down[targetPool] === 1) {
        flow.bytesPerUs = 0
        continue
      }
      const readUs = this.chunkUs(sourcePool, 0)
      const writeUs = this.chunkUs(targetPool, 1)
      const freeSource = Math.max(leastShare, 1 - utilisation[sourcePool])
      const freeTarget = Math.max(leastShare, 1 - utilisation[targetPool])
      flow.bytesPerUs = chunkBytes / (readUs / freeSource + writeUs / freeTarget)
      this.share[sourcePool] += (flow.bytesPerUs * readUs) / chunkBytes
      this.share[targetPool] += (flow.bytesPerUs * writeUs) / chunkBytes
    }
  }

  /** Lets time pass; answers the first copy that is finished within it, and after how long. */
  flow(lengthUs: number): { readonly id: number; readonly afterUs: number } | null {
    let first: { readonly id: number; readonly afterUs: number } | null = null
    for (const [id, flow] of this.flows) {
      const leftBytes = flow.copy.bytes - flow.copiedBytes
      const afterUs = flow.bytesPerUs > 0 ? leftBytes / flow.bytesPerUs : Number.POSITIVE_INFINITY
      if (afterUs <= (first?.afterUs ?? lengthUs)) first = { id, afterUs }
    }
    const passedUs = first?.afterUs ?? lengthUs
    for (const flow of this.flows.values()) flow.copiedBytes += flow.bytesPerUs * passedUs
    if (first !== null) this.flows.delete(first.id)
    return first
  }

  get isIdle(): boolean {
    return this.flows.size === 0
  }

  private chunkUs(pool: number, operation: 0 | 1): number {
    const device = this.devices[pool]
    if (device.kind === 'disk') return chunkBytes / device.bytesPerUs
    return operation === 0
      ? device.readServiceUs + chunkBytes / device.readBytesPerUs
      : device.writeServiceUs + chunkBytes / device.writeBytesPerUs
  }
}
