/**
 * Traces of an operator: a span for each round, whose children are the requests that it led to,
 * and one for each migration. The loop knows nothing of it: it is seen from between it and its
 * ports, and a request belongs to the round whose port it was asked through.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { DomainEvent } from '../../core/event.js'
import type { EndedRequest } from '../../kubernetes/ended-request.js'
import type { Ports } from '../../ports.js'
import { MigrationSpans } from './migration-spans.js'
import { type Client, templateOf } from './path-template.js'
import { type SpanSource, spanTime } from './span-source.js'

interface Round {
  readonly span: Span
  decisions: number
  starts: number
  /** Why it did less than it was to do. */
  trouble: string | null
}

export class Traces {
  private readonly here = new AsyncLocalStorage<Round>()
  private readonly migrations: MigrationSpans
  private readonly senders = new WeakMap<object, string>()
  private round: Round | null = null
  /** Whose statuses are written while the loop lies down. */
  private last: Round | null = null

  /** `nowUs`: the machine's clock, by which requests are told too. */
  constructor(
    private readonly source: SpanSource,
    private readonly nowUs: () => number,
  ) {
    this.migrations = new MigrationSpans(source)
  }

  /** The same ports, whose rounds are traced. */
  over(ports: Ports, epoch: number): Ports {
    const within = <Value>(call: (round: Round) => Promise<Value>): Promise<Value> =>
      this.within(epoch, call)
    const { clock, metrics, inventory, mover, stripes, events } = ports
    return {
      clock: {
        now: () => clock.now(),
        sleepUntil: untilUs => this.endRound(() => clock.sleepUntil(untilUs)),
      },
      metrics: {
        counters: query => within(async round => noted(round, await metrics.counters(query))),
      },
      inventory: {
        observe: () => within(async round => noted(round, await inventory.observe())),
        volume: id => within(async round => noted(round, await inventory.volume(id))),
      },
      mover: {
        send: command =>
          within(({ span }) => {
            const migration = this.senders.get(command) ?? null
            const sent = { command, migration, round: span, nowUs: () => clock.now() }
            return this.migrations.command(sent, () => mover.send(command))
          }),
      },
      stripes: { send: command => within(() => stripes.send(command)) },
      journal: this.journal(ports, within),
      events: { emit: all => within(round => this.emitted(round, all, () => events.emit(all))) },
    }
  }

  /** Every domain event, before it is logged. */
  heard(event: DomainEvent): void {
    if (event.kind !== 'record') return
    this.migrations.written(event.record, event.atUs, this.here.getStore()?.span ?? null)
  }

  /** Told by a client; what no round asked for, as the lease, is no part of a trace. */
  ended(client: Client, request: EndedRequest): void {
    const round = this.here.getStore()
    if (round === undefined || (round !== this.round && round !== this.last)) return
    const { method, path, status, why, attempt, startUs, durationUs } = request
    const template = templateOf(client, path)
    const attributes = {
      'couchestor.client': client,
      'http.request.method': method,
      'url.path': path,
      'url.template': template,
      ...(status === null ? {} : { 'http.response.status_code': status }),
      ...(attempt === 1 ? {} : { 'http.request.resend_count': attempt - 1 }),
    }
    const context = trace.setSpan(ROOT_CONTEXT, round.span)
    const options = { kind: SpanKind.CLIENT, attributes, startTime: spanTime(startUs) }
    const span = this.source.tracer.startSpan(`${method} ${client} ${template}`, options, context)
    if (why !== null) span.setStatus({ code: SpanStatusCode.ERROR, message: why })
    else if (status !== null && status >= 400) span.setStatus({ code: SpanStatusCode.ERROR })
    span.end(spanTime(startUs + durationUs))
  }

  /** Where a line of the log belongs: to its migration, else to the round. */
  idsOf(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
    const { migration } = fields
    const own = typeof migration === 'string' ? this.migrations.spanOf(migration) : null
    const span = own ?? this.here.getStore()?.span
    if (span === undefined) return {}
    const { traceId, spanId } = span.spanContext()
    return { trace_id: traceId, span_id: spanId }
  }

  /** A round that is under way when the operator ends is told as far as it came. */
  close(): void {
    const { round } = this
    this.round = null
    if (round !== null) this.tell(round, 'cut', 'the operator ended within it')
  }

  private journal({ journal, clock }: Ports, within: Within): Ports['journal'] {
    return {
      records: () =>
        within(async round => {
          const answer = noted(round, await journal.records())
          if (answer.kind === 'read') this.migrations.seen(answer.stored, clock.now(), round.span)
          return answer
        }),
      create: record =>
        within(async round => {
          const answer = await journal.create(record)
          if (answer.kind === 'written') round.starts += 1
          return answer
        }),
      replace: record =>
        within(async () => {
          const answer = await journal.replace(record)
          if (answer.kind === 'unknown') this.migrations.doubted(record)
          return answer
        }),
      operator: () => within(async round => noted(round, await journal.operator())),
      replaceOperator: record => within(() => journal.replaceOperator(record)),
    }
  }

  private within<Value>(epoch: number, call: (round: Round) => Promise<Value>): Promise<Value> {
    this.round ??= this.begin(epoch)
    const { round } = this
    return this.here.run(round, () => call(round))
  }

  private begin(epoch: number): Round {
    const startTime = spanTime(this.nowUs())
    const attributes = { 'couchestor.epoch': epoch }
    const span = this.source.tracer.startSpan('round', { startTime, attributes, root: true })
    return { span, decisions: 0, starts: 0, trouble: null }
  }

  private endRound<Value>(lieDown: () => Promise<Value>): Promise<Value> {
    const { round } = this
    this.round = null
    this.last = round
    this.migrations.roundEnded()
    if (round === null) return lieDown()
    this.tell(round, round.trouble === null ? 'whole' : 'unavailable', round.trouble)
    return this.here.run(round, lieDown)
  }

  private tell({ span, decisions, starts }: Round, outcome: string, why: string | null): void {
    span.setAttributes({
      'couchestor.decisions': decisions,
      'couchestor.starts': starts,
      'couchestor.running': this.migrations.count,
      'couchestor.outcome': outcome,
    })
    if (why !== null) span.setStatus({ code: SpanStatusCode.ERROR, message: why })
    span.end(spanTime(this.nowUs()))
  }

  private emitted(
    round: Round,
    events: readonly DomainEvent[],
    emit: () => Promise<void>,
  ): Promise<void> {
    for (const event of events) {
      if (event.kind === 'decision') round.decisions += 1
      // It is sent right after it was told, as this very value.
      if (event.kind === 'command' && event.migration !== null) {
        this.senders.set(event.command, event.migration)
      }
    }
    return emit()
  }
}

type Within = <Value>(call: (round: Round) => Promise<Value>) => Promise<Value>

function noted<Answer extends { readonly kind: string; readonly why?: string }>(
  round: Round,
  answer: Answer,
): Answer {
  if (answer.kind === 'unavailable') round.trouble ??= answer.why ?? ''
  return answer
}
