/**
 * The bounded queue of a volume: so many slots, each held by one request until it is done or given
 * up; a request that finds none free waits for the first that becomes free. Only volumes that are
 * busy now have slots of their own, so that a hundred thousand quiet ones cost nothing.
 */
import { assert } from '../../src/core/errors.js'
import { EventQueue } from '../engine/event-queue.js'

export interface WaitingRequest {
  readonly volume: number
  readonly operation: number
  readonly bytes: number
  readonly offset: number
  readonly arrivedUs: number
}

/** Requests of one volume that wait, first come first served. */
interface Line {
  readonly requests: WaitingRequest[]
  first: number
}

/** Requests that were served before the front of a line is cut off. */
const cut = 1024

export class Deferred {
  private readonly queue = new EventQueue()
  /** The slots that a volume has, or -1. */
  private readonly ownSlots: Int32Array
  /** When each slot becomes free, `depth` to a volume that is busy. */
  private freeUs: Float64Array
  private next: Int32Array
  private readonly lines: Line[] = []
  private readonly spare: number[] = []

  constructor(
    private readonly depth: number,
    volumes: number,
  ) {
    this.ownSlots = new Int32Array(volumes).fill(-1)
    this.freeUs = new Float64Array(depth)
    this.next = new Int32Array(1)
  }

  get firstUs(): number {
    return this.queue.firstUs
  }

  /** Volumes of which requests wait. */
  get length(): number {
    return this.queue.length
  }

  /** The volume is idle: its slots go back. False while requests of it still wait. */
  calm(volume: number): boolean {
    const own = this.ownSlots[volume]
    if (own < 0) return true
    if (this.isWaiting(own)) return false
    this.spare.push(own)
    this.ownSlots[volume] = -1
    return true
  }

  /** Gives a volume slots of its own; `release` from `begin` on tells what is in flight already. */
  furnish(volume: number, release: Float64Array, begin: number, count: number): void {
    if (this.ownSlots[volume] >= 0) return
    const own = this.spare.pop() ?? this.grown()
    const first = own * this.depth
    this.freeUs.fill(0, first, first + this.depth)
    for (let one = 0; one < count; one++) this.freeUs[first + one] = release[begin + one]
    this.next[own] = count % this.depth
    this.ownSlots[volume] = own
  }

  /** A slot that is free at that instant; -1 when there is none, or others wait for it. */
  slotAt(volume: number, atUs: number): number {
    const own = this.ownSlots[volume]
    if (this.isWaiting(own)) return -1
    const begin = own * this.depth
    // Requests are mostly done in their order, so that the slot after the last one is free first.
    let slot = this.next[own]
    for (let tried = 0; tried < this.depth; tried++) {
      const after = slot + 1 === this.depth ? 0 : slot + 1
      if (this.freeUs[begin + slot] <= atUs) {
        this.next[own] = after
        return begin + slot
      }
      slot = after
    }
    return -1
  }

  /** Such a slot of a volume that has slots: nobody else's until its request holds it. */
  takeSlot(volume: number, atUs: number): number {
    if (this.ownSlots[volume] < 0) return -1
    const slot = this.slotAt(volume, atUs)
    if (slot >= 0) this.freeUs[slot] = Number.POSITIVE_INFINITY
    return slot
  }

  hold(slot: number, releaseUs: number): void {
    this.freeUs[slot] = releaseUs
  }

  add(request: WaitingRequest): void {
    const own = this.ownSlots[request.volume]
    const line = this.lines[own]
    line.requests.push(request)
    if (line.requests.length - line.first === 1) {
      this.queue.push(Math.max(request.arrivedUs, this.earliestUs(own)), request.volume)
    }
  }

  /** The first request whose time has come. */
  take(): WaitingRequest {
    const line = this.lines[this.ownSlots[this.queue.pop()]]
    const request = line.requests[line.first]
    line.first += 1
    return request
  }

  /** The request that was taken holds the slot that was free for it. */
  holdEarliest(volume: number, atUs: number, releaseUs: number): void {
    const own = this.ownSlots[volume]
    const begin = own * this.depth
    let slot = begin
    while (this.freeUs[slot] > atUs) slot += 1
    assert(slot < begin + this.depth, 'a request went out without a free slot')
    this.freeUs[slot] = releaseUs
  }

  /** The next request of the volume goes out when a slot is free. */
  wakeNext(volume: number, nowUs: number): void {
    const own = this.ownSlots[volume]
    const line = this.lines[own]
    if (!this.isWaiting(own)) {
      line.requests.length = 0
      line.first = 0
      return
    }
    if (line.first > cut && line.first * 2 > line.requests.length) {
      line.requests.splice(0, line.first)
      line.first = 0
    }
    this.queue.push(Math.max(nowUs, this.earliestUs(own)), volume)
  }

  private isWaiting(own: number): boolean {
    const line = this.lines[own]
    return line.first < line.requests.length
  }

  private earliestUs(own: number): number {
    const begin = own * this.depth
    let earliestUs = this.freeUs[begin]
    for (let slot = begin + 1; slot < begin + this.depth; slot++) {
      if (this.freeUs[slot] < earliestUs) earliestUs = this.freeUs[slot]
    }
    return earliestUs
  }

  private grown(): number {
    const own = this.lines.length
    this.lines.push({ requests: [], first: 0 })
    if (own === this.next.length) {
      const freeUs = new Float64Array(2 * own * this.depth)
      freeUs.set(this.freeUs)
      this.freeUs = freeUs
      const next = new Int32Array(2 * own)
      next.set(this.next)
      this.next = next
    }
    return own
  }
}
