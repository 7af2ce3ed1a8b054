/**
 * * The twin's claims, proved as they are made: what a job encodes is really encoded while it runs,
 * and what it reads or repairs is really damaged, rebuilt and compared. The engine waits for it
 * before the job's end passes, so that when it is done in truth reaches nothing.
 */
import type { ShardSet } from '../../src/core/code.js'
import { assert } from '../../src/core/errors.js'
import type { ModelCluster } from '../mayastor/cluster.js'
import type { ModelVolume } from '../mayastor/state.js'
import type { Proof, Proved, StripeRange } from './proof.js'
import type { Damage } from './stripe-batch.js'
import type { StripeTable } from './stripe-table.js'

export class Proving {
  /** Of all that was proved. */
  stripes = 0
  userBytes = 0
  rebuiltShards = 0
  /** The last work on each volume: the next one begins after it. */
  private readonly last = new Map<number, Promise<Proved | null>>()

  constructor(
    private readonly cluster: ModelCluster,
    private readonly table: StripeTable,
    private readonly proof: Proof,
  ) {}

  /** The last so many stripes of a volume begin to be written. */
  encode(volume: ModelVolume, stripes: number): void {
    const range = rangeOf(volume, stripes)
    const generation = volume.coded?.image?.writes ?? 0
    this.submit(volume, () => this.proof.encode(range, generation))
  }

  /** All stripes are read; `away`: shards of a stripe that nobody can read beside the lost ones. */
  read(volume: ModelVolume, away: (stripe: number) => ShardSet): void {
    const { index, coded } = volume
    const damage = new Map<number, Damage>()
    // As it is now: by the time a thread comes to it, a fault may have changed it.
    for (const { stripe, lost, flipped } of this.table.flawsOf(index)) {
      damage.set(stripe, { lost, flipped })
    }
    const missing = this.table.missingShards(index)
    const damageOf = (stripe: number): Damage => {
      const own = damage.get(stripe) ?? { lost: 0, flipped: 0 }
      return { ...own, lost: own.lost | missing(stripe) | away(stripe) }
    }
    const range = rangeOf(volume, coded?.stripes ?? 0)
    this.submit(volume, () => this.proof.restore(range, damageOf))
  }

  /** The job ends at this instant: so does what was submitted for it. */
  end(volume: ModelVolume): void {
    const work = this.last.get(volume.index)
    if (work === undefined) return
    this.last.delete(volume.index)
    const { cluster } = this
    const told = work.then(proved => {
      if (proved !== null) this.count(volume, proved)
    })
    cluster.engine().expect(cluster.nowUs, told)
  }

  forget(volume: ModelVolume): void {
    const { index } = volume
    const work = this.last.get(index) ?? Promise.resolve(null)
    const forgotten = work.then(() => {
      this.proof.forget(index)
      return null
    })
    this.last.delete(index)
    this.cluster.engine().expect(this.cluster.nowUs, forgotten)
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.last.values())
    await this.proof.close()
  }

  private submit(volume: ModelVolume, work: () => Promise<Proved>): void {
    const before = this.last.get(volume.index) ?? Promise.resolve(null)
    const after = before.then(work)
    // Whoever ends the job hears of a failure.
    after.catch(() => {})
    this.last.set(volume.index, after)
  }

  private count(volume: ModelVolume, proved: Proved): void {
    this.stripes += proved.stripes
    this.userBytes += proved.userBytes
    this.rebuiltShards += proved.rebuiltShards
    for (const { stripe } of proved.mismatches) {
      const lost = this.table.lost(volume.index, stripe)
      const atUs = this.cluster.nowUs
      this.cluster.tell({ kind: 'bytes-differ', atUs, volume: volume.id, stripe, lost })
    }
  }
}

function rangeOf({ index, coded }: ModelVolume, stripes: number): StripeRange {
  assert(coded?.geometry != null, 'what is proved has a code')
  const { geometry } = coded
  return { volume: index, geometry, first: coded.stripes - stripes, stripes }
}
