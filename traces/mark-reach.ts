/** How many volumes would ever reach a policy's marks: the extremes of each one's heat. */
import type { LoadVisitor } from './load-by-volume.js'
import type { OpenedTrace } from './open-columns.js'

/** The sampling window moves on by this part of itself. */
const parts = 24
/** The window's parts, and as many ahead of it. */
const slots = 2 * parts
/** Below this share of the window heat is unknown. */
const leastCoverage = 0.8

export class HeatExtremes implements LoadVisitor {
  readonly highest: Float64Array
  readonly lowest: Float64Array
  /** The trace is shorter than the window: heat is its mean over all of it. */
  readonly isShort: boolean
  private readonly firstUs: number
  private readonly partUs: number
  private readonly ring: Float64Array
  private readonly coveredRing: Float64Array
  private readonly sum: Float64Array
  private readonly covered: Float64Array
  private readonly volumes: number
  /** Series know only some time of a volume; request traces all of it. */
  private readonly isSeries: boolean
  private part = 0

  constructor(
    private readonly source: OpenedTrace,
    samplingWindowUs: number,
  ) {
    // The last request lies within the time that it ends.
    const spanUs = source.lastUs - source.firstUs + 1
    this.isShort = spanUs < samplingWindowUs
    this.partUs = Math.max(1, Math.min(samplingWindowUs, spanUs) / parts)
    this.firstUs = source.firstUs
    this.volumes = source.volumes.length
    this.isSeries = source.grain === 'series'
    this.ring = new Float64Array(this.volumes * slots)
    this.coveredRing = new Float64Array(this.volumes * slots)
    this.sum = new Float64Array(this.volumes)
    this.covered = new Float64Array(this.volumes)
    this.highest = new Float64Array(this.volumes).fill(Number.NaN)
    this.lowest = new Float64Array(this.volumes).fill(Number.NaN)
  }

  load(volume: number, startUs: number, spanUs: number, count: number): void {
    this.moveTo(Math.floor((startUs - this.firstUs) / this.partUs))
    if (spanUs <= this.partUs) this.put(volume, this.part, count, spanUs)
    else this.spread(volume, startUs, spanUs, count)
  }

  /** Ends the last window that is whole. */
  end(): void {
    const last = Math.floor((this.source.lastUs - this.firstUs) / this.partUs)
    this.moveTo(Math.max(last, parts))
  }

  /** An interval longer than a part lies in several; those ahead are filled before they come. */
  private spread(volume: number, startUs: number, spanUs: number, count: number): void {
    const endUs = Math.min(startUs + spanUs, startUs + (parts - 1) * this.partUs)
    for (let atUs = startUs; atUs < endUs; ) {
      const part = Math.floor((atUs - this.firstUs) / this.partUs)
      const nextUs = Math.min(endUs, this.firstUs + (part + 1) * this.partUs)
      const shareUs = nextUs > atUs ? nextUs - atUs : this.partUs
      this.put(volume, part, (count * shareUs) / spanUs, shareUs)
      atUs += shareUs
    }
  }

  private put(volume: number, part: number, count: number, coveredUs: number): void {
    const at = (part % slots) * this.volumes + volume
    this.ring[at] += count
    this.coveredRing[at] += coveredUs
  }

  private moveTo(part: number): void {
    for (let ended = 0; this.part < part; ended++) {
      // Once the whole ring has passed, nothing is in it: a long silence is one step.
      if (ended === slots) {
        this.part = part
        return
      }
      this.endPart()
      this.part += 1
    }
  }

  /**
   * The part's figures come into the window, and those of the part that leaves it are taken out.
   */
  private endPart(): void {
    const { volumes } = this
    const now = (this.part % slots) * volumes
    const leaving = ((this.part + parts + 1) % slots) * volumes
    const isFull = this.part >= parts - 1
    for (let volume = 0; volume < volumes; volume++) {
      this.sum[volume] += this.ring[now + volume]
      this.covered[volume] += this.isSeries ? this.coveredRing[now + volume] : this.partUs
      if (!isFull) continue
      this.note(volume)
      this.sum[volume] -= this.ring[leaving + volume]
      this.covered[volume] -= this.isSeries ? this.coveredRing[leaving + volume] : this.partUs
      this.ring[leaving + volume] = 0
      this.coveredRing[leaving + volume] = 0
    }
  }

  private note(volume: number): void {
    const coveredUs = this.covered[volume]
    if (coveredUs < leastCoverage * parts * this.partUs) return
    const heat = Math.max(0, (this.sum[volume] * 1_000_000) / coveredUs)
    if (!(heat <= this.highest[volume])) this.highest[volume] = heat
    if (!(heat >= this.lowest[volume])) this.lowest[volume] = heat
  }
}

/** Volumes whose heat was ever at or above a mark. */
export function everAbove(extremes: HeatExtremes, iops: number): number {
  return extremes.highest.reduce((count, heat) => count + (heat >= iops ? 1 : 0), 0)
}

/** Volumes whose heat was ever at or below a mark. */
export function everBelow(extremes: HeatExtremes, iops: number): number {
  return extremes.lowest.reduce((count, heat) => count + (heat <= iops ? 1 : 0), 0)
}
