/**
 * The fluid state of every pool in one interval of a series: work offered, backlog, mean latency.
 */
import { assert } from '../../src/core/errors.js'
import {
  type Device,
  type DiskDevice,
  type FlashDevice,
  positioningTable,
} from '../devices/preset.js'
import { DiskQueue } from './disk-queue.js'
import { meanWaitUs, steadyLimit } from './queueing.js'

/**
 * Squared variation of the sizes of requests, of which a series tells the mean: half an
 * exponential's.
 */
const sizeSpread = 0.5

export class PoolLoad {
  readonly reads: Float64Array
  readonly writes: Float64Array
  readonly readBytes: Float64Array
  readonly writeBytes: Float64Array
  /** Mean latency of a read and of a write in this interval, backlog included. */
  readonly readLatencyUs: Float64Array
  readonly writeLatencyUs: Float64Array
  /** The part of both that is waiting for other requests, and the share of requests that wait. */
  readonly waitUs: Float64Array
  readonly waitingShare: Float64Array
  /** Share of the interval's requests that are served; the rest waits past the timeout. */
  readonly servedShare: Float64Array
  readonly utilisation: Float64Array
  /** The part of it that is requests: what transfers find taken. */
  readonly requestShare: Float64Array
  /** Work that is left over, microseconds of the whole device. */
  readonly backlogUs: Float64Array
  private readonly disks: readonly (DiskQueue | null)[]

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
    this.waitUs = new Float64Array(pools)
    this.waitingShare = new Float64Array(pools)
    this.servedShare = new Float64Array(pools).fill(1)
    this.utilisation = new Float64Array(pools)
    this.requestShare = new Float64Array(pools)
    this.backlogUs = new Float64Array(pools)
    this.disks = diskQueues(devices)
  }

  clear(): void {
    this.reads.fill(0)
    this.writes.fill(0)
    this.readBytes.fill(0)
    this.writeBytes.fill(0)
  }

  /**
   * From what was offered in an interval to latencies; `transferShare` is what transfers take of
   * each pool.
   */
  solve(intervalUs: number, transferShare: Float64Array): void {
    for (let pool = 0; pool < this.devices.length; pool++) {
      const device = this.devices[pool]
      if (device.kind === 'flash') this.solveFlash(pool, device, intervalUs, transferShare[pool])
      else this.solveDisk(pool, device, intervalUs, transferShare[pool])
    }
  }

  private solveFlash(
    pool: number,
    device: FlashDevice,
    intervalUs: number,
    transferShare: number,
  ): void {
    const { channels, readServiceUs, writeServiceUs } = device
    const count = Math.max(1, this.reads[pool] + this.writes[pool])
    const readTransferUs = this.readBytes[pool] / device.readBytesPerUs
    const writeTransferUs = this.writeBytes[pool] / device.writeBytesPerUs
    const transferUs = readTransferUs + writeTransferUs
    const readShare = this.reads[pool] / count
    const writeShare = this.writes[pool] / count
    const serviceUs = readShare * readServiceUs + writeShare * writeServiceUs
    const apartUs = readServiceUs - writeServiceUs
    const spread =
      serviceUs === 0 ? 0 : (readShare * writeShare * apartUs * apartUs) / (serviceUs * serviceUs)
    const channelShare = (count * serviceUs) / (channels * intervalUs)
    const requested = Math.max(channelShare, transferUs / intervalUs)
    const offered = requested + transferShare
    const behindUs = this.carryBacklog(pool, requested, transferShare, intervalUs)
    const perUs = count / intervalUs
    const crowdUs =
      meanWaitUs(channels, perUs, serviceUs, spread) +
      meanWaitUs(1, perUs, transferUs / count, sizeSpread)
    const waitUs = crowdUs + behindUs
    this.waitUs[pool] = crowdUs
    this.waitingShare[pool] = Math.min(1, offered)
    const readUs = readServiceUs + readTransferUs / Math.max(1, this.reads[pool])
    const writeUs = writeServiceUs + writeTransferUs / Math.max(1, this.writes[pool])
    this.readLatencyUs[pool] = this.answered(waitUs + readUs)
    this.writeLatencyUs[pool] = this.answered(waitUs + writeUs)
  }

  private solveDisk(
    pool: number,
    device: DiskDevice,
    intervalUs: number,
    transferShare: number,
  ): void {
    const queue = this.disks[pool]
    assert(queue !== null, 'a disk has its queue')
    const count = this.reads[pool] + this.writes[pool]
    const writeShare = this.writes[pool] / Math.max(1, count)
    const transferUs = (this.readBytes[pool] + this.writeBytes[pool]) / device.bytesPerUs
    const requested = (count * queue.deepUs(writeShare) + transferUs) / intervalUs
    const behindUs = this.carryBacklog(pool, requested, transferShare, intervalUs)
    if (count === 0) return
    // A disk with transfers has less of itself for requests: they find it slower by that share.
    const share = 1 - Math.min(0.9, transferShare)
    // At full load the backlog tells how long requests wait, and no steady state's formula does.
    const mostPerUs = steadyLimit / (queue.deepUs(writeShare) + transferUs / count)
    queue.solve({
      perUs: Math.min(count / intervalUs / share, mostPerUs),
      writeShare,
      readTransferUs: this.readBytes[pool] / device.bytesPerUs / Math.max(1, this.reads[pool]),
      writeTransferUs: this.writeBytes[pool] / device.bytesPerUs / Math.max(1, this.writes[pool]),
    })
    this.waitUs[pool] = queue.waitUs / share
    this.waitingShare[pool] = queue.busyShare
    this.readLatencyUs[pool] = this.answered((queue.waitUs + queue.readUs) / share + behindUs)
    this.writeLatencyUs[pool] = this.answered((queue.waitUs + queue.writeUs) / share + behindUs)
  }

  /** What takes longer than the timeout is given up: the mean of what is answered lies below it. */
  private answered(latencyUs: number): number {
    return Math.min(latencyUs, this.ioTimeoutUs)
  }

  /**
   * Backlog grows by what is offered above one and shrinks below it; waits beyond the timeout are
   * lost.
   */
  private carryBacklog(
    pool: number,
    requested: number,
    transferShare: number,
    intervalUs: number,
  ): number {
    const offered = requested + transferShare
    const beforeUs = this.backlogUs[pool]
    const workUs = offered * intervalUs
    const leftUs = Math.max(0, beforeUs + workUs - intervalUs)
    const keptUs = Math.min(leftUs, this.ioTimeoutUs)
    this.utilisation[pool] = offered
    this.requestShare[pool] = requested
    this.servedShare[pool] = workUs === 0 ? 1 : Math.max(0, 1 - (leftUs - keptUs) / workUs)
    this.backlogUs[pool] = keptUs
    return (beforeUs + keptUs) / 2
  }
}

/** Pools on one device share its queue: it keeps nothing from one interval to the next. */
function diskQueues(devices: readonly Device[]): readonly (DiskQueue | null)[] {
  const queues = new Map<Device, DiskQueue>()
  return devices.map(device => {
    if (device.kind !== 'disk') return null
    const queue = queues.get(device) ?? diskQueueOf(device)
    queues.set(device, queue)
    return queue
  })
}

function diskQueueOf(device: DiskDevice): DiskQueue {
  return new DiskQueue(
    positioningTable(device.readPositioning),
    positioningTable(device.writePositioning),
  )
}
