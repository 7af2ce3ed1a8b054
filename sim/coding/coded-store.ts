/**
 * * Where the shards of all coded volumes are and how they stand: room on pools, the table of
 * stripes, the journals, and what becomes of them when pools go away. What it repairs is in
 * coded-repairs.ts.
 */
import { type ShardSet, shardsOf } from '../../src/core/code.js'
import type { CodedForm } from '../../src/core/coded-form.js'
import { assert } from '../../src/core/errors.js'
import type { Tier } from '../../src/core/model.js'
import type { ErasureCodingPolicyObject } from '../../src/core/resources.js'
import { slotBytes } from '../../src/core/stripe.js'
import type { CodedRoute, FinishedTransfer } from '../data-path.js'
import type { ModelCluster } from '../mayastor/cluster.js'
import type { ModelPool, ModelVolume } from '../mayastor/state.js'
import type { CodingSettings } from '../scenario/model.js'
import { CodedRepairs } from './coded-repairs.js'
import { CodedScrubs } from './coded-scrubs.js'
import { doneStripes } from './coder-jobs.js'
import { Journals } from './journals.js'
import type { ModelCoded } from './model-coded.js'
import type { Proof } from './proof.js'
import { Proving } from './proving.js'
import type { StripeChance } from './stripe-chance.js'
import type { StripeCounts } from './stripe-counts.js'
import { StripeTable, stripesPerGroup } from './stripe-table.js'

export interface CodedOptions {
  /** Aligned with the pools. */
  readonly tierOfPool: readonly (Tier | null)[]
  readonly codingPolicies: readonly ErasureCodingPolicyObject[]
  readonly coding: CodingSettings
  readonly proof: Proof | null
}

export class CodedStore {
  readonly table = new StripeTable()
  readonly repairs: CodedRepairs
  readonly scrubs: CodedScrubs
  /** Null: nothing is really encoded. */
  readonly proving: Proving | null
  readonly journals: Journals
  /** What was last told of each volume's stripes. */
  private readonly told = new Map<ModelVolume, string>()

  constructor(
    private readonly cluster: ModelCluster,
    readonly options: CodedOptions,
  ) {
    const { tierOfPool, codingPolicies, coding, proof } = options
    this.journals = new Journals(cluster.pools, tierOfPool, codingPolicies, coding.journalTier)
    this.repairs = new CodedRepairs(cluster, this)
    this.scrubs = new CodedScrubs(cluster, this)
    this.proving = proof === null ? null : new Proving(cluster, this.table, proof)
  }

  add(volume: ModelVolume, coded: ModelCoded): void {
    const { coding, geometry, stripes, pools } = coded
    assert(coding !== null && geometry !== null, 'what is placed has a code')
    for (const pool of pools) take(pool, bytesPerPool(coded))
    this.journals.use(coding.policy)
    this.table.add({
      volume: volume.index,
      geometry,
      stripes,
      stripesPerGroup: this.perGroup(coding.stripeBytes),
      pools: pools.map(pool => pool.index),
    })
    this.scrubs.plan(volume)
  }

  remove(volume: ModelVolume, coded: ModelCoded): void {
    this.repairs.stop(volume)
    this.scrubs.stop(volume)
    this.proving?.forget(volume)
    for (const pool of coded.pools) take(pool, -bytesPerPool(coded))
    this.table.remove(volume.index)
    this.told.delete(volume)
  }

  /** Every stripe has every shard, as far as anybody knows. */
  isWhole(volume: ModelVolume): boolean {
    const { healthy } = this.counts(volume)
    return healthy === (volume.coded?.stripes ?? 0)
  }

  /** Its shards on the pool cannot be read now. */
  isAway(volume: ModelVolume, pool: ModelPool): boolean {
    if (isDown(pool)) return true
    const place = volume.coded?.pools.indexOf(pool) ?? -1
    return place >= 0 && (this.table.missingPlaces(volume.index) & (1 << place)) !== 0
  }

  counts(volume: ModelVolume): StripeCounts {
    const { pools } = this.cluster
    return this.table.countsOf(volume.index, pool => isDown(pools[pool]))
  }

  /** A pool went, came back, or came back empty. */
  poolChanged(pool: ModelPool): void {
    const volumes = this.cluster.volumes.filter(one => one.coded?.pools.includes(pool) === true)
    for (const volume of volumes) this.changed(volume)
    this.repairs.poolChanged(pool, volumes)
  }

  /** Everything that stood on the pool is gone for good. */
  losePool(pool: number): void {
    if (this.table.losePool(pool) > 0) this.poolChanged(this.cluster.pools[pool])
  }

