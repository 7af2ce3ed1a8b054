/**
 * What storage was taken for how long, from what really happened: exact sums, because bytes times
 * microseconds pass 2^53 within days. A volume counts on the slowest tier that it has a replica on.
 */
import type { TruthEvent } from '../src/core/event.js'
import { type Tier, tiers } from '../src/core/model.js'
import type { ByTier } from '../src/core/result.js'
import { bytesPerPool } from './coding/coded-store.js'
import { allocatedBytes } from './mayastor/scheduler.js'
import type { ModelVolume } from './mayastor/state.js'

interface Account {
  /** Raw bytes now, replicas included. */
  bytes: number
  volumes: number
  sinceUs: number
  byteUs: bigint
  volumeUs: bigint
}

export class Ledger {
  /** Bytes that copies of commands brought to another pool. */
  movedBytes = 0
  private readonly accounts: Readonly<Record<Tier, Account>>
  /** What each volume adds to each account now. */
  private readonly shares: (readonly { readonly tier: Tier; readonly bytes: number }[])[] = []
  private readonly places: (Tier | null)[] = []
  private readonly ordered = new Set<string>()

  constructor(
    private readonly tierOfPool: readonly (Tier | null)[],
    startUs: number,
  ) {
    const open = (): Account => ({
      bytes: 0,
      volumes: 0,
      sinceUs: startUs,
      byteUs: 0n,
      volumeUs: 0n,
    })
    this.accounts = { hot: open(), warm: open(), cold: open() }
  }

  /** A volume's replicas changed, or it appears for the first time. */
  note(volume: ModelVolume, atUs: number): void {
    this.settle(atUs)
    for (const { tier, bytes } of this.shares[volume.index] ?? [])
      this.accounts[tier].bytes -= bytes
    const before = this.places[volume.index] ?? null
    if (before !== null) this.accounts[before].volumes -= 1
    const bytes = allocatedBytes(volume)
    const shares: { readonly tier: Tier; readonly bytes: number }[] = []
    let place: Tier | null = null
    for (const replica of volume.deleted ? [] : volume.replicas) {
      const tier = this.tierOfPool[replica.pool.index]
      if (tier === null) continue
      shares.push({ tier, bytes })
      this.accounts[tier].bytes += bytes
      if (place === null || tiers.indexOf(tier) > tiers.indexOf(place)) place = tier
    }
    for (const pool of volume.deleted ? [] : (volume.coded?.pools ?? [])) {
      const tier = this.tierOfPool[pool.index]
      if (tier === null || volume.coded === null) continue
      const bytesOfShards = bytesPerPool(volume.coded)
      shares.push({ tier, bytes: bytesOfShards })
      this.accounts[tier].bytes += bytesOfShards
      if (place === null || tiers.indexOf(tier) > tiers.indexOf(place)) place = tier
    }
    if (place !== null) this.accounts[place].volumes += 1
    this.shares[volume.index] = shares
    this.places[volume.index] = place
  }

  /** Counts the bytes of copies that an operator asked for. */
  hear(event: TruthEvent, volume: ModelVolume): void {
    if (event.kind === 'replica-added' && event.by === 'command') this.ordered.add(event.replica)
    if (event.kind === 'replica-synced' && this.ordered.delete(event.replica)) {
      this.movedBytes += allocatedBytes(volume)
    }
  }

  settle(atUs: number): void {
    for (const tier of tiers) {
      const account = this.accounts[tier]
      const passedUs = atUs - account.sinceUs
      if (passedUs === 0) continue
      account.byteUs += BigInt(account.bytes) * BigInt(passedUs)
      account.volumeUs += BigInt(account.volumes) * BigInt(passedUs)
      account.sinceUs = atUs
    }
  }

  usedBytes(): ByTier<number> {
    return this.each(account => account.bytes)
  }

  volumes(): ByTier<number> {
    return this.each(account => account.volumes)
  }

  byteUs(): ByTier<bigint> {
    return this.each(account => account.byteUs)
  }

  volumeSeconds(): ByTier<number> {
    return this.each(account => Number(account.volumeUs / 1_000_000n))
  }

  private each<Value>(read: (account: Account) => Value): ByTier<Value> {
    const { hot, warm, cold } = this.accounts
    return { hot: read(hot), warm: read(warm), cold: read(cold) }
  }
}
