/**
 * The stations of all pools, their state in flat arrays. A visit is the Kiefer-Wolfowitz recursion:
 * exact for FIFO stations whose arrivals come in time order, without an event for each. Bandwidth
 * comes before channels, because departures of a single FIFO server are in time order.
 */
import { assert } from '../../src/core/errors.js'
import { type Device, positioningTable } from './preset.js'
import * as block from './request-block.js'

/** What the hot loops use, once more: of this module it is compiled in, of another looked up. */
const { poolBits, rowMask, visitMask, atUsOf, bytesOf, sideOf, visitDoneUs, visits } = block
const poolMask = (1 << poolBits) - 1

/** Cells of one pool in `figures`, a cache line; those of reads and writes lie side by side. */
const usPerByte = 0
const service = 2
const visited = 4
const bandwidthFree = 6
/** When the last visit came: beside the above, so that the later one is chosen by its place. */
const cameAt = 7
const figureShift = 3

/** Cells of one pool in `places`. */
/** Where to look for a free channel first; -1 for a disk. */
const nextChannel = 0
const firstChannel = 1
const endChannel = 2
const placeShift = 2

/** Departures that a disk remembers: as many as its table of positioning times has depths. */
const diskRing = 64

export class Stations {
  private readonly figures: Float64Array
  private readonly places: Int32Array
  /** Of each pool, time of services that is not visits times the service time of now. */
  private readonly restUs: Float64Array
  /** Of each disk: tables for reads and writes, departures, and where the last access ended. */
  private readonly disks: (Disk | null)[]

  constructor(devices: readonly Device[]) {
    this.figures = new Float64Array(figureCount(devices))
    this.places = new Int32Array(this.figures.length)
    this.restUs = new Float64Array(devices.length)
    this.disks = devices.map(device => (device.kind === 'disk' ? diskOf(device) : null))
    let count = devices.length << figureShift
    devices.forEach((device, pool) => {
      const place = pool << placeShift
      this.places[place + firstChannel] = count
      this.places[place + nextChannel] = device.kind === 'disk' ? -1 : count
      count += device.kind === 'disk' ? 1 : device.channels
      this.places[place + endChannel] = count
      for (let channel = this.places[place + firstChannel]; channel < count; channel++) {
        this.places[channel] = channel + 1 < count ? channel + 1 : this.places[place + firstChannel]
      }
      this.furnish(device, pool << figureShift)
    })
  }

  /** Time that service took at a pool, over all its channels, microseconds. */
  busyUs(pool: number): number {
    return this.restUs[pool] + this.serviceUs(pool, 0) + this.serviceUs(pool, 1)
  }

  visits(pool: number): number {
    const figure = (pool << figureShift) + visited
    return this.figures[figure] + this.figures[figure + 1]
  }

  /** Another service time of a flash pool, microseconds, from the next visit on. */
  retime(pool: number, operation: number, serviceUs: number): void {
    assert(this.disks[pool] === null, 'a disk has no fixed service time')
    const { figures } = this
    const figure = pool << figureShift
    const change = figures[figure + service + operation] - serviceUs
    this.restUs[pool] += figures[figure + visited + operation] * change
    figures[figure + service + operation] = serviceUs
  }

  private serviceUs(pool: number, operation: number): number {
    const figure = (pool << figureShift) + operation
    return this.figures[figure + visited] * this.figures[figure + service]
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

  /**
   * One visit at one pool, microseconds and bytes; answers when it is done. `operation` is 0 for a
   * read, 1 for a write; `stream` and the offset tell a sequential access, which costs a disk its
   * transfer only.
   */
  visit(
    pool: number,
    operation: number,
    bytes: number,
    atUs: number,
    stream: number,
    offset: number,
  ): number {
    const { figures, places } = this
    const place = pool << placeShift
    const figure = pool << figureShift
    figures[figure + visited + operation] += 1
    let channel = places[place + nextChannel]
    if (channel < 0) {
      return +this.visitDisk(pool, operation, bytes, atUs, stream, offset)
    }
    const freeUs = figures[figure + bandwidthFree]
    const movedUs =
      (freeUs > atUs ? freeUs : atUs) + bytes * figures[figure + usPerByte + operation]
    figures[figure + bandwidthFree] = movedUs
    // Any idle channel gives the same latencies, so the scan starts after the last and stops early.
    if (figures[channel] > movedUs) channel = this.earliest(place, movedUs)
    const bestUs = figures[channel]
    const doneUs = (bestUs > movedUs ? bestUs : movedUs) + figures[figure + service + operation]
    figures[channel] = doneUs
    places[place + nextChannel] = places[channel]
    return doneUs
  }

  /**
   * The visits of a block from one of them on; answers the first that is no matter of course, at a
   * disk or where the next channel is busy: it is to be made alone.
   */
  visitMany(first: number, end: number): number {
    const { figures, places } = this
    for (let one = first; one < end; one++) {
      const visit = visits[one & visitMask]
      const pool = visit & poolMask
      const place = pool << placeShift
      const channel = places[place | nextChannel]
      if (channel < 0) return one
      const request = (visit >> poolBits) & rowMask
      const figure = pool << figureShift
      const own = figure | (sideOf[request] & 1)
      const atUs = atUsOf[request]
      figures[figure | cameAt] = atUs
      const later = (figure | cameAt) - Number(figures[figure | bandwidthFree] > atUs)
      const movedUs = figures[later] + bytesOf[request] * figures[own]
      if (figures[channel] > movedUs) return one
      figures[figure | bandwidthFree] = movedUs
      figures[own | visited] += 1
      const doneUs = movedUs + figures[own | service]
      figures[channel] = doneUs
      visitDoneUs[one & visitMask] = doneUs
      places[place | nextChannel] = places[channel]
    }
    return end
  }

  /**
   * The first channel that is idle when the transfer ends, looking on from one that is not; else
   * the earliest.
   */
  private earliest(place: number, atUs: number): number {
    const { places, figures: free } = this
    const from = places[place + nextChannel]
    const begin = places[place + firstChannel]
    const end = places[place + endChannel]
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

  private visitDisk(
    pool: number,
    operation: number,
    bytes: number,
    atUs: number,
    stream: number,
    offset: number,
  ): number {
    const { figures } = this
    const disk = this.disks[pool]
    assert(disk !== null, 'a disk has its tables')
    const figure = pool << figureShift
    const { ring } = disk
    let { begin } = disk
    while (begin < disk.end && ring[begin % diskRing] <= atUs) begin++
    const table = disk.positioning[operation]
    const isSequential = disk.lastStream === stream && disk.lastEnd === offset
    const found = Math.min(disk.end - begin, table.length - 1)
    const positioningUs = isSequential ? 0 : table[found]
    const serviceUs = positioningUs + bytes * figures[figure + usPerByte + operation]
    const channel = this.places[(pool << placeShift) + firstChannel]
    const freeUs = figures[channel]
    const startUs = freeUs > atUs ? freeUs : atUs
    const doneUs = startUs + serviceUs
    figures[channel] = doneUs
    ring[disk.end % diskRing] = doneUs
    disk.end += 1
    // Deeper queues than the table's last depth are all alike: older departures may be forgotten.
    disk.begin = Math.max(begin, disk.end - diskRing)
    disk.lastStream = stream
    disk.lastEnd = offset + bytes
    this.restUs[pool] += serviceUs
    return doneUs
  }
}

/** Cells of the pools, then one for each channel: when it is free. */
function figureCount(devices: readonly Device[]): number {
  let count = devices.length << figureShift
  for (const device of devices) count += device.kind === 'disk' ? 1 : device.channels
  return count
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
