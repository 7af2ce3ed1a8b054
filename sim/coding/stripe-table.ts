/**
 * The stripes of all coded volumes. Stripes that stand on the same pools are a group, a row of
 * numbers; what befell single stripes is an exception. So a fleet of a hundred million stripes is a
 * hundred thousand rows.
 */

import { membersOf, type ShardSet, shardsOf } from '../../src/core/code.js'
import { assert } from '../../src/core/errors.js'
import type { StripeGeometry } from '../../src/core/stripe.js'
import { type Flaw, Flaws, groupOf, keyOf, mostStripes, ownOf } from './flaws.js'
import { GroupColumns } from './group-columns.js'
import { lossesLeft } from './losses-left.js'
import { countGroups, type StripeCounts } from './stripe-counts.js'
import { VolumeSummaries } from './volume-summaries.js'

/** User bytes of a group, where a stripe is not larger. */
export const groupBytes = 1_073_741_824

export interface CodedVolume {
  readonly volume: number
  readonly geometry: StripeGeometry
  readonly stripes: number
  readonly stripesPerGroup: number
  /** Pool of each place: shard i of group g stands at place (i + g) mod n. */
  readonly pools: readonly number[]
}

/** Shards that can be made again: of one stripe, or of a group. */
export interface Repair {
  readonly group: number
  readonly volume: number
  readonly firstStripe: number
  readonly stripes: number
  readonly shards: ShardSet
  readonly lossesLeft: number
  /** All stripes of the group lost the same shards. */
  readonly isGroup: boolean
}

export function stripesPerGroup(stripeBytes: number): number {
  return Math.max(1, Math.floor(groupBytes / stripeBytes))
}

export class StripeTable {
  private readonly columns = new GroupColumns()
  private readonly flaws = new Flaws()
  private readonly volumes = new Map<
    number,
    { readonly first: number; readonly coded: CodedVolume }
  >()

  /** Whatever changes a group's shards, pools or flaws makes its volume forgotten here. */
  private readonly summaries = new VolumeSummaries(this.columns, volume => this.groupsOf(volume))

  get groups(): number {
    return this.columns.count
  }

  /** Bytes of the typed arrays: all but a few objects a volume. */
  get bytes(): number {
    return this.columns.bytes + this.flaws.bytes
  }

  add(coded: CodedVolume): void {
    const { geometry, stripes, stripesPerGroup: perGroup, pools, volume } = coded
    assert(pools.length === shardsOf(geometry.code), 'each shard of a stripe has a pool')
    assert(perGroup >= 1 && perGroup <= mostStripes, 'a group has stripes, and not too many')
    assert(new Set(pools).size === pools.length, 'no pool holds two shards of a stripe')
    this.summaries.forget(volume)
    assert(!this.volumes.has(volume), `volume ${volume} has its stripes already`)
    this.volumes.set(volume, { first: this.columns.count, coded })
    for (let first = 0, group = 0; first < stripes; first += perGroup, group++) {
      const own = Math.min(perGroup, stripes - first)
      this.columns.add(volume, first, own, geometry.code, pools, group)
    }
  }

  /** The volume is coded no more. */
  remove(volume: number): void {
    for (const group of this.groupsOf(volume)) {
      this.forget(group, -1)
      this.columns.clear(group)
    }
    this.volumes.delete(volume)
    this.summaries.forget(volume)
  }

  *groupsOf(volume: number): Generator<number> {
    const own = this.volumes.get(volume)
    if (own === undefined) return
    const { stripes, stripesPerGroup: perGroup } = own.coded
    const end = own.first + Math.ceil(stripes / perGroup)
    for (let group = own.first; group < end; group++) yield group
  }

  generation(group: number): number {
    return this.columns.generation[group]
  }

  poolOf(group: number, shard: number): number {
    return this.columns.poolOf(group, shard)
  }

  /** Shards of one stripe that are lost, as far as anybody knows. */
  lost(volume: number, stripe: number): ShardSet {
    const { group, key } = this.place(volume, stripe)
    return this.columns.missing[group] | this.flaws.lost(key)
  }

