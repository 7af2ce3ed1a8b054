/** What the coder is busy with: one transfer a volume, and how far it is. */
import type { FinishedTransfer, Leg } from '../data-path.js'
import type { ModelCluster } from '../mayastor/cluster.js'
import type { ModelVolume } from '../mayastor/state.js'
import type { ModelCoded, ModelJob } from './model-coded.js'
import type { Proving } from './proving.js'

export interface EndedJob {
  readonly volume: ModelVolume
  readonly coded: ModelCoded
  readonly kind: ModelJob['kind']
  /** Stripes that it did. */
  readonly stripes: number
}

export class CoderJobs {
  private readonly running = new Map<number, ModelVolume>()

  constructor(
    private readonly cluster: ModelCluster,
    private readonly proving: Proving | null,
  ) {}

  start(
    volume: ModelVolume,
    kind: ModelJob['kind'],
    stripes: number,
    reads: readonly Leg[],
    writes: readonly Leg[],
  ): void {
    const { coded } = volume
    if (coded?.geometry == null) return
    const { cluster } = this
    const transfer = cluster.transferId()
    if (kind === 'encode') this.proving?.encode(volume, stripes)
    else this.proving?.read(volume, () => 0)
    coded.job = { kind, transfer, before: coded.stripes - stripes, stripes }
    this.running.set(transfer, volume)
    const bytes = Math.max(1, stripes * coded.geometry.stripeBytes)
    cluster.dataPath.startTransfer({ id: transfer, bytes, reads, writes }, cluster.nowUs)
  }

  stop({ coded }: ModelVolume): void {
    if (coded?.job == null) return
    this.cluster.dataPath.stopTransfer(coded.job.transfer)
    this.running.delete(coded.job.transfer)
    coded.job = null
  }

  /** The job that a transfer was; null: none. */
  finished({ id }: FinishedTransfer): EndedJob | null {
    const volume = this.running.get(id)
    const coded = volume?.coded
    this.running.delete(id)
    if (volume === undefined || coded?.job?.transfer !== id) return null
    const { kind, stripes } = coded.job
    coded.job = null
    this.proving?.end(volume)
    return { volume, coded, kind, stripes }
  }
}

/** Stripes that the running job has done, with those before it. */
export function doneStripes(coded: ModelCoded, cluster: ModelCluster): number {
  const { job, geometry } = coded
  if (job === null || geometry === null) return 0
  const bytes = cluster.dataPath.transferredBytes(job.transfer)
  return job.before + Math.min(job.stripes - 1, Math.floor(bytes / geometry.stripeBytes))
}
