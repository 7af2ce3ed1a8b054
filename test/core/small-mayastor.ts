/**
 * One volume in a small Mayastor, by the rules of its control plane: what a scale-up may choose,
 * what a scale-down removes, self-heal, trimming, rebuilds. What is left to chance is drawn by the
 * caller.
 */
import { isSynced } from '../../src/core/health.js'
import {
  type Cluster,
  type NodeId,
  nodeId,
  type Pool,
  type Replica,
  replicaId,
  type Volume,
} from '../../src/core/model.js'
import type { CordonRecord } from '../../src/core/record.js'
import { cluster, pool, replica, volume } from './cluster.js'

export type Chance = (below: number) => number

export type CountReply = 'done' | 'already' | 'precondition' | 'no-pool'

/** Three hot pools and four cold ones; the last cold one shares its node with a hot one. */
export const pools: readonly Pool[] = [
  ...['hot-0', 'hot-1', 'hot-2'].map(name => pool(name, 'hot')),
  ...['cold-0', 'cold-1', 'cold-2'].map(name => pool(name, 'cold')),
  pool('cold-3', 'cold', { node: nodeId('node-hot-0') }),
]

export class SmallMayastor {
  count: number
  replicas: Replica[]
  published = true
  deleted = false
  snapshots = 0
  operation: string | null = null
  /** Rebuilds stand still. */
  stalled = false
  /** A foreign move holds the volume: every change of its count is refused. */
  drained = false
  /** Nodes with somebody else's cordon. */
  foreign: NodeId[] = []
  cordons: readonly CordonRecord[] = []
  private made = 0

  constructor(
    replicas: number,
    private readonly chance: Chance,
    private readonly version: string,
  ) {
    this.count = replicas
    this.replicas = pools.slice(0, replicas).map((on, index) => replica(`old-${index}`, on))
  }

  volume(): Volume {
    const rebuilds = this.published ? this.replicas.filter(isRebuilding).length : 0
    const whole = this.replicas.length >= this.count && this.replicas.every(isSynced)
    const status = whole && this.published ? 'online' : 'degraded'
    const target = { node: nodeId('node-hot-0'), state: status, rebuilds } as const
    return volume('v', [], {
      replicaCount: this.count,
      replicas: [...this.replicas],
      status: this.published ? status : 'online',
      target: this.published ? target : null,
      snapshots: this.snapshots,
      operation: this.operation,
    })
  }

  cluster(): Cluster {
    const usual = cluster({
      pools,
      volumes: this.deleted ? [] : [this.volume()],
      version: this.version,
    })
    const nodes = usual.nodes.map(node => ({
      ...node,
      cordonLabels: this.foreign.includes(node.id) ? ['drill'] : [],
    }))
    return { ...usual, nodes }
  }

  /** `PUT /volumes/{id}/replica_count/{n}`. */
  setCount(count: number): CountReply {
    if (this.drained) return 'precondition'
    if (count === this.count) return 'already'
    if (count === 0 || count > this.count + 1 || count < this.count - 1) return 'precondition'
    return count > this.count ? this.scaleUp(count) : this.scaleDown(count)
  }

  private scaleUp(count: number): CountReply {
    if (this.volume().status !== 'online') return 'precondition'
    if (!this.makeReplica()) return 'no-pool'
    this.count = count
    return 'done'
  }

  private scaleDown(count: number): CountReply {
    this.count = count
    this.removeOne()
    return 'done'
  }

  /** Unhealthy ones first; a healthy one only while more are healthy than wanted. */
  removeOne(): void {
    const unhealthy = this.replicas.filter(one => !isSynced(one) && this.published)
    const healthy = this.replicas.filter(isSynced)
    const onCordoned = healthy.filter(one => one.node !== null && this.isCordoned(one.node))
    const best = unhealthy.length > 0 ? unhealthy : onCordoned.length > 0 ? onCordoned : healthy
    if (best === healthy || best === onCordoned) if (healthy.length <= this.count) return
    const victim = best[this.chance(best.length)]
    this.replicas = this.replicas.filter(one => one !== victim)
  }

  private makeReplica(): boolean {
    const taken = new Set(this.replicas.map(one => one.node))
    const cordoned = new Set<string>()
    for (const cordon of this.cordons) if (cordon.kind === 'pool') cordoned.add(cordon.pool)
    const choice = pools.filter(
      one => !taken.has(one.node) && !cordoned.has(one.id) && !this.isCordoned(one.node),
    )
    if (choice.length === 0) return false
    const on = choice[this.chance(choice.length)]
    this.made += 1
    const unsynced = { childState: 'degraded', healthy: false, rebuildPercent: 0 } as const
    this.replicas.push(replica(`new-${this.made}`, on, { ...unsynced, allocatedBytes: 0 }))
    return true
  }

  private isCordoned(node: NodeId): boolean {
    const ours = this.cordons.some(cordon => cordon.kind === 'node' && cordon.node === node)
    return ours || this.foreign.includes(node)
  }

  /** Ten seconds of rebuilds and reconcilers. */
  pass(): void {
    const lost = this.replicas.find(one => one.childState === 'faulted')
    if (lost !== undefined && this.chance(2) === 0) this.drop(lost)
    else if (this.replicas.length < this.count && this.published) this.makeReplica()
    else if (this.replicas.length > this.count && this.chance(3) === 0) this.removeOne()
    const source = this.replicas.some(isSynced)
    if (!this.published || !source || this.stalled) return
    this.replicas = this.replicas.map(one => (isRebuilding(one) ? this.rebuilt(one) : one))
  }

  private rebuilt(one: Replica): Replica {
    const percent = (one.rebuildPercent ?? 0) + this.chance(25)
    if (percent < 100) return { ...one, rebuildPercent: percent }
    return { ...one, rebuildPercent: null, childState: 'online', healthy: true }
  }

  /** A replica fails: never the last healthy one, since then there is nothing to protect. */
  fail(index: number): void {
    const one = this.replicas[index % this.replicas.length]
    const others = this.replicas.filter(other => other !== one && isSynced(other))
    if (one === undefined || others.length === 0) return
    const failed = { childState: 'faulted', state: 'faulted', rebuildPercent: null } as const
    this.change(one, { ...failed, healthy: false })
  }

  /** A rebuild begins again. */
  restartRebuild(): void {
    const one = this.replicas.find(isRebuilding)
    if (one !== undefined) this.change(one, { rebuildPercent: 0 })
  }

  private change(one: Replica, change: Partial<Replica>): void {
    this.replicas = this.replicas.map(other => (other === one ? { ...one, ...change } : other))
  }

  private drop(lost: Replica): void {
    this.replicas = this.replicas.filter(one => one !== lost)
  }
}

export function isRebuilding(one: Replica): boolean {
  return one.rebuildPercent !== null
}

export const oldReplicas = [0, 1, 2].map(index => replicaId(`old-${index}`))
