/**
 * The data path a second time, as one would first write it: an object for each request, an event
 * for each arrival, transfer, service and completion, queues as arrays. It is slow and shares no
 * code with the replay but the figures of the devices: the tests compare latencies, the benchmark
 * speeds.
 */
import { type Device, positioningTable } from '../../sim/devices/preset.js'
import { EventHeap } from './event-heap.js'

export interface PlainRequest {
  readonly atUs: number
  readonly volume: number
  readonly isWrite: boolean
  readonly bytes: number
  readonly offset: number
}

export interface PlainRoute {
  readonly readable: readonly number[]
  readonly writable: readonly number[]
}

export interface PlainCopy {
  readonly id: number
  readonly atUs: number
  readonly sourcePool: number
  readonly targetPool: number
  readonly bytes: number
}

export interface PlainOptions {
  readonly devices: readonly Device[]
  readonly routes: readonly PlainRoute[]
  readonly queueDepth: number
  readonly ioTimeoutUs: number
  readonly chunkBytes: number
}

/** One visit of a request at one pool. */
interface Visit {
  readonly isWrite: boolean
  readonly bytes: number
  readonly stream: number
  readonly offset: number
  serviceUs: number
  readonly done: (atUs: number) => void
}

/** Completions come before arrivals of the same instant, rows before what waited, copies last. */
const rank = { completion: 0, row: 1, waiting: 2, copy: 3 } as const

class Station {
  private inSystem = 0
  private readonly waitingForBandwidth: Visit[] = []
  private readonly waitingForChannel: Visit[] = []
  private bandwidthBusy = false
  private busyChannels = 0
  private lastStream = -1
  private lastEnd = 0
  private readonly tables: readonly Float64Array[]

  constructor(
    private readonly device: Device,
    private readonly events: EventHeap,
  ) {
    this.tables =
      device.kind === 'disk'
        ? [positioningTable(device.readPositioning), positioningTable(device.writePositioning)]
        : []
  }

  arrive(visit: Visit): void {
    const { device } = this
    if (device.kind === 'disk') {
      const table = this.tables[visit.isWrite ? 1 : 0]
      const isSequential = this.lastStream === visit.stream && this.lastEnd === visit.offset
      this.lastStream = visit.stream
      this.lastEnd = visit.offset + visit.bytes
      const positioningUs = isSequential ? 0 : table[Math.min(this.inSystem, table.length - 1)]
      visit.serviceUs = positioningUs + visit.bytes * (1 / device.bytesPerUs)
      this.inSystem += 1
      this.waitingForChannel.push(visit)
      this.serveNext()
      return
    }
    visit.serviceUs = visit.isWrite ? device.writeServiceUs : device.readServiceUs
    this.waitingForBandwidth.push(visit)
    this.transferNext()
  }

  private transferNext(): void {
    const { device } = this
    if (this.bandwidthBusy || device.kind === 'disk') return
    const visit = this.waitingForBandwidth.shift()
    if (visit === undefined) return
    this.bandwidthBusy = true
    const bytesPerUs = visit.isWrite ? device.writeBytesPerUs : device.readBytesPerUs
    this.events.push(this.events.nowUs + visit.bytes * (1 / bytesPerUs), rank.completion, () => {
      this.bandwidthBusy = false
      this.waitingForChannel.push(visit)
      this.transferNext()
      this.serveNext()
    })
  }

  private serveNext(): void {
    const channels = this.device.kind === 'disk' ? 1 : this.device.channels
    if (this.busyChannels === channels) return
    const visit = this.waitingForChannel.shift()
    if (visit === undefined) return
    this.busyChannels += 1
    this.events.push(this.events.nowUs + visit.serviceUs, rank.completion, () => {
      this.busyChannels -= 1
      this.inSystem -= 1
      this.serveNext()
      visit.done(this.events.nowUs)
    })
  }
}

/** A place in the volume's queue, held until its request is done or given up. */
interface Slot {
  readonly limitUs: number
  isHeld: boolean
}

interface Volume {
  readonly route: PlainRoute
  inFlight: number
  /** In the order of arrival, and so of their limits. */
  readonly slots: Slot[]
  turn: number
  readonly waiting: { readonly request: PlainRequest; readonly index: number }[]
  /** An event will let the first waiting request out. */
  woken: boolean
}

/**
 * Latency of each request in the order of rows, NaN where it was lost; ends of the copies by id.
 */
export interface PlainOutcome {
  readonly latencyUs: Float64Array
  readonly copyEndUs: ReadonlyMap<number, number>
  visits: number
}

export class EventByEvent {
  readonly outcome: PlainOutcome
  private readonly events = new EventHeap()
  private readonly stations: readonly Station[]
  private readonly volumes: readonly Volume[]
  private readonly copyEnds = new Map<number, number>()

