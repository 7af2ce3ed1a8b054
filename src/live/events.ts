/**
 * The events port: what the loop says goes to everyone who listens, and what was last said of each
 * volume and condition is kept, since policies' statuses are made from it.
 */
import type { DomainEvent } from '../core/event.js'
import type { VolumeId } from '../core/model.js'
import type { Events } from '../ports.js'
import type { ToldDecision, Wanting } from './policy-status.js'

export type Listener = (event: DomainEvent) => void

export class LiveEvents implements Events {
  readonly decisions = new Map<VolumeId, ToldDecision>()
  private readonly against = new Map<string, Wanting>()

  constructor(private readonly listeners: readonly Listener[]) {}

  async emit(events: readonly DomainEvent[]): Promise<void> {
    for (const event of events) this.tell(event)
  }

  /** Something that the loop does not say itself, as that a record was written. */
  tell(event: DomainEvent): void {
    if (event.kind === 'decision') {
      const { decision, atUs } = event
      this.decisions.set(decision.volume, { decision, sinceUs: atUs })
    }
    if (event.kind === 'condition') this.note(event)
    for (const listener of this.listeners) listener(event)
  }

  wanting(): readonly Wanting[] {
    return [...this.against.values()]
  }

  /** Volumes that are gone are forgotten. */
  keepOnly(isThere: (volume: VolumeId) => boolean): void {
    for (const volume of this.decisions.keys()) {
      if (!isThere(volume)) this.decisions.delete(volume)
    }
  }

  private note(event: Extract<DomainEvent, { readonly kind: 'condition' }>): void {
    const { policy, condition, holds, text } = event
    const key = `${policy ?? ''}/${condition}`
    if (holds) this.against.delete(key)
    else this.against.set(key, { policy, condition, text })
  }
}
