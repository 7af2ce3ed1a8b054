/** A modelled coder alone: three hot pools, eight cold ones, a node each; work ends by hand. */
import type { FinishedTransfer } from '../../../sim/data-path.js'
import type { ModelPool } from '../../../sim/mayastor/state.js'
import type { CodedEvent } from '../../../src/core/coded-event.js'
import { isOfCoded } from '../../../src/core/coded-event.js'
import type { CodedForm, Coding } from '../../../src/core/coded-form.js'
import { type PoolId, poolId } from '../../../src/core/model.js'
import type { ErasureCodingPolicyObject } from '../../../src/core/resources.js'
import type { StripeCommand } from '../../../src/core/stripe-command.js'
import { BenchCluster, type BenchPool, type BenchVolume } from '../mayastor/bench-cluster.js'

export const coding: Coding = {
  policy: 'coding',
  code: { kind: 'reed-solomon', dataShards: 3, parityShards: 2 },
  stripeBytes: 1_048_576,
}
export const shards = coding.code.dataShards + 2
/** Of a stripe: a third of a MiB in whole pages, and the page of trailers. */
export const slot = 86 * 4096 + 4096

type Untold<Kind> = Kind extends unknown ? Omit<Kind, 'volume'> : never

interface Options {
  readonly pools?: readonly BenchPool[]
  readonly volumes?: readonly BenchVolume[]
  readonly codings?: readonly ErasureCodingPolicyObject[]
}

export class BenchCoder {
  readonly bench: BenchCluster

  constructor(options: Options = {}) {
    const hot = [0, 1, 2].map(node => ({ node, tier: 'hot' as const }))
    const cold = Array.from({ length: 8 }, (_, at) => ({ node: 3 + at, tier: 'cold' as const }))
    const volumes = options.volumes ?? [{ on: [0, 1, 2] }]
    this.bench = new BenchCluster({ pools: [...hot, ...cold], ...options, volumes })
  }

  /** How the command was answered: `done`, or why it was refused. */
  ask(command: Untold<StripeCommand>, of = 0): string {
    const volume = this.bench.control.volumes[of].id
    const reply = this.bench.control.coder.perform({ ...command, volume })
    return reply.kind === 'refused' ? `${reply.refusal}: ${reply.text}` : reply.kind
  }

  pool(at: number): ModelPool {
    return this.bench.control.pools[at]
  }

  form(of = 0): CodedForm | null {
    const { control } = this.bench
    return control.coder.store.form(control.volumes[of])
  }

  /** Ends all that the coder works on; answers how many transfers these were. */
  finish(): number {
    const ids = [...this.bench.path.copies.keys()]
    for (const id of ids) this.finishOne({ id, atUs: this.bench.engine.nowUs })
    return ids.length
  }

  private finishOne(transfer: FinishedTransfer): void {
    this.bench.path.copies.delete(transfer.id)
    this.bench.control.transferFinished(transfer)
  }

  encode(image = 'one', on: readonly PoolId[] = coldPools(0), of = 0): string {
    return this.ask({ kind: 'encode', image, coding, pools: on }, of)
  }

  /** To the coded form, up to this step. */
  to(step: 'encoded' | 'read-back' | 'serves' | 'released', of = 0, on = coldPools(0)): this {
    const steps: readonly (() => string)[] = [
      () => this.ask({ kind: 'make-image', image: 'one' }, of),
      () => this.encode('one', on, of),
    ]
    for (const ask of steps) this.mustDo(ask())
    this.finish()
    if (step === 'encoded') return this
    this.mustDo(this.ask({ kind: 'read-back', image: 'one' }, of))
    this.finish()
    if (step === 'read-back') return this
    const replicas = this.bench.control.volumes[of].replicaCount
    this.mustDo(this.ask({ kind: 'serve-coded', image: 'one', replicas }, of))
    if (step === 'serves') return this
    this.mustDo(this.ask({ kind: 'release-source' }, of))
    return this
  }

  private mustDo(answer: string): void {
    if (answer !== 'done') throw new Error(answer)
  }

  get told(): readonly CodedEvent[] {
    return this.bench.told.filter(isOfCoded)
  }

  get kinds(): readonly string[] {
    return this.told.map(event => event.kind)
  }

  used(from = 0): readonly number[] {
    return this.bench.control.pools.slice(from).map(pool => pool.usedBytes)
  }

  get transfers(): readonly Readonly<Record<string, unknown>>[] {
    return [...this.bench.path.copies.values()].map(({ bytes, reads, writes }) => ({
      bytes,
      reads: reads.map(leg => leg.pool),
      writes: writes.map(leg => leg.pool),
    }))
  }
}

/** Five cold pools, from the so manieth on. */
export function coldPools(first: number): readonly PoolId[] {
  return Array.from({ length: shards }, (_, at) => poolId(`pool-${3 + first + at}`))
}
