/** Rounds, under the names that dashboards of controllers read: the loop is one controller. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Timing } from '../kubernetes/timing.js'
import { durationBuckets } from './duration-buckets.js'

const controller = 'round'
const results = ['success', 'error'] as const

export type RoundResult = (typeof results)[number]

export class RoundMetrics {
  private readonly total: Counter<'controller' | 'result'>
  private readonly errors: Counter<'controller'>
  private readonly duration: Histogram<'controller'>
  private readonly active: Gauge<'controller'>
  /** Null: none is under way. */
  private begunUs: number | null = null

  constructor(
    registry: Registry,
    private readonly timing: Pick<Timing, 'monotonicUs'>,
  ) {
    const registers = [registry]
    const labelNames: 'controller'[] = ['controller']
    const prefix = 'controller_runtime'
    this.total = new Counter({
      name: `${prefix}_reconcile_total`,
      help: 'Rounds; an error is one that could not see the cluster or read its journal.',
      labelNames: ['controller', 'result'],
      registers,
    })
    const errors = { name: `${prefix}_reconcile_errors_total`, help: 'Rounds with an error.' }
    this.errors = new Counter({ ...errors, labelNames, registers })
    const duration = { name: `${prefix}_reconcile_time_seconds`, help: 'How long rounds took.' }
    this.duration = new Histogram({ ...duration, buckets: durationBuckets, labelNames, registers })
    const active = { name: `${prefix}_active_workers`, help: 'Rounds that are under way.' }
    this.active = new Gauge({ ...active, labelNames, registers })
    const most = {
      name: `${prefix}_max_concurrent_reconciles`,
      help: 'Rounds that may be under way at once.',
    }
    new Gauge({ ...most, labelNames, registers }).set({ controller }, 1)
    for (const result of results) this.total.inc({ controller, result }, 0)
    this.errors.inc({ controller }, 0)
    this.duration.zero({ controller })
    this.active.set({ controller }, 0)
  }

  begun(): void {
    this.begunUs ??= this.timing.monotonicUs()
    this.active.set({ controller }, 1)
  }

  ended(result: RoundResult): void {
    if (this.begunUs === null) return
    this.total.inc({ controller, result })
    const seconds = (this.timing.monotonicUs() - this.begunUs) / 1_000_000
    if (result === 'error') this.errors.inc({ controller })
    this.duration.observe({ controller }, seconds)
    this.begunUs = null
    this.active.set({ controller }, 0)
  }
}