  /** Shards of one stripe that are wrong, and that nobody has found yet. */
  flipped(volume: number, stripe: number): ShardSet {
    const { key } = this.place(volume, stripe)
    return this.flaws.flipped(key)
  }

  /** Places of the volume, as bits, that a shard of some group is missing at. */
  missingPlaces(volume: number): ShardSet {
    return this.summaries.missingPlaces(volume)
  }

  /** Everything that stood on the pool is gone. Answers how many shards. */
  losePool(pool: number): number {
    const { columns } = this
    let shards = 0
    for (let group = 0; group < columns.count; group++) {
      const shard = columns.shardOn(group, pool)
      if (shard < 0 || (columns.missing[group] & (1 << shard)) !== 0) continue
      columns.missing[group] |= 1 << shard
      this.summaries.forget(columns.volume[group])
      if (columns.flawed[group] > 0) this.forget(group, 1 << shard)
      shards += columns.stripes[group]
    }
    return shards
  }

  /**
   * Single shards on a pool are lost or flipped: those of the stripes that `hits` says. Answers how
   * many.
   */
  strike(
    pool: number,
    how: 'lost' | 'flipped',
    hits: (volume: number, stripe: number) => boolean,
  ): number {
    const { columns } = this
    let shards = 0
    for (let group = 0; group < columns.count; group++) {
      const shard = columns.shardOn(group, pool)
      if (shard < 0 || (columns.missing[group] & (1 << shard)) !== 0) continue
      const volume = columns.volume[group]
      const first = columns.first[group]
      for (let own = 0; own < columns.stripes[group]; own++) {
        if (hits(volume, first + own)) shards += this.hit(group, own, 1 << shard, how)
      }
    }
    return shards
  }

  /** Flipped shards of a stripe were found by their checksums: they are lost, and known to be. */
  found(volume: number, stripe: number): ShardSet {
    const { key } = this.place(volume, stripe)
    const flipped = this.flaws.flipped(key)
    if (flipped !== 0) this.write(key, this.flaws.lost(key) | flipped, 0)
    return flipped
  }

  /** The shards were made again. Where a pool is given, they stand there from now on. */
  repaired(
    { group, firstStripe, stripes, shards, isGroup }: Repair,
    pool: number | null = null,
  ): void {
    const { columns } = this
    this.summaries.forget(columns.volume[group])
    if (isGroup) {
      columns.missing[group] &= ~shards
      if (columns.flawed[group] > 0) this.forget(group, shards)
    } else {
      assert(pool === null, 'stripes of one group stand on the same pools')
      const begin = firstStripe - columns.first[group]
      for (let own = begin; own < begin + stripes; own++) this.forgive(keyOf(group, own), shards)
    }
    if (pool === null) return
    for (const shard of membersOf(shards)) columns.move(group, shard, pool)
    columns.generation[group] += 1
  }

  /** All shards of one place of a volume stand on another pool from now on, and are there. */
  movePlace(volume: number, place: number, pool: number): void {
    const { columns } = this
    let rotation = 0
    for (const group of this.groupsOf(volume)) {
      const shards = shardsOf(columns.codeOf(group))
      const shard = (place + shards - (rotation % shards)) % shards
      const [firstStripe, stripes] = [columns.first[group], columns.stripes[group]]
      const repair = { group, volume, firstStripe, stripes, shards: 1 << shard }
      this.repaired({ ...repair, lossesLeft: 0, isGroup: true }, pool)
      rotation += 1
    }
  }

  /** Single stripes of the volume that have a flaw of their own. */
  *flawsOf(volume: number): Generator<Flaw> {
    const { columns, flaws } = this
    for (const group of this.groupsOf(volume)) {
      if (columns.flawed[group] === 0) continue
      for (let own = 0; own < columns.stripes[group]; own++) {
        const key = keyOf(group, own)
        const [lost, flipped] = [flaws.lost(key), flaws.flipped(key)]
        if ((lost | flipped) !== 0) yield { stripe: columns.first[group] + own, lost, flipped }
      }
    }
  }

