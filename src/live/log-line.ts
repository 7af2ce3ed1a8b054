/** A domain event as a line of the log: a constant message, and what it is about as fields. */
import type { DomainEvent } from '../core/event.js'

export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

export interface LogLine {
  readonly level: LogLevel
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

export function logLineOf(event: DomainEvent): LogLine {
  switch (event.kind) {
    case 'decision':
      return { level: 'info', message: 'decision', fields: { ...event.decision } }
    case 'record':
      return migrationLine(event)
    case 'command': {
      const { migration, command } = event
      return { level: 'info', message: 'command sent', fields: { migration, ...command } }
    }
    case 'reply': {
      const { migration, command, reply, text } = event
      const fields = { migration, ...command, reply, text }
      return { level: 'warn', message: 'command not taken', fields }
    }
    case 'condition': {
      const { policy, condition, holds, text } = event
      const fields = { policy, condition, holds, text }
      return { level: holds ? 'info' : 'warn', message: 'condition', fields }
    }
    case 'looked-again': {
      const { migration, wanted } = event
      return { level: 'debug', message: 'decision looked at again', fields: { migration, wanted } }
    }
    case 'operator-record':
      return { level: 'debug', message: 'operator record written', fields: {} }
    case 'law-broken':
      return { level: 'error', message: 'law broken', fields: { law: event.law, text: event.text } }
  }
}

function migrationLine({ record }: Extract<DomainEvent, { readonly kind: 'record' }>): LogLine {
  const { name, spec, status } = record
  const fields = {
    migration: name,
    volume: spec.volume,
    policy: spec.policy,
    from: spec.fromTier,
    to: spec.toTier,
    phase: status?.phase ?? null,
    outcome: status?.outcome ?? null,
    why: status?.why ?? null,
  }
  const isTurn = status === null || status.phase === 'claimed' || status.phase === 'finished'
  const isBad = status?.outcome !== null && status?.outcome !== 'completed'
  if (status?.phase === 'finished' && isBad) {
    return { level: 'warn', message: 'migration ended', fields }
  }
  const message = status?.phase === 'finished' ? 'migration ended' : 'migration written'
  return { level: isTurn ? 'info' : 'debug', message, fields }
}
