/** A control plane alone: nodes, pools and volumes as a test needs them, copied by hand. */

import type { DataPath, Route, Transfer } from '../../../sim/data-path.js'
import { Engine } from '../../../sim/engine/engine.js'
import { ControlPlane } from '../../../sim/mayastor/control-plane.js'
import type { ModelNode, ModelPool, ModelVolume } from '../../../sim/mayastor/state.js'
import type { ScenarioVolume } from '../../../sim/scenario/model.js'
import { usualCoding } from '../../../sim/scenario/usual-coding.js'
import type { ReplicaEvent, TruthEvent } from '../../../src/core/event.js'
import { nodeId, poolId, type Tier, volumeId } from '../../../src/core/model.js'
import type { ErasureCodingPolicyObject } from '../../../src/core/resources.js'

export const gibibyte = 1_073_741_824
export const second = 1_000_000

/** Copies what it is told to, and finishes a copy when the test says so. */
class HandPath implements DataPath {
  readonly copies = new Map<number, Transfer>()
  readonly routes = new Map<number, Route>()
  readonly down = new Set<number>()
  copied = 0
  written = 0

  setRoute(volume: number, route: Route): void {
    this.routes.set(volume, route)
  }
  setPoolDown(pool: number, down: boolean): void {
    if (down) this.down.add(pool)
    else this.down.delete(pool)
  }
  startTransfer(transfer: Transfer): void {
    this.copies.set(transfer.id, transfer)
  }
  stopTransfer(id: number): void {
    this.copies.delete(id)
  }
  transferredBytes(): number {
    return this.copied
  }
  writes(): number {
    return this.written
  }
  advance(): null {
    return null
  }
}

export interface BenchPool {
  readonly node: number
  readonly capacityGiB?: number
  /** Hot, where it is left out. */
  readonly tier?: Tier
  readonly labels?: Readonly<Record<string, string>>
}

export interface BenchVolume {
  readonly on: readonly number[]
  readonly sizeGiB?: number
  readonly published?: boolean
  readonly change?: Partial<ScenarioVolume>
}

export class BenchCluster {
  readonly path = new HandPath()
  readonly engine: Engine
  readonly control: ControlPlane
  readonly told: TruthEvent[] = []
  rebuildsFail = false

  constructor(options: {
    readonly version?: string
    readonly nodes?: number
    readonly pools: readonly BenchPool[]
    readonly volumes: readonly BenchVolume[]
    readonly maxRebuilds?: number
    readonly codings?: readonly ErasureCodingPolicyObject[]
  }) {
    this.engine = new Engine(0, this.path, transfer => this.control.transferFinished(transfer))
    const count = options.nodes ?? Math.max(...options.pools.map(pool => pool.node)) + 1
    const version = options.version ?? '2.10.0'
    const nodes = Array.from({ length: count }, (_, index) => nodeOf(index, version))
    const pools = options.pools.map((pool, index) => poolOf(pool, index, nodes))
    const volumes = options.volumes.map(volumeOf)
    this.control = new ControlPlane(
      nodes,
      pools,
      volumes,
      () => this.engine,
      this.path,
      event => this.told.push(event),
      {
        tierOfPool: options.pools.map(pool => pool.tier ?? 'hot'),
        codingPolicies: options.codings ?? [],
        coding: usualCoding,
        proof: null,
        maxRebuilds: options.maxRebuilds ?? null,
        rebuildsFail: () => this.rebuildsFail,
      },
    )
    for (const volume of volumes) {
      const { on, published } = options.volumes[volume.index]
      this.control.create(
        volume,
        on.map(pool => pools[pool]),
        published ?? true,
      )
    }
  }

  get volume(): ModelVolume {
    return this.control.volumes[0]
  }

  setCount(count: number, volume = this.volume): string {
    const reply = this.control.setReplicaCount(volume.id, count)
    return reply.kind === 'refused' ? reply.refusal : reply.kind
  }

  /** Pools of the volume's replicas, in order. */
  pools(volume = this.volume): readonly string[] {
    return volume.replicas.map(replica => replica.pool.id)
  }

  finishCopies(): void {
    for (const id of [...this.path.copies.keys()]) {
      this.path.copies.delete(id)
      this.control.transferFinished({ id, atUs: this.engine.nowUs })
    }
  }

  run(seconds: number): Promise<void> {
    return this.engine.run(this.engine.nowUs + seconds * second)
  }

  replicaEvents(): readonly string[] {
    return this.told
      .filter((event): event is ReplicaEvent => 'replica' in event && event.by !== 'person')
      .map(event => `${event.kind} ${event.replica} by ${event.by}`)
  }
}

function nodeOf(index: number, version: string): ModelNode {
  return { id: nodeId(`node-${index}`), version, online: true, draining: false, cordonLabels: [] }
}

function poolOf(pool: BenchPool, index: number, nodes: readonly ModelNode[]): ModelPool {
  return {
    index,
    id: poolId(`pool-${index}`),
    node: nodes[pool.node],
    capacityBytes: (pool.capacityGiB ?? 100) * gibibyte,
    labels: pool.labels ?? {},
    status: 'online',
    cordon: null,
    usedBytes: 0,
    committedBytes: 0,
    replicas: 0,
    iopsLimit: 1000,
    bandwidthLimit: 200_000_000,
    limitSource: 'preset',
  }
}

function volumeOf(volume: BenchVolume, index: number): ModelVolume {
  const name = `vol-${index}`
  const sizeBytes = (volume.sizeGiB ?? 1) * gibibyte
  return {
    index,
    id: volumeId(name),
    name,
    spec: {
      name,
      group: 'vol',
      sizeBytes,
      replicas: volume.on.length,
      thin: false,
      place: 'hot',
      labels: {},
      storageClass: 'mayastor',
      pin: null,
      hold: false,
      snapshots: 0,
      affinityGroup: null,
      poolInclusion: {},
      publishedAtStart: true,
      ...volume.change,
    },
    sizeBytes,
    replicaCount: volume.on.length,
    replicas: [],
    coded: null,
    target: null,
    operation: null,
    snapshots: volume.change?.snapshots ?? 0,
    deleted: false,
    repairScheduled: false,
    created: 0,
  }
}
