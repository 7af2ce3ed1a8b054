/**
 * Events by time, and by sequence where times are equal: a binary heap over typed arrays, so that
 * an event costs no object. FIFO ties keep one order on every machine.
 */
import { assert } from '../../src/core/errors.js'

export class EventQueue {
  private timeUs = new Float64Array(64)
  private sequence = new Float64Array(64)
  private payload = new Int32Array(64)
  private size = 0
  private next = 0

  get length(): number {
    return this.size
  }

  /** Time of the first event, or infinity. */
  get firstUs(): number {
    return this.size === 0 ? Number.POSITIVE_INFINITY : this.timeUs[0]
  }

  push(timeUs: number, payload: number): void {
    assert(!Number.isNaN(timeUs), 'an event needs a time')
    if (this.size === this.timeUs.length) this.grow()
    let hole = this.size
    const sequence = this.next
    this.size += 1
    this.next += 1
    while (hole > 0) {
      const parent = (hole - 1) >> 1
      if (this.timeUs[parent] <= timeUs) break
      this.copy(parent, hole)
      hole = parent
    }
    this.timeUs[hole] = timeUs
    this.sequence[hole] = sequence
    this.payload[hole] = payload
  }

  /** Removes the first event and answers its payload. */
  pop(): number {
    assert(this.size > 0, 'the queue is empty')
    const payload = this.payload[0]
    this.size -= 1
    if (this.size > 0) this.sink(this.size)
    return payload
  }

  /** Puts the last event at the root, where it sinks to its place. */
  private sink(last: number): void {
    const timeUs = this.timeUs[last]
    const sequence = this.sequence[last]
    let hole = 0
    for (;;) {
      let child = 2 * hole + 1
      if (child >= this.size) break
      if (child + 1 < this.size && this.isBefore(child + 1, child)) child += 1
      const isFirst =
        timeUs < this.timeUs[child] ||
        (timeUs === this.timeUs[child] && sequence < this.sequence[child])
      if (isFirst) break
      this.copy(child, hole)
      hole = child
    }
    this.copy(last, hole)
  }

  private isBefore(left: number, right: number): boolean {
    return (
      this.timeUs[left] < this.timeUs[right] ||
      (this.timeUs[left] === this.timeUs[right] && this.sequence[left] < this.sequence[right])
    )
  }

  private copy(from: number, to: number): void {
    this.timeUs[to] = this.timeUs[from]
    this.sequence[to] = this.sequence[from]
    this.payload[to] = this.payload[from]
  }

  private grow(): void {
    const timeUs = new Float64Array(this.size * 2)
    const sequence = new Float64Array(this.size * 2)
    const payload = new Int32Array(this.size * 2)
    timeUs.set(this.timeUs)
    sequence.set(this.sequence)
    payload.set(this.payload)
    this.timeUs = timeUs
    this.sequence = sequence
    this.payload = payload
  }
}
