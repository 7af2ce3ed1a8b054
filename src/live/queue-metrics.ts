/** What Prometheus sees of work queues, under the names that dashboards of controllers read. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { QueueState, WorkQueue } from '../kubernetes/work-queue.js'

const buckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300, 1000]

export class QueueMetrics {
  private readonly queues = new Map<string, Pick<WorkQueue, 'state'>>()
  private readonly adds: Counter<'name'>
  private readonly retries: Counter<'name'>
  private readonly waited: Histogram<'name'>
  private readonly worked: Histogram<'name'>

  constructor(private readonly registry: Registry) {
    const labelNames: 'name'[] = ['name']
    const registers = [registry]
    const add = { name: 'workqueue_adds_total', help: 'Keys that were queued, retries too.' }
    this.adds = new Counter({ ...add, labelNames, registers })
    const retry = { name: 'workqueue_retries_total', help: 'Failures that will be tried again.' }
    this.retries = new Counter({ ...retry, labelNames, registers })
    const wait = { name: 'workqueue_queue_duration_seconds', help: 'How long keys were queued.' }
    this.waited = new Histogram({ ...wait, buckets, labelNames, registers })
    const work = { name: 'workqueue_work_duration_seconds', help: 'How long a try took.' }
    this.worked = new Histogram({ ...work, buckets, labelNames, registers })
    this.gauge('workqueue_depth', 'Keys that are queued.', state => state.depth)
    this.gauge(
      'workqueue_unfinished_work_seconds',
      'How long what is worked on has taken so far, in all.',
      state => state.unfinishedUs / 1_000_000,
    )
    this.gauge(
      'workqueue_longest_running_processor_seconds',
      'How long the oldest of what is worked on has taken so far.',
      state => state.longestUs / 1_000_000,
    )
  }

  open(name: string, queue: Pick<WorkQueue, 'state' | 'observe'>): void {
    this.queues.set(name, queue)
    this.adds.inc({ name }, 0)
    this.retries.inc({ name }, 0)
    this.waited.zero({ name })
    this.worked.zero({ name })
    queue.observe({
      added: () => this.adds.inc({ name }),
      retried: () => this.retries.inc({ name }),
      begun: waitedUs => this.waited.observe({ name }, waitedUs / 1_000_000),
      ended: workedUs => this.worked.observe({ name }, workedUs / 1_000_000),
    })
  }

  private gauge(name: string, help: string, measure: (state: QueueState) => number): void {
    const { queues, registry } = this
    new Gauge({
      name,
      help,
      labelNames: ['name'],
      registers: [registry],
      collect() {
        for (const [queue, of] of queues) this.set({ name: queue }, measure(of.state()))
      },
    })
  }
}
