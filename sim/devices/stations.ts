/**
 * The stations of all pools, their state in flat arrays. A visit is the Kiefer-Wolfowitz recursion:
 * exact for FIFO stations whose arrivals come in time order, without an event for each. Bandwidth
 * comes before channels, because departures of a single FIFO server are in time order.
 */
import { assert } from '../../src/core/errors.js'
import { jobAt, jobBytes, jobCells, jobDone, jobOffset } from './job.js'
import { type Device, positioningTable } from './preset.js'

/** Cells of one pool in `figures`; those of reads and writes lie side by side. */
const usPerByte = 0
const service = 2
const bandwidthFree = 4
const busy = 5
const visited = 6
const figureCells = 8

/** Cells of one pool in `places`. */
const kind = 0
const firstChannel = 1
const channels = 2
const nextChannel = 3
const placeCells = 4

/** Departures that a disk remembers: as many as its table of positioning times has depths. */
const diskRing = 64

export class Stations {
  readonly job = new Float64Array(jobCells)
  private readonly figures: Float64Array
  private readonly places: Int32Array
  private readonly channelFreeUs: Float64Array
  /** Of each disk: tables for reads and writes, departures, and where the last access ended. */
  private readonly disks: (Disk | null)[]

  constructor(devices: readonly Device[]) {
    this.figures = new Float64Array(figureCells * devices.length)
    this.places = new Int32Array(placeCells * devices.length)
    this.disks = devices.map(device => (device.kind === 'disk' ? diskOf(device) : null))
    let count = 0
    devices.forEach((device, pool) => {
      const place = pool * placeCells
      this.places[place + kind] = device.kind === 'disk' ? 1 : 0
      this.places[place + firstChannel] = count
      this.places[place + channels] = device.kind === 'disk' ? 1 : device.channels
      count += this.places[place + channels]
      this.furnish(device, pool * figureCells)
    })
    this.channelFreeUs = new Float64Array(count)
  }

  /** Time that service took at a pool, over all its channels, microseconds. */
  busyUs(pool: number): number {
    return this.figures[pool * figureCells + busy]
  }

  visits(pool: number): number {
    return this.figures[pool * figureCells + visited]
  }

  /** Another service time of a flash pool, microseconds, from the next visit on. */
  retime(pool: number, operation: number, serviceUs: number): void {
    assert(this.disks[pool] === null, 'a disk has no fixed service time')
    this.figures[pool * figureCells + service + operation] = serviceUs
  }

  private furnish(device: Device, figure: number): void {
    const { figures } = this
    if (device.kind === 'disk') {
      figures[figure + usPerByte] = 1 / device.bytesPerUs
      figures[figure + usPerByte + 1] = 1 / device.bytesPerUs
      return
    }
    const isWhole = Math.floor(device.channels) === device.channels
    assert(isWhole && device.channels >= 1, 'a flash device has at least one channel')
    figures[figure + service] = device.readServiceUs
    figures[figure + service + 1] = device.writeServiceUs
    figures[figure + usPerByte] = 1 / device.readBytesPerUs
    figures[figure + usPerByte + 1] = 1 / device.writeBytesPerUs
  }

  /** A single visit, microseconds and bytes; answers when it is done. See `serve`. */
  visit(
    pool: number,
    operation: number,
    bytes: number,
    atUs: number,
    stream: number,
    offset: number,
  ): number {
    this.job[jobAt] = atUs
    this.job[jobBytes] = bytes
    this.job[jobOffset] = offset
    this.serve(pool, operation, stream)
    return this.job[jobDone]
  }