  constructor(
    private readonly options: PlainOptions,
    private readonly requests: readonly PlainRequest[],
  ) {
    this.stations = options.devices.map(device => new Station(device, this.events))
    this.volumes = options.routes.map(route => ({
      route,
      inFlight: 0,
      slots: [],
      turn: 0,
      waiting: [],
      woken: false,
    }))
    const latencyUs = new Float64Array(requests.length).fill(Number.NaN)
    this.outcome = { latencyUs, copyEndUs: this.copyEnds, visits: 0 }
  }

  run(copies: readonly PlainCopy[]): PlainOutcome {
    for (const copy of copies) this.events.push(copy.atUs, rank.copy, () => this.copyNext(copy, 0))
    this.scheduleRow(0)
    while (this.events.runFirst());
    return this.outcome
  }

  private scheduleRow(index: number): void {
    const request = this.requests[index]
    if (request === undefined) return
    this.events.push(request.atUs, rank.row, () => {
      this.arrive(request, index)
      this.scheduleRow(index + 1)
    })
  }

  private arrive(request: PlainRequest, index: number): void {
    const volume = this.volumes[request.volume]
    this.giveUp(volume)
    if (volume.waiting.length > 0 || volume.inFlight >= this.options.queueDepth) {
      volume.waiting.push({ request, index })
      if (volume.waiting.length === 1) this.watchLimit(volume)
    } else {
      this.issue(volume, request, index)
    }
  }

  /** A slot is free: the first that waits goes out, or is lost when it has waited too long. */
  private wake(volume: Volume): void {
    if (volume.woken || volume.waiting.length === 0) return
    volume.woken = true
    this.events.push(this.events.nowUs, rank.waiting, () => {
      volume.woken = false
      const first = volume.waiting.shift()
      if (first === undefined) return
      const waitedUs = this.events.nowUs - first.request.atUs
      if (waitedUs <= this.options.ioTimeoutUs) this.issue(volume, first.request, first.index)
      if (volume.inFlight < this.options.queueDepth) this.wake(volume)
      else this.watchLimit(volume)
    })
  }

  /** Requests that are past their limit leave their slots; their visits go on. */
  private giveUp(volume: Volume): void {
    for (;;) {
      const oldest = volume.slots[0]
      if (oldest === undefined || (oldest.isHeld && oldest.limitUs > this.events.nowUs)) return
      volume.slots.shift()
      if (oldest.isHeld) volume.inFlight -= 1
      oldest.isHeld = false
    }
  }

  /** While somebody waits, the limit of the oldest request in flight is an event. */
  private watchLimit(volume: Volume): void {
    this.giveUp(volume)
    const oldest = volume.slots[0]
    if (oldest === undefined || volume.waiting.length === 0) return
    this.events.push(oldest.limitUs, rank.completion, () => {
      this.giveUp(volume)
      if (volume.inFlight < this.options.queueDepth) this.wake(volume)
      else this.watchLimit(volume)
    })
  }

  private issue(volume: Volume, request: PlainRequest, index: number): void {
    const { readable, writable } = volume.route
    if (readable.length === 0) return
    const pools = request.isWrite ? writable : [readable[volume.turn]]
    if (!request.isWrite) volume.turn = (volume.turn + 1) % readable.length
    const limitUs = request.atUs + this.options.ioTimeoutUs
    const slot = { limitUs, isHeld: true }
    volume.inFlight += 1
    volume.slots.push(slot)
    let outstanding = pools.length
    const done = (atUs: number): void => {
      outstanding -= 1
      if (outstanding > 0) return
      if (atUs <= limitUs) this.outcome.latencyUs[index] = atUs - request.atUs
      if (slot.isHeld) volume.inFlight -= 1
      slot.isHeld = false
      this.giveUp(volume)
      if (volume.inFlight < this.options.queueDepth) this.wake(volume)
    }
    for (const pool of pools) {
      this.outcome.visits += 1
      const { isWrite, bytes, offset } = request
      this.stations[pool].arrive({
        isWrite,
        bytes,
        offset,
        stream: request.volume,
        serviceUs: 0,
        done,
      })
    }
  }

  private copyNext(copy: PlainCopy, copiedBytes: number): void {
    if (copiedBytes >= copy.bytes) {
      this.copyEnds.set(copy.id, this.events.nowUs)
      return
    }
    const bytes = Math.min(this.options.chunkBytes, copy.bytes - copiedBytes)
    const visit = (pool: number, isWrite: boolean, then: () => void): void => {
      this.stations[pool].arrive({
        isWrite,
        bytes,
        stream: -2 - copy.id,
        offset: copiedBytes,
        serviceUs: 0,
        done: atUs => this.events.push(atUs, rank.copy, then),
      })
    }
    const write = (): void =>
      visit(copy.targetPool, true, () => this.copyNext(copy, copiedBytes + bytes))
    visit(copy.sourcePool, false, write)
  }
}
