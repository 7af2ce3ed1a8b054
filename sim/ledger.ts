/**
 * What storage was taken for how long, from what really happened: exact sums, because bytes times
 * microseconds pass 2^53 within days. A volume counts on the slowest tier that it has a replica or
 * a shard on.
 */
import type { TruthEvent } from '../src/core/event.js'
import { type Tier, tiers } from '../src/core/model.js'
import type { ByTier } from '../src/core/result.js'
import { bytesPerPool } from './coding/coded-store.js'
import { allocatedBytes } from './mayastor/scheduler.js'
import type { ModelPool, ModelVolume } from './mayastor/state.js'
import { RepairMeter } from './repair-meter.js'

type Form = 'replicated' | 'coded'

interface Share {
  readonly tier: Tier
  readonly bytes: number
  readonly form: Form
}

interface Account {
  /** Raw bytes now: replicas, shards and journals. */
  bytes: number
  volumes: number
  sinceUs: number
  byteUs: bigint
  volumeUs: bigint
}

export class Ledger {
  /** Bytes that copies of commands brought to another pool. */
  movedBytes = 0
  /** Copies that the cluster made by itself. */
  readonly rebuilds = new RepairMeter()
  private readonly accounts: Readonly<Record<Tier, Account>>
  /** What each volume adds to each account now. */
  private readonly shares: (readonly Share[])[] = []
  private readonly places: (Tier | null)[] = []
  private readonly ordered = new Set<string>()
  private readonly healing = new Set<string>()
  private readonly byForm: Record<Form, number> = { replicated: 0, coded: 0 }
  private journals: readonly Pick<Share, 'tier' | 'bytes'>[] = []

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

  /** A volume's replicas or shards changed, or it appears for the first time. */
  note(volume: ModelVolume, atUs: number): void {
    this.settle(atUs)
    this.count(this.shares[volume.index] ?? [], -1)
    const before = this.places[volume.index] ?? null
    if (before !== null) this.accounts[before].volumes -= 1
    const shares = volume.deleted ? [] : this.sharesOf(volume)
    const place = shares.reduce<Tier | null>((most, { tier }) => slower(most, tier), null)
    this.count(shares, 1)
    if (place !== null) this.accounts[place].volumes += 1
    this.shares[volume.index] = shares
    this.places[volume.index] = place
  }

  private sharesOf(volume: ModelVolume): readonly Share[] {
    const { replicas, coded } = volume
    return [
      ...replicas.flatMap(({ pool }) => this.share(pool, allocatedBytes(volume), 'replicated')),
      ...(coded?.pools ?? []).flatMap(pool =>
        coded === null ? [] : this.share(pool, bytesPerPool(coded), 'coded'),
      ),
    ]
  }

  private share(pool: ModelPool, bytes: number, form: Form): readonly Share[] {
    const tier = this.tierOfPool[pool.index]
    return tier === null ? [] : [{ tier, bytes, form }]
  }

  private count(shares: readonly Share[], sign: 1 | -1): void {
    for (const { tier, bytes, form } of shares) {
      this.accounts[tier].bytes += sign * bytes
      this.byForm[form] += sign * bytes
    }
  }

  /** What journals take of the pools, from now on. */
  noteJournals(bytesOn: ReadonlyMap<ModelPool, number>, atUs: number): void {
    this.settle(atUs)
    for (const { tier, bytes } of this.journals) this.accounts[tier].bytes -= bytes
    this.journals = [...bytesOn].flatMap(([pool, bytes]) => this.share(pool, bytes, 'coded'))
    for (const { tier, bytes } of this.journals) this.accounts[tier].bytes += bytes
  }

  /** Counts the bytes of copies: of those that an operator asked for, and the cluster's own. */
  hear(event: TruthEvent, volume: ModelVolume): void {
    if (event.kind === 'replica-added' && event.by === 'command') this.ordered.add(event.replica)
    if (event.kind === 'replica-added' && event.by === 'cluster') {
      this.healing.add(event.replica)
      this.rebuilds.begin(event.atUs)
    }
    if (event.kind === 'replica-synced' && this.ordered.delete(event.replica)) {
      this.movedBytes += allocatedBytes(volume)
    }
    if (event.kind === 'replica-synced' && this.healing.delete(event.replica)) {
      this.rebuilds.end(event.atUs, 2 * allocatedBytes(volume))
    }
    if (event.kind === 'replica-removed' && this.healing.delete(event.replica)) {
      this.rebuilds.stop(event.atUs)
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

  /** Raw bytes of replicas, of shards, and of journals. */
  bytesByForm(): Readonly<Record<Form | 'journal', number>> {
    const journal = this.journals.reduce((sum, { bytes }) => sum + bytes, 0)
    return { ...this.byForm, journal }
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

function slower(one: Tier | null, other: Tier): Tier {
  return one === null || tiers.indexOf(other) > tiers.indexOf(one) ? other : one
}
