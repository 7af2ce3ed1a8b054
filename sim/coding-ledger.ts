/**
 * What coding saves and endangers over time, from what really happened: exact sums, like the
 * ledger's. A volume is set against the replicas that it had when its shards were placed.
 */
import type { TruthEvent } from '../src/core/event.js'
import { type Tier, tiers } from '../src/core/model.js'
import type { ByTier } from '../src/core/result.js'
import { bytesPerPool } from './coding/coded-store.js'
import { allocatedBytes } from './mayastor/scheduler.js'
import type { ModelPool, ModelVolume } from './mayastor/state.js'

type Bytes = Record<Tier, number>

interface CodedVolume {
  /** What its replicas took when its shards were placed; nothing once replicas serve again. */
  replaced: Bytes
  /** Its source is gone: replicas that come later are for another tier, and no cost of coding. */
  released: boolean
  degraded: number
  endangered: number
  lost: number
}

export class CodingLedger {
  /** Stripes that came to be one loss from danger. */
  endangeredStripes = 0
  private readonly volumes = new Map<ModelVolume, CodedVolume>()
  /** What each volume saves now, and all of them together; journals are taken off the sum. */
  private readonly savedBy = new Map<ModelVolume, Bytes>()
  private readonly saved: Bytes = none()
  private journals: Bytes = none()
  private readonly savedByteUs: Record<Tier, bigint> = { hot: 0n, warm: 0n, cold: 0n }
  private degraded = 0
  private endangered = 0
  private degradedUs = 0n
  private endangeredUs = 0n
  private sinceUs: number

  constructor(
    private readonly tierOfPool: readonly (Tier | null)[],
    startUs: number,
  ) {
    this.sinceUs = startUs
  }

  hear(event: TruthEvent, volume: ModelVolume): void {
    if (event.kind !== 'shards-placed' && !this.volumes.has(volume)) return
    this.settle(event.atUs)
    this.change(event, volume)
    this.savedAgain(volume)
  }

  /** What journals take of each tier's pools, from now on. */
  noteJournals(bytesOn: ReadonlyMap<ModelPool, number>, atUs: number): void {
    this.settle(atUs)
    for (const tier of tiers) this.saved[tier] += this.journals[tier]
    this.journals = none()
    for (const [pool, bytes] of bytesOn) this.add(this.journals, pool, bytes)
    for (const tier of tiers) this.saved[tier] -= this.journals[tier]
  }

  settle(atUs: number): void {
    const passedUs = BigInt(atUs - this.sinceUs)
    this.sinceUs = atUs
    for (const tier of tiers) this.savedByteUs[tier] += BigInt(this.saved[tier]) * passedUs
    this.degradedUs += BigInt(this.degraded) * passedUs
    this.endangeredUs += BigInt(this.endangered) * passedUs
  }

  freedBytes(): ByTier<number> {
    return { ...this.saved }
  }

  byteUs(): ByTier<bigint> {
    return { ...this.savedByteUs }
  }

  degradedStripeSeconds(): number {
    return Number(this.degradedUs / 1_000_000n)
  }

  endangeredStripeSeconds(): number {
    return Number(this.endangeredUs / 1_000_000n)
  }

  lostStripes(): number {
    return [...this.volumes.values()].reduce((sum, { lost }) => sum + lost, 0)
  }

  private change(event: TruthEvent, volume: ModelVolume): void {
    const coded = this.volumes.get(volume)
    if (event.kind === 'shards-placed') {
      const replaced = this.replicas(volume)
      this.volumes.set(volume, { replaced, released: false, degraded: 0, endangered: 0, lost: 0 })
    }
    if (coded === undefined) return
    if (event.kind === 'source-released') coded.released = true
    if (event.kind === 'replicas-serve') coded.replaced = none()
    if (event.kind === 'stripes-changed') this.stand(coded, event)
    if (event.kind === 'coded-dropped' || event.kind === 'volume-deleted') {
      this.stand(coded, { degraded: 0, endangered: 0, lost: 0 })
      this.volumes.delete(volume)
    }
  }

  private stand(
    coded: CodedVolume,
    now: { readonly degraded: number; readonly endangered: number; readonly lost: number },
  ): void {
    this.degraded += now.degraded - coded.degraded
    this.endangered += now.endangered - coded.endangered
    this.endangeredStripes += Math.max(0, now.endangered - coded.endangered)
    coded.degraded = now.degraded
    coded.endangered = now.endangered
    coded.lost = now.lost
  }

  private savedAgain(volume: ModelVolume): void {
    const before = this.savedBy.get(volume) ?? none()
    const now = this.savingOf(volume)
    for (const tier of tiers) this.saved[tier] += now[tier] - before[tier]
    this.savedBy.set(volume, now)
  }

  private savingOf(volume: ModelVolume): Bytes {
    const coded = this.volumes.get(volume)
    const saving = none()
    if (coded === undefined) return saving
    const sources = coded.released ? none() : this.replicas(volume)
    for (const tier of tiers) saving[tier] = coded.replaced[tier] - sources[tier]
    if (volume.coded === null) return saving
    const bytes = bytesPerPool(volume.coded)
    for (const pool of volume.coded.pools) this.add(saving, pool, -bytes)
    return saving
  }

  private replicas(volume: ModelVolume): Bytes {
    const bytes = none()
    for (const { pool } of volume.replicas) this.add(bytes, pool, allocatedBytes(volume))
    return bytes
  }

  private add(bytes: Bytes, pool: ModelPool, more: number): void {
    const tier = this.tierOfPool[pool.index]
    if (tier !== null) bytes[tier] += more
  }
}

function none(): Bytes {
  return { hot: 0, warm: 0, cold: 0 }
}
