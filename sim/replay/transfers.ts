/**
 * Transfers as device load: chunk by chunk in closed loop, all reads of a chunk side by side, then
 * all its writes; the slowest of each counts. A rebuild's chunk stands for the sixteen 64 KiB
 * segments that Mayastor keeps in flight.
 */
import { assert } from '../../src/core/errors.js'
import type { Leg, Transfer } from '../data-path.js'
import type { Stations } from '../devices/stations.js'
import { EventQueue } from '../engine/event-queue.js'

export const chunkBytes = 1_048_576

interface Running {
  readonly transfer: Transfer
  /** Negative, so that no volume's requests are taken for its sequel. */
  readonly stream: number
  movedBytes: number
  /** Bytes of the chunk that was read and is to be written, or is being written. */
  inHandBytes: number
  phase: 'read' | 'write'
  /** When the chunk in hand was begun. */
  begunUs: number
  /** A pool of it is down: nothing is on its way. */
  standsStill: boolean
}

export class Transfers {
  /** When the transfer that `step` answered was finished. */
  finishedAtUs = 0
  private readonly queue = new EventQueue()
  private readonly running = new Map<number, Running>()
  private readonly down: Uint8Array

  constructor(
    private readonly stations: Stations,
    pools: number,
  ) {
    this.down = new Uint8Array(pools)
  }

  get firstUs(): number {
    return this.queue.firstUs
  }

  start(transfer: Transfer, atUs: number): void {
    const { id, reads, writes } = transfer
    assert(reads.length + writes.length > 0, 'a transfer reads or writes')
    this.running.set(id, {
      transfer,
      stream: -2 - id,
      movedBytes: 0,
      inHandBytes: 0,
      phase: 'read',
      begunUs: atUs,
      standsStill: false,
    })
    this.queue.push(atUs, id)
  }

  stop(id: number): void {
    this.running.delete(id)
  }

  /** A pool that is down answers nothing: its transfers stand still until all theirs are back. */
  setPoolDown(pool: number, down: boolean, atUs: number): void {
    this.down[pool] = down ? 1 : 0
    if (down) return
    for (const [id, one] of this.running) {
      if (!one.standsStill || this.touchesDown(one.transfer)) continue
      one.standsStill = false
      this.queue.push(atUs, id)
    }
  }

  movedBytes(id: number): number {
    return this.running.get(id)?.movedBytes ?? 0
  }

  /** The next half of a chunk, at its own instant; answers the transfer that was finished by it. */
  step(): number | null {
    const atUs = this.queue.firstUs
    const id = this.queue.pop()
    const one = this.running.get(id)
    if (one === undefined) return null
    const { transfer } = one
    if (one.phase === 'read') {
      one.movedBytes += one.inHandBytes
      one.begunUs = atUs
      one.inHandBytes = Math.min(chunkBytes, transfer.bytes - one.movedBytes)
      if (one.inHandBytes <= 0) {
        this.running.delete(id)
        this.finishedAtUs = atUs
        return id
      }
    }
    if (this.touchesDown(transfer)) {
      one.standsStill = true
      // Of the chunk that comes next nothing was read yet.
      if (one.phase === 'read') one.inHandBytes = 0
      return null
    }
    const doneUs = this.visit(one, atUs)
    this.queue.push(one.phase === 'read' ? doneUs : Math.max(doneUs, soonest(one)), id)
    one.phase = one.phase === 'read' ? 'write' : 'read'
    return null
  }

  /** All legs of one half of the chunk in hand; answers when the slowest is done. */
  private visit(one: Running, atUs: number): number {
    const { reads, writes } = one.transfer
    const isRead = one.phase === 'read'
    const legs = isRead ? reads : writes
    let doneUs = atUs
    for (const leg of legs) {
      const beginBytes = shareOf(leg, one.movedBytes)
      const bytes = shareOf(leg, one.movedBytes + one.inHandBytes) - beginBytes
      const operation = isRead ? 0 : 1
      const ownUs = this.stations.visit(leg.pool, operation, bytes, atUs, one.stream, beginBytes)
      if (ownUs > doneUs) doneUs = ownUs
    }
    return doneUs
  }

  private touchesDown({ reads, writes }: Transfer): boolean {
    const isDown = (leg: Leg): boolean => this.down[leg.pool] === 1
    return reads.some(isDown) || writes.some(isDown)
  }
}

/** A transfer that may only be so fast waits at the end of a chunk. */
function soonest({ transfer, inHandBytes, begunUs }: Running): number {
  const { bytesPerSecond } = transfer
  return bytesPerSecond === undefined ? 0 : begunUs + (inHandBytes * 1_000_000) / bytesPerSecond
}

/** Whole bytes of a leg up to a place of the transfer: a chunk goes on where the last ended. */
function shareOf(leg: Leg, bytes: number): number {
  return Math.floor(bytes * leg.share)
}
