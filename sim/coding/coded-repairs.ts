/**
 * Shards that are gone are made again on another pool: at once where their pool was lost, after ten
 * minutes where it is away (as Mayastor waits for a replica). The volume nearest to danger goes
 * first, and no pool takes two repairs at a time.
 */
import { anyLosses, membersOf } from '../../src/core/code.js'
import { assert } from '../../src/core/errors.js'
import { slotBytes } from '../../src/core/stripe.js'
import type { FinishedTransfer } from '../data-path.js'
import type { ModelCluster } from '../mayastor/cluster.js'
import { isCordoned } from '../mayastor/scheduler.js'
import type { ModelPool, ModelVolume } from '../mayastor/state.js'
import { RepairMeter } from '../repair-meter.js'
import { repairLegs } from './coded-legs.js'
import { bytesPerPool, type CodedStore, isDown, take } from './coded-store.js'

export const patienceUs = 600_000_000
/** Repairs that run at once, over all volumes. */
const mostRepairs = 4

interface Repair {
  readonly volume: ModelVolume
  readonly place: number
  readonly from: ModelPool
  readonly to: ModelPool
  readonly transfer: number
  /** What it reads and writes at the pools. */
  readonly bytes: number
}

export class CodedRepairs {
  /** Shards that were made again. */
  shards = 0
  readonly meter = new RepairMeter()
  private readonly running: Repair[] = []
  private readonly waiting = new Set<ModelVolume>()
  private readonly awaySinceUs = new Map<ModelPool, number>()
  private triesAgain = false

  constructor(
    private readonly cluster: ModelCluster,
    private readonly store: CodedStore,
  ) {}

  /** A pool went or came back: what stood there is repaired, now or when its time comes. */
  poolChanged(pool: ModelPool, volumes: readonly ModelVolume[]): void {
    const { cluster } = this
    if (!isDown(pool)) this.awaySinceUs.delete(pool)
    else if (!this.awaySinceUs.has(pool)) {
      this.awaySinceUs.set(pool, cluster.nowUs)
      cluster.engine().schedule(cluster.nowUs + patienceUs, () => this.startAll())
    }
    for (const volume of volumes) this.waiting.add(volume)
    this.startAll()
  }

  stop(volume: ModelVolume): void {
    this.waiting.delete(volume)
    for (const repair of this.running.filter(one => one.volume === volume)) this.drop(repair)
  }

  /** Its destination is there, and its pool did not come back meanwhile. */
  private isNeeded({ volume, place, from, to }: Repair): boolean {
    const missing = this.store.table.missingPlaces(volume.index) & (1 << place)
    return !isDown(to) && (missing !== 0 || isDown(from))
  }

  /** Places of the volume that have to be made again now. */
  private duePlaces(volume: ModelVolume): readonly number[] {
    const missing = this.store.table.missingPlaces(volume.index)
    const { nowUs } = this.cluster
    return (volume.coded?.pools ?? []).flatMap((pool, place) => {
      const awayUs = nowUs - (this.awaySinceUs.get(pool) ?? nowUs)
      const isDue = (missing & (1 << place)) !== 0 || awayUs >= patienceUs
      return isDue && !this.isRunning(volume, place) ? [place] : []
    })
  }

  private isRunning(volume: ModelVolume, place: number): boolean {
    return this.running.some(one => one.volume === volume && one.place === place)
  }

  /**
   * Single stripes that are short of shards: the most endangered first. They are few, so that what
   * they cost is below notice.
   */
  mendSingles(volume: ModelVolume): void {
    const { store, cluster } = this
    const mended = new Map<ModelPool, number>()
    for (const repair of store.table.repairs()) {
      if (repair.volume !== volume.index || repair.isGroup) continue
      store.table.repaired(repair)
      for (const shard of membersOf(repair.shards)) {
        const pool = cluster.pools[store.table.poolOf(repair.group, shard)]
        mended.set(pool, (mended.get(pool) ?? 0) + 1)
      }
    }
    for (const [pool, shards] of mended) this.tell(volume, pool, pool, shards)
  }

  private tell(volume: ModelVolume, from: ModelPool, to: ModelPool, shards: number): void {
    this.shards += shards
    const { nowUs: atUs } = this.cluster
    const pools = { from: from.id, to: to.id }
    this.cluster.tell({ kind: 'shards-repaired', atUs, volume: volume.id, ...pools, shards })
  }

  private startAll(): void {
    for (const repair of [...this.running]) if (!this.isNeeded(repair)) this.drop(repair)
    const endangeredFirst = [...this.waiting]
      .map(volume => ({ volume, due: this.duePlaces(volume), left: this.left(volume) }))
      .sort((a, b) => a.left - b.left || a.volume.index - b.volume.index)
    for (const { volume, due } of endangeredFirst) {
      if (due.length === 0 && this.store.isWhole(volume)) this.waiting.delete(volume)
      for (const place of due) if (this.running.length < mostRepairs) this.start(volume, place)
    }
    if (this.waiting.size > this.running.length) this.tryAgainLater()
  }

