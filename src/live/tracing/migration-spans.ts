/**
 * One span for each migration, with a child for each step and command. It outlives rounds, and the
 * operator too: its ids follow from its name and its beginning, so that whoever goes on with a
 * migration goes on with its trace, and whoever ends the migration ends the span.
 */
import {
  type Attributes,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import type { Command, Reply } from '../../core/command.js'
import { isOver, type MigrationRecord, type MigrationStatus } from '../../core/record.js'
import { idsFrom, type SpanSource, spanTime } from './span-source.js'

interface OpenSpan {
  readonly span: Span
  step: { readonly name: string; readonly span: Span } | null
  /** When it ended, if that was written: the answer to it was lost. */
  readonly doubtedUs: (number | null)[]
}

export class MigrationSpans {
  private readonly open = new Map<string, OpenSpan>()
  /** Ended in this round: their last lines of the log are not written yet. */
  private readonly ended = new Map<string, Span>()
  private read: readonly MigrationRecord[] = []

  constructor(private readonly source: SpanSource) {}

  /** How many run. */
  get count(): number {
    return this.open.size
  }

  spanOf(migration: string): Span | null {
    return this.open.get(migration)?.span ?? this.ended.get(migration) ?? null
  }

  /** What the journal holds when a round begins: a later leader meets migrations that run. */
  seen(records: readonly MigrationRecord[], atUs: number, round: Span): void {
    if (records === this.read) return
    this.read = records
    const running = new Set<string>()
    for (const record of records) {
      const { name, status } = record
      if (status === null) continue
      if (status.phase !== 'finished') running.add(name)
      const open = this.open.get(name)
      const isNews =
        status.phase === 'finished'
          ? open?.doubtedUs.includes(status.finishedUs) === true
          : open === undefined
      if (isNews) this.written(record, atUs, round)
    }
    // Another leader ended them, and their spans.
    for (const name of this.open.keys()) if (!running.has(name)) this.open.delete(name)
  }

  /** Whether this was written is not known until the journal is read again. */
  doubted({ name, status }: MigrationRecord): void {
    if (status?.phase === 'finished') this.open.get(name)?.doubtedUs.push(status.finishedUs)
  }

  written({ name, spec, status }: MigrationRecord, atUs: number, round: Span | null): void {
    if (status === null) return
    const open = this.open.get(name) ?? this.begin(name, spec, status)
    const links = linksTo(round)
    const step = stepOf(status)
    if (open.step?.name !== step) {
      open.step?.span.end(spanTime(atUs))
      const startTime = spanTime(atUs)
      const context = trace.setSpan(ROOT_CONTEXT, open.span)
      open.step =
        step === null
          ? null
          : {
              name: step,
              span: this.source.tracer.startSpan(step, { startTime, links }, context),
            }
    }
    if (status.phase === 'finished') this.end(name, open, status)
  }

  /** A command as it is sent: a child of its migration's span, or of the round's for none. */
  async command(
    { command, migration, round, nowUs }: SentCommand,
    send: () => Promise<Reply>,
  ): Promise<Reply> {
    const parent = migration === null ? null : this.spanOf(migration)
    const context = trace.setSpan(ROOT_CONTEXT, parent ?? round)
    const { kind, ...about } = command
    const attributes = commandAttributes(about)
    const options = { startTime: spanTime(nowUs()), attributes, links: linksTo(round) }
    const span = this.source.tracer.startSpan(`command ${kind}`, options, context)
    const reply = await send()
    span.setAttribute('couchestor.reply', reply.kind)
    if (reply.kind !== 'done') {
      const message = reply.kind === 'refused' ? reply.refusal : reply.why
      span.setStatus({ code: SpanStatusCode.ERROR, message })
    }
    span.end(spanTime(nowUs()))
    return reply
  }

  roundEnded(): void {
    this.ended.clear()
  }

  private begin(name: string, spec: MigrationRecord['spec'], status: MigrationStatus): OpenSpan {
    const startTime = spanTime(status.startedUs)
    const attributes = {
      'couchestor.migration': name,
      'couchestor.volume': spec.volume,
      'couchestor.policy': spec.policy ?? '',
      'couchestor.from_tier': spec.fromTier,
      'couchestor.to_tier': spec.toTier,
      'couchestor.requested_by': spec.requestedBy,
    }
    const ids = idsFrom('migration', name, String(status.startedUs))
    const span = this.source.withIds(ids, () =>
      this.source.tracer.startSpan('migration', { startTime, attributes, root: true }),
    )
    const open: OpenSpan = { span, step: null, doubtedUs: [] }
    this.open.set(name, open)
    return open
  }

  private end(name: string, { span }: OpenSpan, status: MigrationStatus): void {
    const outcome = status.outcome ?? 'completed'
    span.setAttributes({
      'couchestor.outcome': outcome,
      'couchestor.moves': status.moves.length,
    })
    if (badEnds.includes(outcome)) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: status.why ?? outcome })
    }
    span.end(status.finishedUs === null ? undefined : spanTime(status.finishedUs))
    this.open.delete(name)
    this.ended.set(name, span)
  }
}

export interface SentCommand {
  readonly command: Command
  readonly migration: string | null
  readonly round: Span
  readonly nowUs: () => number
}

const badEnds: readonly string[] = ['rolled-back', 'failed', 'abandoned', 'refused']

/** The first move that is not over says how far it is; null: nothing is left to do. */
function stepOf({ phase, moves }: MigrationStatus): string | null {
  if (phase === 'finished') return null
  if (phase !== 'moving') return phase
  return moves.find(move => !isOver(move))?.state ?? phase
}

function commandAttributes(about: object): Attributes {
  const plain = Object.entries(about).flatMap(([name, value]) =>
    typeof value === 'string' || typeof value === 'number'
      ? [[`couchestor.${name}`, value] as const]
      : [],
  )
  return Object.fromEntries(plain)
}

function linksTo(round: Span | null): Link[] {
  return round === null ? [] : [{ context: round.spanContext() }]
}
