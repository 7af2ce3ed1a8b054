/** A thread of piscina's: codes and checks what lies in the shared ring. */
import { workerData } from 'node:worker_threads'
import type { Task, TaskEnd, WorkerSetup } from './task.js'
import { openTaskRunner } from './task-runner.js'

const setup: WorkerSetup = workerData
const runTask = await openTaskRunner(setup)

export default function run(task: Task): Promise<TaskEnd> {
  return runTask(task)
}
