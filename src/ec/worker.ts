/** A thread of piscina's: codes and checks what lies in the shared ring, task by task. */
import { workerData } from 'node:worker_threads'
import type { WorkerSetup } from './task.js'
import { TaskQueue } from './task-queue.js'
import { openTaskRunner } from './task-runner.js'

/** Who finds nothing to do for so long leaves: an idle coder keeps no program from its end. */
const patienceMs = 100

const setup: WorkerSetup = workerData
const queue = new TaskQueue(setup.queue, setup.ring)
const runTask = await openTaskRunner(setup, queue)

/** One lane of this thread; it is called again when tasks come after it has left. */
export default async function serve(): Promise<void> {
  for (;;) {
    const sent = queue.sent()
    const taken = queue.take()
    if (taken !== null) {
      queue.end(taken, await runTask(taken.task))
      continue
    }
    const isOver = queue.isStopped() || !(await queue.moreSent(sent, patienceMs))
    if (isOver && queue.leave()) return
  }
}
