/**
 * The proof that what the twin claims to encode can be read back. Sampled stripes are really
 * encoded on worker threads, really damaged as the faults say, found out by their checksums,
 * rebuilt, and every byte of them is compared with what belongs there. Nothing but checksums is
 * kept: a stripe is made again from its name. What comes out depends on no thread, no engine and no
 * order.
 */
import { codeName } from '../../src/core/code.js'
import { assert } from '../../src/core/errors.js'
import type { StripeGeometry } from '../../src/core/stripe.js'
import type { EngineName } from '../../src/ec/codec.js'
import type { Coder } from '../../src/ec/coder.js'
import { openCoder } from '../../src/ec/open-coder.js'
import type { Chance } from '../scenario/model.js'
import type { StripeName } from './payload.js'
import { type Damage, type Mismatch, StripeBatch } from './stripe-batch.js'
import { type StripeChance, stripeChance } from './stripe-chance.js'

export interface ProofOptions {
  readonly seed: number
  readonly sample: Chance
  /** Null: the best that is here for the code. */
  readonly engine: EngineName | null
  readonly threads: number
}

/** Stripes of one volume, in order. */
export interface StripeRange {
  readonly volume: number
  readonly geometry: StripeGeometry
  readonly first: number
  readonly stripes: number
}

export interface Proved {
  readonly stripes: number
  readonly userBytes: number
  readonly rebuiltShards: number
  /** Stripes that had lost more than their code can rebuild. */
  readonly lostStripes: number
  /** In the order of the stripes: law 11 is broken. */
  readonly mismatches: readonly Mismatch[]
}

/** What is kept of a stripe: its data's checksums, and what was written to it. */
interface Kept {
  readonly generation: number
  readonly checksums: Uint32Array
}

export class Proof {
  private readonly sampled: StripeChance
  private readonly coders = new Map<string, Promise<Coder>>()
  private readonly kept = new Map<number, Map<number, Kept>>()

  constructor(private readonly options: ProofOptions) {
    this.sampled = stripeChance(options.seed, 'sample', options.sample)
  }

  /** Encodes the sampled stripes, which carry this generation from now on. */
  async encode(range: StripeRange, generation: number): Promise<Proved> {
    const { volume, geometry } = range
    const own = this.keptOf(volume)
    const names = this.sampledIn(range).map(stripe => ({ volume, stripe, generation }))
    return this.inBatches(geometry, names, async (batch, some) => {
      await batch.encode()
      for (const [at, { stripe }] of some.entries()) {
        const checksums = batch.checksums(at, geometry.code.dataShards)
        own.set(stripe, { generation, checksums })
      }
    })
  }

  /**
   * Damages the sampled stripes as they are damaged at this instant, finds it by the checksums,
   * makes the shards again and compares every byte. Without damage it is a reading back.
   */
  async restore(range: StripeRange, damageOf: (stripe: number) => Damage): Promise<Proved> {
    const { volume, geometry } = range
    const own = this.keptOf(volume)
    const found = this.sampledIn(range).map(stripe => {
      const kept = own.get(stripe)
      assert(kept !== undefined, 'a stripe is encoded before it is read')
      const { generation, checksums } = kept
      return { volume, stripe, generation, checksums, damage: damageOf(stripe) }
    })
    return this.inBatches(geometry, found, async (batch, some) => {
      await batch.encode()
      for (const [at, { checksums }] of some.entries()) batch.compareChecksums(at, checksums)
      await batch.restore(some.map(one => one.damage))
    })
  }

  /** The volume is coded no more. */
  forget(volume: number): void {
    this.kept.delete(volume)
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.coders.values())
    for (const one of opened) if (one.status === 'fulfilled') await one.value.close()
    this.coders.clear()
  }

  private sampledIn({ volume, first, stripes }: StripeRange): readonly number[] {
    const found: number[] = []
    for (let stripe = first; stripe < first + stripes; stripe++) {
      if (this.sampled(volume, stripe)) found.push(stripe)
    }
    return found
  }

  private keptOf(volume: number): Map<number, Kept> {
    const own = this.kept.get(volume) ?? new Map<number, Kept>()
    this.kept.set(volume, own)
    return own
  }

  /** As many stripes at a time as a place of the ring holds; batches run side by side. */
  private async inBatches<Name extends StripeName>(
    geometry: StripeGeometry,
    names: readonly Name[],
    work: (batch: StripeBatch, names: readonly Name[]) => Promise<void>,
  ): Promise<Proved> {
    if (names.length === 0) return { ...nothingProved, mismatches: [] }
    const coder = await this.coderOf(geometry)
    const running: Promise<StripeBatch>[] = []
    for (let first = 0; first < names.length; ) {
      const place = await coder.take()
      const some = names.slice(first, first + place.stripes)
      first += some.length
      const batch = new StripeBatch(coder, place, this.options.seed, some)
      const done = work(batch, some)
        .then(() => batch)
        .finally(() => coder.give(place))
      // Whoever waits below is told; until then nobody looks, and that is no accident.
      done.catch(() => {})
      running.push(done)
    }
    const batches = await Promise.all(running)
    const sum = (of: (batch: StripeBatch) => number): number =>
      batches.reduce((total, batch) => total + of(batch), 0)
    return {
      stripes: names.length,
      userBytes: names.length * geometry.stripeBytes,
      rebuiltShards: sum(batch => batch.rebuiltShards),
      lostStripes: sum(batch => batch.lostStripes),
      mismatches: batches.flatMap(batch => batch.mismatches),
    }
  }

  private coderOf(geometry: StripeGeometry): Promise<Coder> {
    const name = `${codeName(geometry.code)} ${geometry.stripeBytes}`
    const { engine, threads } = this.options
    const wish = engine === null ? {} : { engine }
    const coder = this.coders.get(name) ?? openCoder({ geometry, threads, ...wish })
    this.coders.set(name, coder)
    return coder
  }
}

const nothingProved = { stripes: 0, userBytes: 0, rebuiltShards: 0, lostStripes: 0 }
