/**
 * * Scrubbing: where a coding policy asks for it, all shards of a volume are read again at its
 * interval, and those that are lost or wrong, stripe by stripe, are made again.
 */
import type { FinishedTransfer } from '../data-path.js'
import type { ModelCluster } from '../mayastor/cluster.js'
import type { ModelVolume } from '../mayastor/state.js'
import { shardLegs } from './coded-legs.js'
import type { CodedStore } from './coded-store.js'

export class CodedScrubs {
  /** Scrubs that ended. */
  passes = 0
  private readonly running = new Map<number, ModelVolume>()

  constructor(
    private readonly cluster: ModelCluster,
    private readonly store: CodedStore,
  ) {}

  /** The volume was coded; its scrubs go on for as long as it is. */
  plan(volume: ModelVolume): void {
    const { coded } = volume
    const policy = this.store.policyOf(volume)
    if (policy === null || !policy.spec.scrubbingEnabled) return
    const { cluster } = this
    cluster.engine().schedule(cluster.nowUs + policy.spec.scrubIntervalUs, () => {
      if (volume.coded !== coded || volume.deleted) return
      this.start(volume)
      this.plan(volume)
    })
  }

  private start(volume: ModelVolume): void {
    const { coded } = volume
    const isRunning = [...this.running.values()].includes(volume)
    if (isRunning || coded?.geometry == null || !coded.serves) return
    const { cluster, store } = this
    const { geometry, pools, stripes } = coded
    const there = pools.filter(pool => !store.isAway(volume, pool))
    const id = cluster.transferId()
    this.running.set(id, volume)
    store.proving?.read(volume, stripe => store.awayShards(volume, stripe))
    const bytes = Math.max(1, stripes * geometry.stripeBytes)
    const reads = shardLegs(geometry, there)
    cluster.dataPath.startTransfer({ id, bytes, reads, writes: [] }, cluster.nowUs)
  }

  /** The volume is coded no more. */
  stop(volume: ModelVolume): void {
    for (const [id, one] of this.running) {
      if (one !== volume) continue
      this.cluster.dataPath.stopTransfer(id)
      this.running.delete(id)
    }
  }

  transferFinished({ id }: FinishedTransfer): boolean {
    const volume = this.running.get(id)
    if (volume === undefined) return false
    this.running.delete(id)
    this.store.proving?.end(volume)
    this.passes += 1
    this.mend(volume)
    return true
  }

  /** What was found is few and made again at once: its cost is below that of the reading. */
  private mend(volume: ModelVolume): void {
    const { store } = this
    for (const { stripe } of [...store.table.flawsOf(volume.index)]) {
      store.table.found(volume.index, stripe)
    }
    store.repairs.mendSingles(volume)
    store.changed(volume)
  }
}
