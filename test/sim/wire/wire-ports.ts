/**
 * The loop's doors over HTTP, for a world that is served: what a live operator has, with a journal
 * in memory. What only Kubernetes knows of a volume comes from the twin's own state.
 */
import { MemoryJournal } from '../../../sim/journal.js'
import type { Command, Refusal, Reply } from '../../../src/core/command.js'
import type { HistoryEntry } from '../../../src/core/event.js'
import {
  type Cluster,
  nodeId,
  type Pool,
  poolId,
  type Replica,
  type ReplicaState,
  replicaId,
  type StorageNode,
  type Volume,
} from '../../../src/core/model.js'
import type { PolicyObject } from '../../../src/core/resources.js'
import type { Ports } from '../../../src/ports.js'
import type { ServedTwin } from './served.js'
import { WireMetrics } from './wire-metrics.js'

const pollUs = 30_000_000

export type NamedVolume = Volume & { readonly uuid: string }

interface State {
  readonly nowUs: number
  readonly pools: readonly Pool[]
  readonly nodes: readonly StorageNode[]
  readonly volumes: readonly NamedVolume[]
}

interface ReplicaShape {
  readonly node: string
  readonly pool: string
  readonly state: string
  readonly 'child-status'?: string
  readonly 'rebuild-progress'?: number
  readonly healthy?: boolean
  readonly usage: { readonly allocated: number; readonly allocated_snapshots: number }
}

interface VolumeShape {
  readonly spec: {
    readonly uuid: string
    readonly size: number
    readonly num_replicas: number
    readonly num_snapshots: number
    readonly thin: boolean
    readonly operation?: { readonly operation: string }
  }
  readonly state: {
    readonly status: string
    readonly target?: { readonly node: string; readonly state: string; readonly rebuilds: number }
    readonly replica_topology: Readonly<Record<string, ReplicaShape>>
  }
}

export class WirePorts {
  private nowUs = 0
  private readonly metrics: WireMetrics
  private readonly journal: MemoryJournal

  constructor(
    private readonly served: ServedTwin,
    private readonly party: string,
    private readonly policies: readonly PolicyObject[],
    private readonly tell: (entry: HistoryEntry) => void,
  ) {
    this.metrics = new WireMetrics(served)
    this.journal = new MemoryJournal((record, operator) =>
      tell({ kind: 'record', atUs: this.nowUs, operator, record }),
    )
  }

  ports(): Ports {
    const { journal, party } = this
    return {
      clock: {
        now: () => this.nowUs,
        sleepUntil: untilUs => this.sleep(untilUs),
      },
      metrics: {
        counters: async query => ({
          kind: 'samples',
          untilUs: query.untilUs,
          columns: await this.metrics.columns(query, (await this.state()).volumes),
        }),
      },
      inventory: {
        observe: async () => {
          const { nowUs: atUs } = this
          const knownUpToUs = { mayastor: Math.floor(atUs / pollUs) * pollUs, kubernetes: atUs }
          const { policies } = this
          const cluster = await this.cluster()
          return { kind: 'observed', observation: { atUs, knownUpToUs, cluster, policies } }
        },
        volume: async id => {
          const named = (await this.state()).volumes.find(volume => volume.id === id)
          if (named === undefined) return { kind: 'gone' }
          const shape = await this.served.get<VolumeShape>(`/v0/volumes/${named.uuid}`)
          return { kind: 'volume', volume: volumeOf(shape, named), atUs: this.nowUs }
        },
      },
      mover: { send: command => this.send(command) },
      stripes: { send: async () => ({ kind: 'refused', refusal: 'invalid', text: 'no coder' }) },
      journal: {
        records: async () => ({ kind: 'read', stored: journal.records() }),
        operator: async () => ({ kind: 'read', stored: journal.operator() }),
        create: async record => journal.create(record, party),
        replace: async record => journal.replace(record, party),
        replaceOperator: async record => journal.replaceOperator(record),
      },
      events: {
        emit: async events => {
          for (const event of events) this.tell(event)
        },
      },
    }
  }

  private async sleep(untilUs: number): Promise<'time'> {
    await this.served.ask('POST', '/twin/v1/sleep', { party: this.party, untilUs })
    this.nowUs = (await this.served.get<State>('/twin/v1/clock')).nowUs
    return 'time'
  }

  private state(): Promise<State> {
    return this.served.get<State>('/twin/v1/state')
  }

  private async cluster(): Promise<Cluster> {
    const { get } = this.served
    const state = await this.state()
    const { entries } = await get<{ readonly entries: readonly VolumeShape[] }>(
      '/v0/volumes?max_entries=0',
    )
    const pools = await get<readonly PoolShape[]>('/v0/pools')
    const nodes = await get<readonly NodeShape[]>('/v0/nodes')
    return {
      pools: pools.map((shape, index) => poolOf(shape, state.pools[index])),
      nodes: nodes.map(nodeOf),
      volumes: entries.map((shape, index) => volumeOf(shape, state.volumes[index])),
      waitingClaims: [],
    }
  }