  /** Room may come that nobody tells of. */
  private tryAgainLater(): void {
    if (this.triesAgain) return
    this.triesAgain = true
    const { cluster } = this
    cluster.engine().schedule(cluster.nowUs + patienceUs, () => {
      this.triesAgain = false
      this.startAll()
    })
  }

  /** Losses that the volume's stripes survive yet, the pools that are away counted. */
  private left(volume: ModelVolume): number {
    const { coded } = volume
    if (coded?.geometry == null) return 0
    const away = coded.pools.filter(pool => this.store.isAway(volume, pool)).length
    return anyLosses(coded.geometry.code) - away
  }

  private start(volume: ModelVolume, place: number): void {
    const { cluster, store } = this
    const { coded } = volume
    assert(coded?.geometry != null, 'what is repaired has a code')
    const { geometry, pools } = coded
    const to = this.destination(volume, place)
    const reads = repairLegs(geometry, pools, place, pool => store.isAway(volume, pool))
    if (to === null || reads === null) return
    const from = pools[place]
    if (to !== from) take(to, bytesPerPool(coded))
    const share = slotBytes(geometry) / geometry.stripeBytes
    const transfer = cluster.transferId()
    store.proving?.read(volume, stripe => store.awayShards(volume, stripe))
    const userBytes = Math.max(1, coded.stripes * geometry.stripeBytes)
    const legs = reads.map(leg => ({ ...leg, share: leg.share * share }))
    const writes = [{ pool: to.index, share }]
    const shares = [...legs, ...writes].reduce((sum, leg) => sum + leg.share, 0)
    const bytes = Math.round(userBytes * shares)
    this.running.push({ volume, place, from, to, transfer, bytes })
    this.meter.begin(cluster.nowUs)
    cluster.dataPath.startTransfer(
      { id: transfer, bytes: userBytes, reads: legs, writes },
      cluster.nowUs,
    )
    cluster.changed(volume)
  }

  /**
   * A pool of the same tier with room, on a node that the code can lose with it: on that of the
   * fewest other shards the emptiest. The pool itself, where it is there again and empty.
   */
  private destination(volume: ModelVolume, place: number): ModelPool | null {
    const { coded } = volume
    if (coded?.geometry == null) return null
    const from = coded.pools[place]
    const bytes = bytesPerPool(coded)
    const others = [...coded.pools.filter((_, at) => at !== place), ...this.comingTo(volume)]
    const most = anyLosses(coded.geometry.code)
    const able = this.cluster.pools.filter(
      pool =>
        !isDown(pool) &&
        !isCordoned(pool.node) &&
        this.store.options.tierOfPool[pool.index] === this.store.options.tierOfPool[from.index] &&
        !others.includes(pool) &&
        others.filter(other => other.node === pool.node).length < most &&
        !this.running.some(one => one.to === pool) &&
        pool.usedBytes + bytes <= pool.capacityBytes,
    )
    const beside = (pool: ModelPool): number => others.filter(one => one.node === pool.node).length
    const fill = (pool: ModelPool): number => pool.usedBytes / pool.capacityBytes
    if (able.length === 0) return null
    return able.reduce((best, pool) => {
      const more = beside(pool) - beside(best)
      return more < 0 || (more === 0 && fill(pool) < fill(best)) ? pool : best
    })
  }

  /** Pools that get shards of the volume by repairs that run; some of these never end. */
  private comingTo(volume: ModelVolume): readonly ModelPool[] {
    return this.running.flatMap(one => (one.volume === volume ? [one.to] : []))
  }

  transferFinished({ id }: FinishedTransfer): boolean {
    const repair = this.running.find(one => one.transfer === id)
    if (repair === undefined) return false
    this.running.splice(this.running.indexOf(repair), 1)
    const { volume, place, from, to } = repair
    const { coded } = volume
    assert(coded !== null, 'a repair ends with its volume')
    if (from !== to) take(from, -bytesPerPool(coded))
    coded.pools = coded.pools.map((pool, at) => (at === place ? to : pool))
    this.store.table.movePlace(volume.index, place, to.index)
    this.store.proving?.end(volume)
    this.meter.end(this.cluster.nowUs, repair.bytes)
    this.tell(volume, from, to, coded.stripes)
    this.store.changed(volume)
    this.startAll()
    return true
  }

  private drop(repair: Repair): void {
    this.running.splice(this.running.indexOf(repair), 1)
    this.cluster.dataPath.stopTransfer(repair.transfer)
    this.meter.stop(this.cluster.nowUs)
    const { coded } = repair.volume
    if (coded !== null && repair.to !== repair.from) take(repair.to, -bytesPerPool(coded))
    this.cluster.changed(repair.volume)
  }
}
