/**
 * Requests that wait for room in their volume's queue. A submission ring is reused in order: a
 * request goes out when the one `queueDepth` before it is done. Only volumes that are busy now have
 * a ring, so that a hundred thousand quiet ones cost nothing.
 */
import { EventQueue } from '../engine/event-queue.js'

export interface WaitingRequest {
  readonly volume: number
  readonly operation: number
  readonly bytes: number
  readonly offset: number
  readonly arrivedUs: number
  /** Its number since the volume was last idle. */
  readonly number: number
}

interface VolumeQueue {
  /** Completion times of the last requests that were issued, by number. */
  readonly doneUs: Float64Array
  issued: number
  readonly waiting: WaitingRequest[]
  first: number
}

export class Deferred {
  private readonly queue = new EventQueue()
  private readonly volumes = new Map<number, VolumeQueue>()
  private readonly spare: Float64Array[] = []

  constructor(private readonly depth: number) {}

  get firstUs(): number {
    return this.queue.firstUs
  }

  get length(): number {
    return this.queue.length
  }

  /** The volume is idle: its ring goes back. False while requests of it still wait. */
  calm(volume: number): boolean {
    const own = this.volumes.get(volume)
    if (own === undefined) return true
    if (own.first < own.waiting.length) return false
    this.spare.push(own.doneUs)
    this.volumes.delete(volume)
    return true
  }

  /** When request `number` may go out: 0 for at once, infinity behind others that wait. */
  freeUs(volume: number, number: number, busyUntilUs: number): number {
    const own = this.volumes.get(volume) ?? this.furnish(volume, number, busyUntilUs)
    if (own.first < own.waiting.length) return Number.POSITIVE_INFINITY
    return number < this.depth ? 0 : own.doneUs[number % this.depth]
  }

  add(request: WaitingRequest, freeUs: number): void {
    const own = this.volumes.get(request.volume)
    if (own === undefined) return
    own.waiting.push(request)
    if (own.first === own.waiting.length - 1) this.queue.push(freeUs, request.volume)
  }

  /** The first request whose time has come. */
  take(): WaitingRequest {
    const volume = this.queue.pop()
    const own = this.volumes.get(volume)
    const request = own?.waiting[own.first]
    if (own === undefined || request === undefined) throw new Error('nothing waits')
    own.first += 1
    return request
  }

  /** A request was issued, and will be done at that time. */
  completed(volume: number, doneUs: number): void {
    const own = this.volumes.get(volume)
    if (own === undefined) return
    own.doneUs[own.issued % this.depth] = doneUs
    own.issued += 1
  }

  /** The next request of the volume goes out when the one a depth before it is done. */
  wakeNext(volume: number, nowUs: number): void {
    const own = this.volumes.get(volume)
    if (own === undefined) return
    const next = own.waiting[own.first]
    if (next === undefined) {
      own.waiting.length = 0
      own.first = 0
      return
    }
    if (own.first > 1024 && own.first * 2 > own.waiting.length) {
      own.waiting.splice(0, own.first)
      own.first = 0
    }
    this.queue.push(Math.max(nowUs, own.doneUs[next.number % this.depth]), volume)
  }

  /** Requests before the ring was made are taken to be done when the last of them is. */
  private furnish(volume: number, number: number, busyUntilUs: number): VolumeQueue {
    const doneUs = this.spare.pop() ?? new Float64Array(this.depth)
    doneUs.fill(busyUntilUs)
    const made = { doneUs, issued: number, waiting: [], first: 0 }
    this.volumes.set(volume, made)
    return made
  }
}