  private async send(command: Command): Promise<Reply> {
    const [method, path, body] = await this.requestOf(command)
    const { status, text, value } = await this.served.ask(method, path, body)
    return status === 200 ? { kind: 'done', volume: null } : refusedBy(status, text, value)
  }

  private async requestOf(
    command: Command,
  ): Promise<readonly [method: string, path: string, body?: unknown]> {
    switch (command.kind) {
      case 'set-replica-count': {
        const { volumes } = await this.state()
        const uuid = volumes.find(volume => volume.id === command.volume)?.uuid
        return ['PUT', `/v0/volumes/${uuid}/replica_count/${command.count}`]
      }
      case 'cordon-pool':
        return ['PUT', `/v0/pools/${command.pool}/cordon`, command.scopes]
      case 'uncordon-pool':
        return ['DELETE', `/v0/pools/${command.pool}/cordon`, command.scopes]
      case 'cordon-node':
        return ['PUT', `/v0/nodes/${command.node}/cordon/${command.label}`]
      case 'uncordon-node':
        return ['DELETE', `/v0/nodes/${command.node}/cordon/${command.label}`]
      case 'label-pool': {
        const { pool, key, value } = command
        return ['PUT', `/v0/pools/${pool}/label/${key}=${value}?overwrite=true`]
      }
      case 'unlabel-pool':
        return ['DELETE', `/v0/pools/${command.pool}/label/${command.key}`]
    }
  }
}

function refusedBy(status: number, text: string, value: unknown): Reply {
  const details = JSON.stringify(value) ?? text
  const isSo = /already|does not have/.test(details)
  const refusals: Readonly<Record<number, Refusal>> = {
    404: 'not-found',
    409: 'conflict',
    412: isSo ? 'already' : 'precondition',
    422: 'already',
    503: 'busy',
    507: details.includes('rebuilds') ? 'rebuild-cap' : 'no-pool',
  }
  return { kind: 'refused', refusal: refusals[status] ?? 'invalid', text: details }
}

const states: Readonly<Record<string, ReplicaState>> = {
  Online: 'online',
  Degraded: 'degraded',
  Faulted: 'faulted',
}

function stateOf(text: string): ReplicaState {
  return states[text] ?? 'unknown'
}

interface PoolShape {
  readonly id: string
  readonly spec: {
    readonly labels: Pool['labels']
    readonly cordonDrain?: { readonly cordoned: Pool['cordon'] }
  }
  readonly state: {
    readonly node: string
    readonly status: string
    readonly capacity: number
    readonly used: number
    readonly committed: number
  }
}

interface NodeShape {
  readonly id: string
  readonly spec: {
    readonly cordondrainstate?: {
      readonly cordonedstate?: { readonly cordonlabels: readonly string[] }
      readonly drainingstate?: { readonly cordonlabels: readonly string[] }
    }
  }
  readonly state: { readonly status: string; readonly version: string }
}

function poolOf({ id, spec, state }: PoolShape, own: Pool): Pool {
  return {
    ...own,
    id: poolId(id),
    node: nodeId(state.node),
    status: stateOf(state.status),
    labels: spec.labels,
    schedulerLabels: spec.labels,
    capacityBytes: state.capacity,
    usedBytes: state.used,
    committedBytes: state.committed,
    cordon: spec.cordonDrain?.cordoned ?? null,
  }
}

function nodeOf({ id, spec, state }: NodeShape): StorageNode {
  const { cordonedstate, drainingstate } = spec.cordondrainstate ?? {}
  return {
    id: nodeId(id),
    status: state.status === 'Online' ? 'online' : 'offline',
    version: state.version,
    cordonLabels: (drainingstate ?? cordonedstate)?.cordonlabels ?? [],
    draining: drainingstate !== undefined,
    labels: {},
  }
}

function volumeOf({ spec, state }: VolumeShape, own: NamedVolume): Volume {
  const { uuid: _, ...named } = own
  const { target } = state
  return {
    ...named,
    sizeBytes: spec.size,
    thin: spec.thin,
    status: stateOf(state.status),
    replicaCount: spec.num_replicas,
    replicas: Object.entries(state.replica_topology).map(([uuid, shape]) =>
      replicaOf(nameOf(uuid, own), shape),
    ),
    target:
      target === undefined
        ? null
        : { node: nodeId(target.node), state: stateOf(target.state), rebuilds: target.rebuilds },
    operation: spec.operation?.operation ?? null,
    snapshots: spec.num_snapshots,
  }
}

/** As the scenario calls it: the UUID ends in the replica's number. */
function nameOf(uuid: string, { name }: Volume): string {
  return `${name}-r${Number.parseInt(uuid.slice(-12), 16)}`
}

function replicaOf(name: string, shape: ReplicaShape): Replica {
  const child = shape['child-status']
  return {
    id: replicaId(name),
    pool: poolId(shape.pool),
    node: nodeId(shape.node),
    state: stateOf(shape.state),
    childState: child === undefined ? null : stateOf(child),
    rebuildPercent: shape['rebuild-progress'] ?? null,
    healthy: shape.healthy ?? null,
    allocatedBytes: shape.usage.allocated,
    snapshotBytes: shape.usage.allocated_snapshots,
  }
}
