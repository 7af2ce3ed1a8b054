/**
 * Rebuilds as device load: chunks read from the source and written to the target in closed loop.
 * One chunk stands for the sixteen 64 KiB segments that Mayastor keeps in flight.
 */
import type { Copy } from '../data-path.js'
import type { Stations } from '../devices/stations.js'
import { EventQueue } from '../engine/event-queue.js'

export const chunkBytes = 1_048_576

interface RunningCopy {
  readonly copy: Copy
  /** Negative, so that no volume's requests are taken for its sequel. */
  readonly stream: number
  copiedBytes: number
  /** Bytes of the chunk that was read and is to be written, or is being written. */
  inHandBytes: number
  phase: 'read' | 'write'
}

export class Copies {
  /** When the copy that `step` answered was finished. */
  finishedAtUs = 0
  private readonly queue = new EventQueue()
  private readonly running = new Map<number, RunningCopy>()
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

  start(copy: Copy, atUs: number): void {
    const stream = -2 - copy.id
    this.running.set(copy.id, { copy, stream, copiedBytes: 0, inHandBytes: 0, phase: 'read' })
    this.queue.push(atUs, copy.id)
  }

  stop(id: number): void {
    this.running.delete(id)
  }

  setPoolDown(pool: number, down: boolean): void {
    this.down[pool] = down ? 1 : 0
  }

  copiedBytes(id: number): number {
    return this.running.get(id)?.copiedBytes ?? 0
  }

  /** The next half of a chunk, at its own instant; answers the copy that was finished by it. */
  step(): number | null {
    const atUs = this.queue.firstUs
    const id = this.queue.pop()
    const one = this.running.get(id)
    if (one === undefined) return null
    const { copy } = one
    if (one.phase === 'read') {
      one.copiedBytes += one.inHandBytes
      if (one.copiedBytes >= copy.bytes) {
        this.running.delete(id)
        this.finishedAtUs = atUs
        return id
      }
      one.inHandBytes = Math.min(chunkBytes, copy.bytes - one.copiedBytes)
    }
    const isRead = one.phase === 'read'
    const pool = isRead ? copy.sourcePool : copy.targetPool
    // A pool that is down answers nothing: the copy stands still until it is stopped.
    if (this.down[pool] === 1) return null
    const operation = isRead ? 0 : 1
    const { inHandBytes, copiedBytes, stream } = one
    const doneUs = this.stations.visit(pool, operation, inHandBytes, atUs, stream, copiedBytes)
    one.phase = isRead ? 'write' : 'read'
    this.queue.push(doneUs, id)
    return null
  }
}
