/**
 * Tasks on their way to the threads and back, in memory that all of them share. A message to a
 * thread and its answer take a tenth of the time in which 4 MiB are coded; an entry here takes none
 * that is felt. One thread sends, any number of others takes.
 */
import type { Ring, WordAt } from './ring.js'
import type { Task, TaskEnd } from './task.js'

/** Not zero: it is stopped. */
const stopField = 0
/** Scratches that were claimed. */
const scratchesField = 1
/** Lanes that serve, or were asked to. */
const lanesField = 2
/** These three count tasks, and only up. */
const sentField = 3
const takenField = 4
const endedField = 5
const firstEntryField = 6

/** A power of two: counters may pass the end of their integers. */
const entries = 64

/** Of an entry; what is wrong follows, a bit a word. */
const stateField = 0
const taskFields = 1
const bitsField = 8

const states = { free: 0, sent: 1, done: 2, cancelled: 3 } as const
const kinds = ['encode', 'check', 'verify', 'rebuild'] as const

export type QueueFields = Int32Array<SharedArrayBuffer>

export function queueFields(ring: Ring): QueueFields {
  const fields = firstEntryField + entries * entryLength(ring)
  return new Int32Array(new SharedArrayBuffer(4 * fields))
}

/** A task that was taken, and where its end is written. */
export interface TakenTask {
  readonly task: Task
  readonly entry: number
}

export class TaskQueue {
  private readonly entryLength: number
  private readonly blocksPerShard: number
  /** Tasks that lie ready while who sends sleeps on: what has ended is fetched together. */
  private readonly enough: number

  constructor(
    private readonly fields: QueueFields,
    ring: Ring,
  ) {
    this.entryLength = entryLength(ring)
    this.blocksPerShard = ring.geometry.blocksPerShard
    this.enough = ring.workers
  }

  /** Where its end will stand; null while every entry is in use. */
  send(task: Task): number | null {
    const { fields } = this
    const entry = this.entryAt(Atomics.load(fields, sentField))
    if (Atomics.load(fields, entry + stateField) !== states.free) return null
    fields.set(numbersOf(task), entry + taskFields)
    Atomics.store(fields, entry + stateField, states.sent)
    Atomics.add(fields, sentField, 1)
    Atomics.notify(fields, sentField)
    return entry
  }

  /** The end of a task, once: its entry is free afterwards. Null: it has not ended. */
  endOf(entry: number): TaskEnd | null {
    const { fields } = this
    const state = Atomics.load(fields, entry + stateField)
    if (state !== states.done && state !== states.cancelled) return null
    const wrong = this.wrongOf(entry)
    Atomics.store(fields, entry + stateField, states.free)
    return { isCancelled: state === states.cancelled, wrong }
  }

  /** How many have ended so far, to be given to `moreEnded`. */
  ended(): number {
    return Atomics.load(this.fields, endedField)
  }

  async moreEnded(ended: number): Promise<void> {
    await Atomics.waitAsync(this.fields, endedField, ended).value
  }

  sent(): number {
    return Atomics.load(this.fields, sentField)
  }

  /** False where none was sent in that time. */
  async moreSent(sent: number, limitMs: number): Promise<boolean> {
    const outcome = await Atomics.waitAsync(this.fields, sentField, sent, limitMs).value
    return outcome !== 'timed-out'
  }

  take(): TakenTask | null {
    const { fields } = this
    for (;;) {
      const taken = Atomics.load(fields, takenField)
      if (taken === Atomics.load(fields, sentField)) return null
      if (Atomics.compareExchange(fields, takenField, taken, taken + 1) !== taken) continue
      const entry = this.entryAt(taken)
      return { task: taskOf(fields.subarray(entry + taskFields, entry + bitsField)), entry }
    }
  }

  /**
   * To wake a thread takes as long as to code some words: who sends is woken when few tasks are
   * left, at the latest when none is.
   */
  end({ entry }: TakenTask, { isCancelled, wrong }: TaskEnd): void {
    const { fields } = this
    for (const { stripe, block } of wrong) {
      const word = stripe * this.blocksPerShard + block
      fields[entry + bitsField + (word >> 5)] |= 1 << (word & 31)
    }
    Atomics.store(fields, entry + stateField, isCancelled ? states.cancelled : states.done)
    Atomics.add(fields, endedField, 1)
    if (this.left() <= this.enough) Atomics.notify(fields, endedField)
  }

  /** Tasks end without being done from now on, and who serves leaves. */
  stop(): void {
    Atomics.store(this.fields, stopField, 1)
    Atomics.notify(this.fields, sentField)
  }

  isStopped(): boolean {
    return Atomics.load(this.fields, stopField) !== 0
  }

  /** Counts those that are missing as if they served already; answers how many they are. */
  callLanes(wanted: number): number {
    const missing = wanted - Atomics.load(this.fields, lanesField)
    if (missing > 0) Atomics.add(this.fields, lanesField, missing)
    return Math.max(0, missing)
  }

  /** False where a task came as it was about to leave: it has to serve on. */
  leave(): boolean {
    const { fields } = this
    Atomics.sub(fields, lanesField, 1)
    if (this.left() === 0) return true
    Atomics.add(fields, lanesField, 1)
    return false
  }

  /** The number of a scratch that no other thread has. */
  claimScratch(): number {
    return Atomics.add(this.fields, scratchesField, 1)
  }

  /** Sent, and not taken yet. */
  private left(): number {
    return (Atomics.load(this.fields, sentField) - Atomics.load(this.fields, takenField)) | 0
  }

  private entryAt(count: number): number {
    return firstEntryField + (count & (entries - 1)) * this.entryLength
  }

  /** Takes the bits away as well. */
  private wrongOf(entry: number): readonly WordAt[] {
    const { fields, blocksPerShard } = this
    const wrong: WordAt[] = []
    for (let at = entry + bitsField; at < entry + this.entryLength; at++) {
      for (let bit = 0; fields[at] !== 0; bit++) {
        if ((fields[at] & (1 << bit)) === 0) continue
        fields[at] &= ~(1 << bit)
        const word = 32 * (at - entry - bitsField) + bit
        wrong.push({ stripe: Math.floor(word / blocksPerShard), block: word % blocksPerShard })
      }
    }
    return wrong
  }
}

function entryLength({ stripesPerPlace, geometry }: Ring): number {
  return bitsField + Math.ceil((stripesPerPlace * geometry.blocksPerShard) / 32)
}

function numbersOf(task: Task): readonly number[] {
  const { kind, place } = task
  const head = [kinds.indexOf(kind), place]
  if (kind !== 'rebuild')
    return [...head, 0, task.stripes, 0, 0, kind === 'check' ? task.shards : 0]
  const { fromStripe, toStripe, block, reads, wanted } = task
  return [...head, fromStripe, toStripe, block ?? everyBlock, reads, wanted]
}

const everyBlock = -1

function taskOf([kind, place, from, to, block, reads, shards]: Int32Array): Task {
  switch (kinds[kind]) {
    case 'encode':
      return { kind: 'encode', place, stripes: to }
    case 'check':
      return { kind: 'check', place, stripes: to, shards }
    case 'verify':
      return { kind: 'verify', place, stripes: to }
    case 'rebuild': {
      const span = { fromStripe: from, toStripe: to, block: block === everyBlock ? null : block }
      return { kind: 'rebuild', place, ...span, reads, wanted: shards }
    }
  }
}
