/**
 * Virtual time. The engine takes the next event, lets the data path replay the trace up to it, and
 * runs it. A party (one operator) waits on promises that only the engine settles; after each
 * settlement the engine goes on when the party waits again.
 */
import { assert } from '../../src/core/errors.js'
import type { DataPath, FinishedTransfer } from '../data-path.js'
import { EventQueue } from './event-queue.js'
import { Turns } from './turns.js'

type Action = () => void

export class Engine {
  private now: number
  private readonly queue = new EventQueue()
  private readonly actions: (Action | null)[] = []
  private readonly free: number[] = []
  private readonly parties: Party[] = []
  /** Real work that runs beside, by the instant at which the world needs it. */
  private readonly due = new EventQueue()
  private readonly work: (Promise<unknown> | null)[] = []
  private readonly freeWork: number[] = []
  private readonly turns = new Turns()
  private settled = false
  private stopped = false

  constructor(
    startUs: number,
    private readonly dataPath: DataPath,
    private readonly onTransferFinished: (transfer: FinishedTransfer) => void,
  ) {
    this.now = startUs
  }

  /** Integer microseconds since the Unix epoch. */
  get nowUs(): number {
    return this.now
  }

  /** Runs `action` at that instant, after everything that was scheduled for it before. */
  schedule(atUs: number, action: Action): number {
    assert(atUs >= this.now, `an event lies in the past: ${atUs} before ${this.now}`)
    const handle = this.free.pop() ?? this.actions.length
    this.actions[handle] = action
    this.queue.push(atUs, handle)
    return handle
  }

  /** The event stays in the queue and does nothing when its time comes. */
  cancel(handle: number): void {
    this.actions[handle] = () => {}
  }

  /**
   * Real work, submitted now, whose result the world needs at that instant: it is waited for before
   * anything happens there. When it is done in truth reaches nothing.
   */
  expect(atUs: number, work: Promise<unknown>): void {
    assert(atUs >= this.now, `work was due in the past: ${atUs} before ${this.now}`)
    // Who waits for it hears of its failure; nobody may wait before then.
    work.catch(() => {})
    const handle = this.freeWork.pop() ?? this.work.length
    this.work[handle] = work
    this.due.push(atUs, handle)
  }

  party(name: string): Party {
    const party = new Party(name, this)
    this.parties.push(party)
    return party
  }

  /** A policy, a request or the pause changed: whoever sleeps looks at once. */
  wakeAll(): void {
    for (const party of this.parties) party.wake()
  }

  /** Told by a party when it settled a promise: somebody may have woken up. */
  noteSettled(): void {
    this.settled = true
  }

  stop(): void {
    this.stopped = true
  }

  async run(untilUs: number): Promise<void> {
    await this.turns.next()
    while (!this.stopped) {
      const nextUs = Math.min(this.queue.firstUs, untilUs)
      if (this.due.firstUs <= nextUs) await this.finishWork(nextUs)
      const finished = this.dataPath.advance(nextUs)
      if (finished !== null) {
        this.now = Math.max(this.now, finished.atUs)
        this.onTransferFinished(finished)
        continue
      }
      this.now = Math.max(this.now, nextUs)
      if (this.queue.firstUs > untilUs) return
      this.runFirst()
      if (this.settled) {
        this.settled = false
        // Then each party waits on the engine again.
        await this.turns.next()
      }
    }
  }

  private async finishWork(untilUs: number): Promise<void> {
    while (this.due.firstUs <= untilUs) {
      const handle = this.due.pop()
      await this.work[handle]
      this.work[handle] = null
      this.freeWork.push(handle)
    }
  }

  private runFirst(): void {
    const handle = this.queue.pop()
    const action = this.actions[handle]
    this.actions[handle] = null
    this.free.push(handle)
    if (action !== null) action()
  }
}

/** One operator's place in virtual time. */
export class Party {
  /** Promises that were settled: the awaits that this operator has passed. */
  settlements = 0
  private dead = false
  private last: { readonly settlements: number; readonly dies: () => void } | null = null
  private sleeper: {
    readonly handle: number
    readonly settle: (how: 'time' | 'woken') => void
  } | null = null

  constructor(
    readonly name: string,
    private readonly engine: Engine,
  ) {}

  /**
   * Something that takes virtual time. Its effect happens at the end of it, even if the party has
   * died meanwhile: what was sent was sent. Only the promise of a dead party is never settled.
   */
  call<Result>(durationUs: number, effect: () => Result): Promise<Result> {
    return new Promise(settle => {
      this.engine.schedule(this.engine.nowUs + durationUs, () => {
        const result = effect()
        this.settle(settle, result)
      })
    })
  }

  sleepUntil(untilUs: number): Promise<'time' | 'woken'> {
    return new Promise(settle => {
      const handle = this.engine.schedule(Math.max(untilUs, this.engine.nowUs), () => {
        this.sleeper = null
        this.settle(settle, 'time')
      })
      this.sleeper = { handle, settle }
    })
  }

  wake(): void {
    if (this.sleeper === null) return
    const { handle, settle } = this.sleeper
    this.sleeper = null
    this.engine.cancel(handle)
    this.engine.schedule(this.engine.nowUs, () => this.settle(settle, 'woken'))
  }

  /** From now on no promise of this party is settled: no `finally` runs, nothing is cleaned up. */
  crash(): void {
    this.dead = true
  }

  /** It passes so many awaits, and at the next one it is dead. */
  crashAfter(settlements: number, dies: () => void): void {
    this.last = { settlements, dies }
  }

  private settle<Result>(settle: (result: Result) => void, result: Result): void {
    if (this.dead) return
    if (this.last !== null && this.settlements >= this.last.settlements) {
      this.dead = true
      this.last.dies()
      return
    }
    this.settlements += 1
    settle(result)
    this.engine.noteSettled()
  }
}