  /** Shards that every stripe of the same group misses, as they are now. */
  missingShards(volume: number): (stripe: number) => ShardSet {
    const missing = [...this.groupsOf(volume)].map(group => this.columns.missing[group])
    const perGroup = this.volumes.get(volume)?.coded.stripesPerGroup ?? 1
    return stripe => missing[Math.floor(stripe / perGroup)] ?? 0
  }

  /** What can be made again, the most endangered first, then in the order of volumes. */
  repairs(): readonly Repair[] {
    const { columns } = this
    const found: Repair[] = []
    const consider = (group: number, own: number | null, shards: ShardSet): void => {
      const left = lossesLeft(columns.codeOf(group), columns.missing[group] | shards)
      if (shards === 0 || left < 0) return
      const volume = columns.volume[group]
      const isGroup = own === null
      const stripes = isGroup ? columns.stripes[group] : 1
      const firstStripe = columns.first[group] + (own ?? 0)
      found.push({ group, volume, firstStripe, stripes, shards, lossesLeft: left, isGroup })
    }
    this.flaws.each((key, lost) => consider(groupOf(key), ownOf(key), lost))
    for (let group = 0; group < columns.count; group++) {
      consider(group, null, columns.missing[group])
    }
    return found.sort(
      (left, right) =>
        left.lossesLeft - right.lossesLeft ||
        left.group - right.group ||
        left.firstStripe - right.firstStripe ||
        left.stripes - right.stripes,
    )
  }

  /** Of one volume's stripes, as far as anybody knows; those on pools that are away counted too. */
  countsOf(volume: number, isAway: (pool: number) => boolean): StripeCounts {
    return this.summaries.counts(volume, isAway, () =>
      countGroups(this.groupsOf(volume), this.columns, this.flaws, isAway, 'known'),
    )
  }

  /** Of what is true, found or not. */
  counts(): StripeCounts {
    const groups = Array.from({ length: this.columns.count }, (_, group) => group)
    return countGroups(groups, this.columns, this.flaws, () => false, 'truth')
  }

  private hit(group: number, own: number, shard: ShardSet, how: 'lost' | 'flipped'): number {
    const key = keyOf(group, own)
    const lost = this.flaws.lost(key)
    const flipped = this.flaws.flipped(key)
    if (((lost | (how === 'flipped' ? flipped : 0)) & shard) !== 0) return 0
    if (how === 'lost') this.write(key, lost | shard, flipped & ~shard)
    else this.write(key, lost, flipped | shard)
    return 1
  }

  /** Exceptions of these shards in a group are no more. */
  private forget(group: number, shards: ShardSet): void {
    if (this.columns.flawed[group] === 0) return
    for (let own = 0; own < this.columns.stripes[group]; own++)
      this.forgive(keyOf(group, own), shards)
  }

  private forgive(key: number, shards: ShardSet): void {
    this.write(key, this.flaws.lost(key) & ~shards, this.flaws.flipped(key) & ~shards)
  }

  private write(key: number, lost: ShardSet, flipped: ShardSet): void {
    const before = this.flaws.lost(key) | this.flaws.flipped(key)
    const after = lost | flipped
    this.summaries.forget(this.columns.volume[groupOf(key)])
    if ((before === 0) !== (after === 0)) {
      this.columns.flawed[groupOf(key)] += after === 0 ? -1 : 1
    }
    this.flaws.set(key, lost, flipped)
  }

  private place(volume: number, stripe: number): { readonly group: number; readonly key: number } {
    const own = this.volumes.get(volume)
    assert(own !== undefined, `volume ${volume} has no stripes`)
    const perGroup = own.coded.stripesPerGroup
    const group = own.first + Math.floor(stripe / perGroup)
    return { group, key: keyOf(group, stripe % perGroup) }
  }
}
