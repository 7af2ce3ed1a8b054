/**
 * The inventory port: Mayastor's lists, read afresh, joined with what the watches of Kubernetes
 * have. The same object is given again while nothing of it changed.
 */
import type { Cluster, Labels, PoolId, VolumeId } from '../core/model.js'
import type { Inventory, ObservationAnswer, VolumeAnswer } from '../ports.js'
import type { Timing } from './http/timing.js'
import { joinPool, joinVolume } from './join.js'
import { keptArray, keptList } from './kept.js'
import type { KubernetesAnswer, KubernetesFacts } from './kubernetes-facts.js'
import type { MayastorCluster } from './mayastor/client.js'
import type { MayastorLists } from './mayastor/mayastor.js'

/**
 * The control plane asks each node every 30 s (agent-core, cache_poll_period): of children and
 * rebuilds it may know no more than that.
 */
const pollUs = 30_000_000

const nothing: Cluster = { pools: [], nodes: [], volumes: [], waitingClaims: [] }

export class LiveInventory implements Inventory {
  private cluster: Cluster = nothing
  private poolLabels: ReadonlyMap<PoolId, Labels> = new Map()

  constructor(
    private readonly mayastor: MayastorLists,
    private readonly kubernetes: () => KubernetesAnswer,
    private readonly timing: Pick<Timing, 'nowUs'>,
  ) {}

  async observe(): Promise<ObservationAnswer> {
    const askedUs = this.timing.nowUs()
    const read = await this.mayastor.cluster()
    if (read.kind === 'gone') return unavailable(this.mayastor.absent)
    if (read.kind === 'unavailable') return read
    const kubernetes = this.kubernetes()
    if (kubernetes.kind === 'unavailable') return kubernetes
    const { facts } = kubernetes
    this.cluster = this.join(read.value, facts)
    const { cluster } = this
    const knownUpToUs = { mayastor: askedUs - pollUs, kubernetes: facts.knownUpToUs }
    const atUs = Math.max(askedUs, this.timing.nowUs())
    const { policies } = facts
    return { kind: 'observed', observation: { atUs, knownUpToUs, cluster, policies } }
  }

  async volume(id: VolumeId): Promise<VolumeAnswer> {
    const atUs = this.timing.nowUs()
    const read = await this.mayastor.volume(id, pool => this.poolLabels.get(pool))
    if (read.kind !== 'read') return read
    const kubernetes = this.kubernetes()
    if (kubernetes.kind === 'unavailable') return kubernetes
    const volume = joinVolume(read.value, kubernetes.facts.volumes.get(id))
    return { kind: 'volume', volume, atUs }
  }

  private join(seen: MayastorCluster, facts: KubernetesFacts): Cluster {
    const before = this.cluster
    this.poolLabels = new Map(seen.pools.map(pool => [pool.id, pool.schedulerLabels]))
    const pools = seen.pools.map(pool => joinPool(pool, facts.poolLabels.get(pool.id)))
    const volumes = seen.volumes.map(one => joinVolume(one, facts.volumes.get(one.id)))
    const now: Cluster = {
      pools: keptList(before.pools, pools),
      nodes: keptList(before.nodes, seen.nodes),
      volumes: keptList(before.volumes, volumes),
      waitingClaims: keptArray(before.waitingClaims, facts.waitingClaims),
    }
    const isKept =
      now.pools === before.pools &&
      now.nodes === before.nodes &&
      now.volumes === before.volumes &&
      now.waitingClaims === before.waitingClaims
    return isKept ? before : now
  }
}

/**
 * What is watched is known up to an instant of the server's clock, which says nothing beside one
 * that is moved by hand; null: it is not.
 */
export function factsAt(answer: KubernetesAnswer, byHandUs: number | null): KubernetesAnswer {
  if (answer.kind === 'unavailable' || byHandUs === null) return answer
  return { kind: 'known', facts: { ...answer.facts, knownUpToUs: byHandUs } }
}

function unavailable(why: string): { readonly kind: 'unavailable'; readonly why: string } {
  return { kind: 'unavailable', why }
}
