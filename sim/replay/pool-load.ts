/** The fluid state of every pool in one interval of a series: work offered, backlog, mean latency. */
import { type Device, positioningTable } from '../devices/preset.js'
import { diskMean, meanWaitUs } from './queueing.js'

export class PoolLoad {
  readonly reads: Float64Array
  readonly writes: Float64Array
  readonly readBytes: Float64Array
  readonly writeBytes: Float64Array
  /** Mean latency of a read and of a write in this interval, backlog included. */
  readonly readLatencyUs: Float64Array
  readonly writeLatencyUs: Float64Array
  /** Share of the interval's requests that are served; the rest waits past the timeout. */
  readonly servedShare: Float64Array
  readonly utilisation: Float64Array
  /** Work that is left over, microseconds of the whole device. */
  readonly backlogUs: Float64Array
  private readonly tables: (Float64Array | null)[]
  private readonly writeTables: (Float64Array | null)[]

  constructor(
    private readonly devices: readonly Device[],
    private readonly ioTimeoutUs: number,
  ) {
    const pools = devices.length
    this.reads = new Float64Array(pools)
    this.writes = new Float64Array(pools)
    this.readBytes = new Float64Array(pools)
    this.writeBytes = new Float64Array(pools)
    this.readLatencyUs = new Float64Array(pools)
    this.writeLatencyUs = new Float64Array(pools)
    this.servedShare = new Float64Array(pools).fill(1)
    this.utilisation = new Float64Array(pools)
    this.backlogUs = new Float64Array(pools)
    this.tables = devices.map(one =>
      one.kind === 'disk' ? positioningTable(one.readPositioning) : null,
    )
    this.writeTables = devices.map(one =>
      one.kind === 'disk' ? positioningTable(one.writePositioning) : null,
    )
  }

  clear(): void {
    this.reads.fill(0)
    this.writes.fill(0)
    this.readBytes.fill(0)
    this.writeBytes.fill(0)
  }

  /** From what was offered in an interval to latencies; `copyShare` is what copies take of each pool. */
  solve(intervalUs: number, copyShare: Float64Array): void {
    for (let pool = 0; pool < this.devices.length; pool++) {
      const device = this.devices[pool]
      if (device.kind === 'flash') this.solveFlash(pool, device, intervalUs, copyShare[pool])
      else this.solveDisk(pool, device, intervalUs, copyShare[pool])
    }
  }

  private solveFlash(
    pool: number,
    device: Extract<Device, { kind: 'flash' }>,
    intervalUs: number,
    copyShare: number,
  ): void {
    const { channels, readServiceUs, writeServiceUs } = device
    const count = this.reads[pool] + this.writes[pool]
    const serviceUs =
      (this.reads[pool] * readServiceUs + this.writes[pool] * writeServiceUs) / Math.max(1, count)
    const transferUs =
      this.readBytes[pool] / device.readBytesPerUs + this.writeBytes[pool] / device.writeBytesPerUs
    const channelShare = (count * serviceUs) / (channels * intervalUs)
    const offered = Math.max(channelShare, transferUs / intervalUs) + copyShare
    const behindUs = this.carryBacklog(pool, offered, intervalUs)
    const perUs = count / intervalUs
    const meanTransferUs = transferUs / Math.max(1, count)
    const waitUs =
      meanWaitUs(channels, perUs, serviceUs, 0) + meanWaitUs(1, perUs, meanTransferUs, 1) + behindUs
    this.readLatencyUs[pool] = waitUs + readServiceUs + meanTransferUs
    this.writeLatencyUs[pool] = waitUs + writeServiceUs + meanTransferUs
  }

  private solveDisk(
    pool: number,
    device: Extract<Device, { kind: 'disk' }>,
    intervalUs: number,
    copyShare: number,
  ): void {
    const count = this.reads[pool] + this.writes[pool]
    const table = this.mixedTable(pool)
    const bytes = this.readBytes[pool] + this.writeBytes[pool]
    const transferUs = bytes / device.bytesPerUs / Math.max(1, count)
    const deepUs = table[table.length - 1] + transferUs
    const offered = (count * deepUs) / intervalUs + copyShare
    const behindUs = this.carryBacklog(pool, offered, intervalUs)
    // A disk that copies too has less of itself for requests: they find it slower by that share.
    const share = 1 - Math.min(0.9, copyShare)
    const mean = diskMean(table, transferUs, count / intervalUs / share)
    const latencyUs = mean.sojournUs / share + behindUs
    this.readLatencyUs[pool] = latencyUs
    this.writeLatencyUs[pool] = latencyUs
  }

  private mixedTable(pool: number): Float64Array {
    const reads = this.tables[pool] ?? new Float64Array(1)
    const writes = this.writeTables[pool] ?? reads
    const count = this.reads[pool] + this.writes[pool]
    if (this.writes[pool] === 0) return reads
    const share = this.writes[pool] / count
    return reads.map((readUs, depth) => readUs + share * (writes[depth] - readUs))
  }

  /** Backlog grows by what is offered above one and shrinks below it; waits beyond the timeout are lost. */
  private carryBacklog(pool: number, offered: number, intervalUs: number): number {
    const beforeUs = this.backlogUs[pool]
    const workUs = offered * intervalUs
    const leftUs = Math.max(0, beforeUs + workUs - intervalUs)
    const keptUs = Math.min(leftUs, this.ioTimeoutUs)
    this.utilisation[pool] = offered
    this.servedShare[pool] = workUs === 0 ? 1 : Math.max(0, 1 - (leftUs - keptUs) / workUs)
    this.backlogUs[pool] = keptUs
    return (beforeUs + keptUs) / 2
  }
}
