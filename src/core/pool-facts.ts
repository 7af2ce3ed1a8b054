/**
 * What is known of pools when a place is looked for: room, load, nodes, what is promised already.
 */
import type { Landscape } from './landscape.js'
import type { PoolLoads } from './load.js'
import type { Pool, StorageNode, Volume } from './model.js'
import type { Reservations } from './reserve.js'
import { Rooms } from './room.js'
import { choosable, needsNoSteering } from './steer.js'

/** A pool and the node that it is on. */
export interface Site {
  readonly pool: Pool
  readonly node: StorageNode
}

export class PoolFacts {
  private readonly rooms: Rooms

  constructor(
    private readonly landscape: Landscape,
    private readonly loads: PoolLoads,
    readonly reservations: Reservations,
    headroomPercent: number,
  ) {
    this.rooms = new Rooms(landscape, headroomPercent, reservations)
  }

  /** A pool whose node is not known is no site. */
  sites(pools: readonly Pool[]): readonly Site[] {
    return pools.flatMap(pool => {
      const node = this.landscape.nodes.get(pool.node)
      return node === undefined ? [] : [{ pool, node }]
    })
  }

  /** Nodes that hold a replica of the volume. */
  nodesOf(volume: Volume): readonly StorageNode[] {
    return this.landscape.cluster.nodes.filter(node =>
      volume.replicas.some(replica => replica.node === node.id),
    )
  }

  /** Bytes that must be freed on the pool before a replica of the volume may come. */
  missingBytes(pool: Pool, volume: Pick<Volume, 'sizeBytes' | 'thin'>): number {
    return this.rooms.missingBytes(pool, volume)
  }

  /** Operations a second that its replicas bring it now. */
  loadIops(pool: Pool): number {
    return this.loads.iops(pool)
  }

  /** Pools that Mayastor could choose for another replica of the volume. */
  choosable(volume: Volume): readonly Pool[] {
    return choosable(volume, this.landscape)
  }

  needsNoSteering(volume: Volume, accepted: readonly Pool[]): boolean {
    return needsNoSteering(volume, accepted, this.landscape)
  }
}
