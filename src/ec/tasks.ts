/** Tasks on their way to piscina's threads and back. */
import { Piscina } from 'piscina'
import { builtFile } from './built-file.js'
import { stopField, type Task, type TaskEnd, type WorkerSetup } from './task.js'

export class Tasks {
  readonly #pool: Piscina<Task, TaskEnd>
  readonly #control: Int32Array<SharedArrayBuffer>
  readonly #running = new Set<Promise<TaskEnd>>()
  #end: { readonly reason: unknown } | null = null

  constructor(setup: WorkerSetup) {
    const { workers } = setup.ring
    this.#control = setup.control
    this.#pool = new Piscina<Task, TaskEnd>({
      filename: builtFile(new URL('./worker.js', import.meta.url)),
      workerData: setup,
      minThreads: workers,
      maxThreads: workers,
      // The next task lies ready when one ends: a thread does not wait for the main thread.
      concurrentTasksPerWorker: 2,
      idleTimeout: Number.POSITIVE_INFINITY,
      recordTiming: false,
    })
  }

  /** Rejects with the reason where the task was stopped before its end. */
  async run(task: Task): Promise<TaskEnd> {
    this.#refuseStopped()
    const running = this.#pool.run(task)
    this.#running.add(running)
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
    Atomics.store(this.#control, stopField, 1)
  }

  /** A thread is ended only when it rests: native code that runs is not cut off. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#running)
    await this.#pool.destroy()
  }
}
