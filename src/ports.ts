/**
 * The doors between the loop and a world: types only. The twin (sim/) and the live cluster
 * (src/live/) each implement every one of them. Every call returns a promise; in the twin only the
 * engine settles it, and the loop awaits nothing else.
 */
import type { Command, Reply } from './core/command.js'
import type { CounterColumns, CounterQuery } from './core/counters.js'
import type { DomainEvent } from './core/event.js'
import type { Observation, Volume, VolumeId } from './core/model.js'
import type { MigrationRecord, OperatorRecord } from './core/record.js'
import type { PolicyObject } from './core/resources.js'
import type { StripeCommand } from './core/stripe-command.js'

export interface Clock {
  /** Integer microseconds since the Unix epoch; never goes back. */
  now(): number
  /** Resolves then, or earlier with `woken` when a policy, a request or the pause changed. */
  sleepUntil(untilUs: number): Promise<'time' | 'woken'>
}

export type CounterAnswer =
  | { readonly kind: 'samples'; readonly untilUs: number; readonly columns: CounterColumns }
  /** Nothing, or only a part, could be had: for this round heat is unknown. */
  | { readonly kind: 'unavailable'; readonly why: string }

export interface Metrics {
  counters(query: CounterQuery): Promise<CounterAnswer>
}

export type ObservationAnswer =
  | { readonly kind: 'observed'; readonly observation: Observation<PolicyObject> }
  | { readonly kind: 'unavailable'; readonly why: string }

export type VolumeAnswer =
  | { readonly kind: 'volume'; readonly volume: Volume; readonly atUs: number }
  | { readonly kind: 'gone' }
  | { readonly kind: 'unavailable'; readonly why: string }

export interface Inventory {
  observe(): Promise<ObservationAnswer>
  /** Afresh from the control plane, past every cache of ours. */
  volume(id: VolumeId): Promise<VolumeAnswer>
}

export interface Mover {
  send(command: Command): Promise<Reply>
}

export interface Stripes {
  send(command: StripeCommand): Promise<Reply>
}

export type WriteAnswer<Stored> =
  | { readonly kind: 'written'; readonly stored: Stored }
  /** Somebody else wrote first (or created it): what we read is no longer true. */
  | { readonly kind: 'conflict' }
  /** It may or may not have been written: read before going on. */
  | { readonly kind: 'unknown'; readonly why: string }

export type ReadAnswer<Stored> =
  | { readonly kind: 'read'; readonly stored: Stored }
  | { readonly kind: 'unavailable'; readonly why: string }

export interface Journal {
  /** All records, consistent with every answered write. The same array while none changed. */
  records(): Promise<ReadAnswer<readonly MigrationRecord[]>>
  create(record: MigrationRecord): Promise<WriteAnswer<MigrationRecord>>
  replace(record: MigrationRecord): Promise<WriteAnswer<MigrationRecord>>
  operator(): Promise<ReadAnswer<OperatorRecord>>
  replaceOperator(record: OperatorRecord): Promise<WriteAnswer<OperatorRecord>>
}

export interface Events {
  emit(events: readonly DomainEvent[]): Promise<void>
}

export interface Ports {
  readonly clock: Clock
  readonly metrics: Metrics
  readonly inventory: Inventory
  readonly mover: Mover
  readonly stripes: Stripes
  readonly journal: Journal
  readonly events: Events
}