  /** Single shards on a pool are lost or flipped, of the stripes that `hits` says. */
  strike(pool: number, how: 'lost' | 'flipped', hits: StripeChance): void {
    if (this.table.strike(pool, how, hits) === 0) return
    const struck = this.cluster.pools[pool]
    for (const volume of this.cluster.volumes) {
      if (volume.coded?.pools.includes(struck) === true) this.changed(volume)
    }
  }

  /** The coding policy of a coded volume. */
  policyOf({ coded }: ModelVolume): ErasureCodingPolicyObject | null {
    const name = coded?.coding?.policy
    return this.options.codingPolicies.find(one => one.name === name) ?? null
  }

  /** Shards of a stripe that stand on pools which cannot be read now. */
  awayShards({ coded }: ModelVolume, stripe: number): ShardSet {
    let away = 0
    const pools = coded?.pools ?? []
    const group = Math.floor(stripe / this.perGroup(coded?.coding?.stripeBytes ?? 1))
    pools.forEach((pool, place) => {
      const shard = (place + pools.length - (group % pools.length)) % pools.length
      if (isDown(pool)) away |= 1 << shard
    })
    return away
  }

  private perGroup(stripeBytes: number): number {
    return this.options.coding.stripesPerGroup ?? stripesPerGroup(stripeBytes)
  }

  /** Tells how the volume's stripes stand, where that is news; readers and routes see it too. */
  changed(volume: ModelVolume): void {
    const { degraded, oneFromDanger, lost } = this.counts(volume)
    const short = degraded + oneFromDanger + lost
    const news = `${short}/${oneFromDanger}/${lost}`
    this.cluster.changed(volume)
    if (news === (this.told.get(volume) ?? '0/0/0')) return
    this.told.set(volume, news)
    this.cluster.tell({
      kind: 'stripes-changed',
      atUs: this.cluster.nowUs,
      volume: volume.id,
      degraded: short,
      endangered: oneFromDanger,
      lost,
    })
  }

  transferFinished(transfer: FinishedTransfer): boolean {
    return this.repairs.transferFinished(transfer) || this.scrubs.transferFinished(transfer)
  }

  route({ index, coded }: ModelVolume): CodedRoute | null {
    if (coded?.serves !== true || coded.geometry === null || coded.coding === null) return null
    const { geometry, pools, coding } = coded
    const destageIntervalUs = this.journals.destageIntervalUs(coding.policy)
    let missing = this.table.missingPlaces(index)
    pools.forEach((pool, place) => {
      if (isDown(pool)) missing |= 1 << place
    })
    return {
      geometry,
      pools: pools.map(pool => pool.index),
      stripesPerGroup: this.perGroup(coding.stripeBytes),
      missing,
      journal: this.journals
        .poolsOf(coding.policy)
        .filter(pool => !isDown(pool))
        .map(indexOf),
      ...(destageIntervalUs === null ? {} : { destageIntervalUs }),
    }
  }

  /** As its coder tells it to readers. */
  form(volume: ModelVolume): CodedForm | null {
    const { coded } = volume
    if (coded === null) return null
    const { job, coding } = coded
    const done = doneStripes(coded, this.cluster)
    const counts = coding === null ? none : this.counts(volume)
    return {
      code: coding?.code ?? { kind: 'reed-solomon', dataShards: 1, parityShards: 1 },
      stripeBytes: coding?.stripeBytes ?? 0,
      pools: coded.pools.map(pool => pool.id),
      stripes: coded.stripes,
      image: coded.image?.name ?? null,
      encodedStripes: job?.kind === 'encode' ? done : coded.encodedStripes,
      readBackStripes: job?.kind === 'read-back' ? done : coded.readBackStripes,
      restoredStripes: job?.kind === 'restore' ? done : coded.restoredStripes,
      job: job?.kind ?? null,
      serves: coded.serves,
      replicaCount: coded.replicaCount,
      degradedStripes: counts.degraded + counts.oneFromDanger + counts.lost,
      endangeredStripes: counts.oneFromDanger,
      lostStripes: counts.lost,
    }
  }
}

const none: StripeCounts = { healthy: 0, degraded: 0, oneFromDanger: 0, lost: 0 }

export function isDown({ node, status }: ModelPool): boolean {
  return !node.online || (status !== 'online' && status !== 'degraded')
}

/** Room that shards or a journal take of a pool, or give back. */
export function take(pool: ModelPool, bytes: number): void {
  pool.usedBytes += bytes
  pool.committedBytes += bytes
}

/** What a volume takes of each of its pools. */
export function bytesPerPool({ geometry, stripes }: ModelCoded): number {
  return geometry === null ? 0 : stripes * slotBytes(geometry)
}

/** Raw bytes of the volume's coded form. */
export function bytesOfForm(coded: ModelCoded): number {
  return coded.geometry === null ? 0 : bytesPerPool(coded) * shardsOf(coded.geometry.code)
}

function indexOf({ index }: ModelPool): number {
  return index
}
