/**
 * What Prometheus sees of an operator's own machinery: its watches, queues, breakers and journal.
 * What is counted elsewhere is read when Prometheus asks.
 */
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Recorder } from '../kubernetes/recorder.js'
import type { Reflecting } from '../kubernetes/reflecting.js'
import type { Timing } from '../kubernetes/timing.js'
import { QueueMetrics } from './queue-metrics.js'
import { RoundMetrics } from './round-metrics.js'

export type ObservedWatch = Pick<Reflecting<unknown>, 'knownUpToUs' | 'lists'>

/** Of writes to the journal, by what came of them. */
export const writeOutcomes = ['written', 'conflict', 'unknown'] as const
export type WriteCounts = Record<(typeof writeOutcomes)[number], number>

export interface Machinery {
  /** By kind of object. */
  readonly watches: Readonly<Record<string, ObservedWatch>>
  readonly recorder: Pick<Recorder, 'queued' | 'dropped'>
  readonly journalWrites: Readonly<WriteCounts>
}

export class MachineryMetrics {
  readonly queues: QueueMetrics
  readonly rounds: RoundMetrics
  private readonly breakers: Gauge<'host'>
  private readonly hosts = new Map<string, string>()
  private machinery: Machinery | null = null

  constructor(
    registry: Registry,
    private readonly timing: Pick<Timing, 'nowUs' | 'monotonicUs'>,
  ) {
    this.queues = new QueueMetrics(registry)
    this.rounds = new RoundMetrics(registry, timing)
    this.breakers = new Gauge({
      name: 'couchestor_breaker_open',
      help: 'Whether a server is left alone, as it failed too often in a row.',
      labelNames: ['host'],
      registers: [registry],
    })
    this.watches(registry)
    this.events(registry)
    this.writes(registry)
  }

  /** Before this, what is read from it is not known. */
  open(machinery: Machinery): void {
    this.machinery = machinery
  }

  /** Where a client's requests go: closed at first. */
  openBreaker(client: string, url: string): void {
    this.hosts.set(client, new URL(url).host)
    this.breaker(client, false)
  }

  breaker(client: string, isOpen: boolean): void {
    this.breakers.set({ host: this.hosts.get(client) ?? client }, isOpen ? 1 : 0)
  }

  private watched(): readonly (readonly [string, ObservedWatch])[] {
    return Object.entries(this.machinery?.watches ?? {})
  }

  private watches(registry: Registry): void {
    const watched = (): ReturnType<MachineryMetrics['watched']> => this.watched()
    const { timing } = this
    const labelNames = ['kind']
    new Gauge({
      name: 'couchestor_watch_age_seconds',
      help: 'For how long nothing has come of a kind that is watched; bookmarks come each minute.',
      labelNames,
      registers: [registry],
      collect() {
        for (const [kind, one] of watched()) {
          const knownUs = one.knownUpToUs()
          const ageUs = knownUs === null ? null : Math.max(0, timing.nowUs() - knownUs)
          if (ageUs !== null) this.set({ kind }, ageUs / 1_000_000)
        }
      },
    })
    new Counter({
      name: 'couchestor_watch_lists_total',
      help: 'Lists of a kind that were begun: one at the start, and one after each loss.',
      labelNames,
      registers: [registry],
      collect() {
        this.reset()
        for (const [kind, one] of watched()) this.inc({ kind }, one.lists())
      },
    })
  }

  private events(registry: Registry): void {
    const recorder = (): Machinery['recorder'] | undefined => this.machinery?.recorder
    new Gauge({
      name: 'couchestor_event_queue_depth',
      help: 'Kubernetes Events that wait to be written.',
      registers: [registry],
      collect() {
        this.set(recorder()?.queued() ?? 0)
      },
    })
    new Counter({
      name: 'couchestor_events_dropped_total',
      help: 'Kubernetes Events that were given up.',
      registers: [registry],
      collect() {
        this.reset()
        this.inc(recorder()?.dropped() ?? 0)
      },
    })
  }

  private writes(registry: Registry): void {
    const counts = (): Readonly<WriteCounts> | undefined => this.machinery?.journalWrites
    new Counter({
      name: 'couchestor_journal_writes_total',
      help: 'Writes to the journal by what came of them; unknown: the server did not say.',
      labelNames: ['outcome'],
      registers: [registry],
      collect() {
        this.reset()
        for (const outcome of writeOutcomes) this.inc({ outcome }, counts()?.[outcome] ?? 0)
      },
    })
  }
}
