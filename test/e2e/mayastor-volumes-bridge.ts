/**
 * The controller that clusters with MayastorVolumes have: it tells the objects what Mayastor, the
 * twin, says, and hands their numReplicas to it.
 */
import { put, volumesPath } from '../controlplane/mayastor-volumes.js'
import { isList, minuteUs, type TestCluster } from './cluster.js'

interface VolumeReply {
  readonly spec: { readonly uuid: string; readonly size: number; readonly num_replicas: number }
  readonly state: {
    readonly status: string
    readonly target?: { readonly node: string; readonly state: string } | null
    readonly replica_topology: Readonly<Record<string, ReplicaReply>>
  }
}

interface ReplicaReply {
  readonly node: string
  readonly pool: string
  readonly state: string
  readonly 'child-status'?: string | null
  readonly 'rebuild-progress'?: number | null
}

interface PoolReply {
  readonly id: string
  readonly state: {
    readonly node: string
    readonly status: string
    readonly capacity: number
    readonly used: number
  }
}

const poolsPath = '/apis/openebs.io/v1beta3/namespaces/mayastor/diskpools'

export class Bridge {
  private readonly known = new Map<string, string>()

  constructor(private readonly cluster: Pick<TestCluster, 'plane' | 'ask'>) {}

  /** Where both kinds are served. */
  async begin(): Promise<void> {
    const pools: readonly PoolReply[] = await this.read('/v0/pools')
    for (const { id, state } of pools) {
      const { node, status: pool_status, capacity, used } = state
      await put(this.cluster.plane, poolsPath, {
        ...{ apiVersion: 'openebs.io/v1beta3', kind: 'DiskPool' },
        metadata: { name: id },
        ...{ spec: { node, disks: ['x'] }, status: { pool_status, capacity, used } },
      })
    }
    await this.turn()
  }

  /** Turns minute by minute, for six hours at most; answers whether it came to that. */
  async turnUntil(
    { advance }: Pick<TestCluster, 'advance'>,
    isSo: () => Promise<boolean>,
  ): Promise<boolean> {
    for (let minute = 0; minute < 360; minute++) {
      if (await isSo()) return true
      await advance(minuteUs)
      await this.turn()
    }
    return isSo()
  }

  /** Hands over what is asked for, and tells what came of it. */
  async turn(): Promise<void> {
    const wanted = await this.wanted()
    for (const { spec } of await this.volumes()) {
      const count = wanted.get(spec.uuid) ?? spec.num_replicas
      if (count === spec.num_replicas) continue
      await this.cluster.ask('PUT', `/v0/volumes/${spec.uuid}/replica_count/${count}`)
    }
    for (const volume of await this.volumes()) await this.tell(volume)
  }

  private async tell({ spec, state }: VolumeReply): Promise<void> {
    const { target } = state
    const replicas = Object.entries(state.replica_topology).map(([uuid, one]) => {
      const isRebuilt = (one['rebuild-progress'] ?? null) === null
      const synced = one['child-status'] === 'Online' && isRebuilt
      return { uuid, node: one.node, pool: one.pool, state: one.state, synced }
    })
    const nexus = target ? { uuid: spec.uuid, node: target.node, state: target.state } : null
    const status = { state: state.status, replicas, nexus }
    if (this.known.get(spec.uuid) === JSON.stringify(status)) return
    this.known.set(spec.uuid, JSON.stringify(status))
    await put(this.cluster.plane, volumesPath, {
      ...{ apiVersion: 'openebs.io/v1alpha1', kind: 'MayastorVolume' },
      metadata: { name: spec.uuid },
      ...{ spec: { numReplicas: spec.num_replicas, size: spec.size }, status },
    })
  }

  private async wanted(): Promise<ReadonlyMap<string, number>> {
    const { body } = await this.cluster.plane.call('GET', volumesPath)
    const items = isList(body) ? body.items : []
    return new Map(items.map(one => [one.metadata.name, Number(one.spec?.numReplicas)]))
  }

  private async volumes(): Promise<readonly VolumeReply[]> {
    const { entries }: { readonly entries: readonly VolumeReply[] } = await this.read(
      '/v0/volumes?max_entries=0',
    )
    return entries
  }

  private async read<Value>(path: string): Promise<Value> {
    return JSON.parse((await this.cluster.ask('GET', path)).text)
  }
}