  /**
   * The request in `job` at one pool. `operation` is 0 for a read, 1 for a write; `stream` and the
   * offset tell a sequential access, which costs a disk its transfer only.
   */
  serve(pool: number, operation: number, stream: number): void {
    const { job, figures, places } = this
    const place = pool * placeCells
    const figure = pool * figureCells
    figures[figure + visited] += 1
    if (places[place + kind] === 1) {
      this.serveDisk(pool, operation, stream)
      return
    }
    const atUs = job[jobAt]
    const freeUs = figures[figure + bandwidthFree]
    const transferUs = job[jobBytes] * figures[figure + usPerByte + operation]
    const movedUs = (freeUs > atUs ? freeUs : atUs) + transferUs
    figures[figure + bandwidthFree] = movedUs
    const serviceUs = figures[figure + service + operation]
    figures[figure + busy] += serviceUs
    const free = this.channelFreeUs
    const begin = places[place + firstChannel]
    const end = begin + places[place + channels]
    // Any idle channel gives the same latencies, so the scan starts after the last and stops early.
    let channel = begin + places[place + nextChannel]
    let bestUs = free[channel]
    if (bestUs > movedUs) {
      channel = this.earliest(channel, begin, end, movedUs)
      bestUs = free[channel]
    }
    const doneUs = (bestUs > movedUs ? bestUs : movedUs) + serviceUs
    free[channel] = doneUs
    places[place + nextChannel] = channel + 1 === end ? 0 : channel + 1 - begin
    job[jobDone] = doneUs
  }

  /**
   * The first channel that is idle at that time, looking on from one that is not; else the
   * earliest.
   */
  private earliest(from: number, begin: number, end: number, atUs: number): number {
    const free = this.channelFreeUs
    let best = from
    let bestUs = free[from]
    for (let channel = from + 1; channel < end; channel++) {
      if (free[channel] < bestUs) {
        best = channel
        bestUs = free[channel]
        if (bestUs <= atUs) return best
      }
    }
    for (let channel = begin; channel < from; channel++) {
      if (free[channel] < bestUs) {
        best = channel
        bestUs = free[channel]
        if (bestUs <= atUs) return best
      }
    }
    return best
  }

  private serveDisk(pool: number, operation: number, stream: number): void {
    const { job, figures } = this
    const disk = this.disks[pool]
    assert(disk !== null, 'a disk has its tables')
    const figure = pool * figureCells
    const atUs = job[jobAt]
    const { ring } = disk
    let { begin } = disk
    while (begin < disk.end && ring[begin % diskRing] <= atUs) begin++
    const table = disk.positioning[operation]
    const isSequential = disk.lastStream === stream && disk.lastEnd === job[jobOffset]
    const found = Math.min(disk.end - begin, table.length - 1)
    const positioningUs = isSequential ? 0 : table[found]
    const serviceUs = positioningUs + job[jobBytes] * figures[figure + usPerByte + operation]
    const channel = this.places[pool * placeCells + firstChannel]
    const freeUs = this.channelFreeUs[channel]
    const startUs = freeUs > atUs ? freeUs : atUs
    const doneUs = startUs + serviceUs
    this.channelFreeUs[channel] = doneUs
    ring[disk.end % diskRing] = doneUs
    disk.end += 1
    // Deeper queues than the table's last depth are all alike: older departures may be forgotten.
    disk.begin = Math.max(begin, disk.end - diskRing)
    disk.lastStream = stream
    disk.lastEnd = job[jobOffset] + job[jobBytes]
    figures[figure + busy] += serviceUs
    job[jobDone] = doneUs
  }
}

interface Disk {
  /** Positioning times by the number of requests found: of reads, of writes. */
  readonly positioning: readonly [Float64Array, Float64Array]
  readonly ring: Float64Array
  begin: number
  end: number
  lastStream: number
  lastEnd: number
}

function diskOf(device: Extract<Device, { kind: 'disk' }>): Disk {
  return {
    positioning: [
      positioningTable(device.readPositioning),
      positioningTable(device.writePositioning),
    ],
    ring: new Float64Array(diskRing),
    begin: 0,
    end: 0,
    lastStream: -1,
    lastEnd: 0,
  }
}
