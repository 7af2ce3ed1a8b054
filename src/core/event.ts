/**
 * Domain events and the history: what happened, in order. An operator emits domain events; a twin
 * adds what really happened behind the doors. Laws are predicates over this list.
 */

import type { CodedEvent } from './coded-event.js'
import type { Command, Reply } from './command.js'
import type { Decision } from './decision.js'
import type {
  NodeId,
  NodeStatus,
  PolicyName,
  PoolId,
  PoolStatus,
  ReplicaId,
  Tier,
  VolumeId,
} from './model.js'
import type { MigrationRecord, OperatorRecord } from './record.js'
import type { StripeCommand } from './stripe-command.js'

/** What an operator says of itself. `operator` tells several operators of one world apart. */
export type DomainEvent =
  /** A decision that is new, or differs from the volume's last one in verdict, target or reason. */
  | {
      readonly kind: 'decision'
      readonly atUs: number
      readonly operator: string
      readonly decision: Decision
    }
  | {
      readonly kind: 'record'
      readonly atUs: number
      readonly operator: string
      readonly record: MigrationRecord
    }
  /** Before a further move the decision was looked at again; `wanted` null: heat is unknown. */
  | {
      readonly kind: 'looked-again'
      readonly atUs: number
      readonly operator: string
      readonly migration: string
      readonly wanted: Tier | null
    }
  | {
      readonly kind: 'operator-record'
      readonly atUs: number
      readonly operator: string
      readonly record: OperatorRecord
    }
  | {
      readonly kind: 'command'
      readonly atUs: number
      readonly operator: string
      readonly migration: string | null
      readonly command: Command | StripeCommand
      /** When the volume was last read afresh, for a command about one. */
      readonly readUs?: number
    }
  /** Told unless the command was simply taken. */
  | {
      readonly kind: 'reply'
      readonly atUs: number
      readonly operator: string
      readonly migration: string | null
      readonly command: Command | StripeCommand
      readonly reply: Reply['kind']
      readonly text: string
    }
  | {
      readonly kind: 'condition'
      readonly atUs: number
      readonly operator: string
      readonly policy: PolicyName | null
      readonly condition: string
      readonly holds: boolean
      readonly text: string
    }
  | {
      readonly kind: 'law-broken'
      readonly atUs: number
      readonly operator: string
      readonly law: number
      readonly text: string
    }

/** What really happened in a modelled cluster, told by its control plane and not by an operator. */
export type TruthEvent =
  | CodedEvent
  | ReplicaEvent
  | CordonEvent
  | {
      readonly kind: 'fault'
      readonly atUs: number
      readonly text: string
      readonly over: boolean
      /** The door of the operator's that is concerned: its answers are late, lost or none. */
      readonly door?: 'kubernetes' | 'mayastor' | 'prometheus'
    }
  | { readonly kind: 'crash' | 'restart'; readonly atUs: number; readonly operator: string }
  | {
      readonly kind: 'volume-created'
      readonly atUs: number
      readonly volume: VolumeId
      readonly replicaCount: number
      readonly sizeBytes: number
      /** Bytes that one replica takes of its pool. */
      readonly allocatedBytes: number
    }
  | {
      readonly kind: 'volume-deleted' | 'volume-published' | 'volume-unpublished'
      readonly atUs: number
      readonly volume: VolumeId
    }
  | {
      readonly kind: 'replica-count-set'
      readonly atUs: number
      readonly volume: VolumeId
      readonly count: number
      readonly by: 'command' | 'person'
    }
  | {
      readonly kind: 'node-changed'
      readonly atUs: number
      readonly node: NodeId
      readonly status: NodeStatus
      readonly draining: boolean
    }
  | {
      readonly kind: 'pool-changed'
      readonly atUs: number
      readonly pool: PoolId
      readonly status: PoolStatus
    }
  /** A person applied a policy, or took it away; what it allows from now on. */
  | {
      readonly kind: 'policy-changed'
      readonly atUs: number
      readonly policy: PolicyName
      readonly starts: boolean
    }
  | { readonly kind: 'paused' | 'resumed'; readonly atUs: number }

export interface ReplicaEvent {
  readonly kind: 'replica-added' | 'replica-synced' | 'replica-faulted' | 'replica-removed'
  readonly atUs: number
  readonly volume: VolumeId
  readonly replica: ReplicaId
  readonly pool: PoolId
  /** Healthy, synced replicas of the volume after this event, as its target knows them. */
  readonly healthy: number
  readonly rebuilds: number
  /** An operator's command; self-heal, a reconciler or a fault of the cluster; or a person. */
  readonly by: 'command' | 'cluster' | 'person'
}

export interface CordonEvent {
  readonly kind: 'cordon-set' | 'cordon-cleared'
  readonly atUs: number
  readonly what: string
  readonly by: 'command' | 'person'
}

export type HistoryEntry = DomainEvent | TruthEvent
