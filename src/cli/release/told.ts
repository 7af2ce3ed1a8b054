/** What the loop did while it was released, out of what it told. */
import type { DomainEvent } from '../../core/event.js'
import type { MigrationRecord } from '../../core/record.js'

export class Told {
  /** Finished since, by name. */
  readonly ended = new Map<string, MigrationRecord>()
  private readonly uncordoned = new Set<string>()

  readonly hear = (event: DomainEvent): void => {
    if (event.kind === 'record' && event.record.status?.phase === 'finished') {
      this.ended.set(event.record.name, event.record)
    }
    if (event.kind !== 'command' && event.kind !== 'reply') return
    const cordon = cordonOf(event.command)
    if (cordon === null) return
    // A reply is told only where the command was not simply taken.
    if (event.kind === 'command') this.uncordoned.add(cordon)
    else this.uncordoned.delete(cordon)
  }

  cordons(): readonly string[] {
    return [...this.uncordoned]
  }
}

type Command = Extract<DomainEvent, { readonly kind: 'command' }>['command']

function cordonOf(command: Command): string | null {
  if (command.kind === 'uncordon-node') return `cordon ${command.label} of node ${command.node}`
  return command.kind === 'uncordon-pool' ? `cordon of pool ${command.pool}` : null
}
