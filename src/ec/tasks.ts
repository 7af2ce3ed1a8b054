/** Tasks on their way to piscina's threads and back. */
import { Piscina } from 'piscina'
import { builtFile } from './built-file.js'
import type { Task, TaskEnd, WorkerSetup } from './task.js'
import { TaskQueue } from './task-queue.js'

/** An engine that works on threads of its own finds its next task at once. */
const lanesPerWorker = 2

interface Asked {
  readonly task: Task
  readonly resolve: (end: TaskEnd) => void
  readonly reject: (reason: unknown) => void
}

export class Tasks {
  readonly #pool: Piscina<undefined, void>
  readonly #queue: TaskQueue
  readonly #lanes: number
  /** By the entry that its end will stand in. */
  readonly #sent = new Map<number, Asked>()
  /** While the queue is full. */
  #waiting: Asked[] = []
  readonly #running = new Set<Promise<TaskEnd>>()
  readonly #serving = new Set<Promise<void>>()
  #isListening = false
  #end: { readonly reason: unknown } | null = null

  constructor(setup: WorkerSetup) {
    const { workers } = setup.ring
    this.#queue = new TaskQueue(setup.queue, setup.ring)
    this.#lanes = lanesPerWorker * workers
    this.#pool = new Piscina<undefined, void>({
      filename: builtFile(new URL('./worker.js', import.meta.url)),
      workerData: setup,
      minThreads: workers,
      maxThreads: workers,
      concurrentTasksPerWorker: lanesPerWorker,
      idleTimeout: Number.POSITIVE_INFINITY,
      recordTiming: false,
    })
  }

  /** Rejects with the reason where the task was stopped before its end. */
  async run(task: Task): Promise<TaskEnd> {
    this.#refuseStopped()
    const running = new Promise<TaskEnd>((resolve, reject) => {
      this.#waiting.push({ task, resolve, reject })
    })
    this.#running.add(running)
    this.#send()
    try {
      const end = await running
      if (end.isCancelled) this.#refuseStopped()
      return end
    } finally {
      this.#running.delete(running)
    }
  }

  #refuseStopped(): void {
    if (this.#end !== null) throw this.#end.reason
  }

  stop(reason: unknown): void {
    this.#end ??= { reason }
    this.#queue.stop()
  }

  /** A thread is ended only when it rests: native code that runs is not cut off. */
  async close(): Promise<void> {
    this.#queue.stop()
    await Promise.allSettled(this.#running)
    await Promise.all(this.#serving)
    await this.#pool.destroy()
  }

  #send(): void {
    for (let asked = this.#waiting[0]; asked !== undefined; asked = this.#waiting[0]) {
      const entry = this.#queue.send(asked.task)
      if (entry === null) break
      this.#waiting.shift()
      this.#sent.set(entry, asked)
    }
    const missing = this.#queue.callLanes(this.#lanes)
    for (let lane = 0; lane < missing; lane++) this.#call()
    if (!this.#isListening) void this.#listen()
  }

  /** Has one more lane serve; what ends one is a defect, and nothing is coded after it. */
  #call(): void {
    const lane = this.#pool.run(undefined).catch(error => this.#fail(error))
    this.#serving.add(lane)
    void lane.then(() => this.#serving.delete(lane))
  }

  #fail(reason: unknown): void {
    this.stop(reason)
    const asked = [...this.#sent.values(), ...this.#waiting]
    this.#sent.clear()
    this.#waiting = []
    for (const { reject } of asked) reject(reason)
  }

  async #listen(): Promise<void> {
    this.#isListening = true
    while (this.#sent.size > 0) {
      const ended = this.#queue.ended()
      this.#collect()
      if (this.#sent.size > 0) await this.#queue.moreEnded(ended)
    }
    this.#isListening = false
  }

  #collect(): void {
    for (const [entry, { resolve }] of this.#sent) {
      const end = this.#queue.endOf(entry)
      if (end === null) continue
      this.#sent.delete(entry)
      resolve(end)
    }
    if (this.#waiting.length > 0) this.#send()
  }
}
