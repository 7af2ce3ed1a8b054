/** Where readers of series put their samples. */
import type { SeriesUnit } from './formats/series/unit.js'
import { type PlaceKind, Warnings } from './problem.js'
import type { Samples } from './series-rows.js'
import type { TimeSorter } from './time-sorter.js'
import { VolumeNames } from './volume-names.js'

/** One series: a quantity of a volume. Several may be of one volume and quantity: they add up. */
export interface Series {
  readonly volume: number
  readonly unit: SeriesUnit
}

/** Distances between samples that are told apart; more are no regular series anyway. */
const mostSteps = 4096

export class SeriesSink {
  readonly volumes = new VolumeNames()
  readonly warnings = new Warnings()
  readonly series: Series[] = []
  /** Points of the file that is being read: rows of a text, samples of a range query. */
  points = 0
  allPoints = 0
  firstUs = Number.POSITIVE_INFINITY
  lastUs = Number.NEGATIVE_INFINITY
  private readonly indexes = new Map<string, number>()
  private readonly lastOfSeries: number[] = []
  private readonly steps = new Map<number, number>()
  private places: PlaceKind = 'line'

  constructor(private readonly sorter: TimeSorter<Samples>) {}

  beginFile(places: PlaceKind): void {
    this.places = places
    this.points = 0
  }

  /** The index of a series. `key` tells series of one volume and quantity apart. */
  indexOf(volume: string, unit: SeriesUnit, key = ''): number {
    const name = JSON.stringify([volume, unit.quantity, unit.kind, key])
    const known = this.indexes.get(name)
    if (known !== undefined) return known
    const index = this.series.length
    this.indexes.set(name, index)
    this.series.push({ volume: this.volumes.indexOf(volume), unit })
    this.lastOfSeries.push(Number.NaN)
    return index
  }

  point(timeUs: number): void {
    this.points += 1
    this.allPoints += 1
    if (timeUs < this.firstUs) this.firstUs = timeUs
    if (timeUs > this.lastUs) this.lastUs = timeUs
  }

  sample(series: number, timeUs: number, value: number, place: number): void {
    const stepUs = timeUs - this.lastOfSeries[series]
    if (stepUs < 0) this.warn('TRACE_TIME_BACKWARD', place)
    else this.lastOfSeries[series] = timeUs
    if (stepUs > 0 && (this.steps.size < mostSteps || this.steps.has(stepUs))) {
      this.steps.set(stepUs, (this.steps.get(stepUs) ?? 0) + 1)
    }
    this.sorter.room().add(timeUs, series, value)
  }

  warn(code: Parameters<Warnings['add']>[0], place: number | null): void {
    this.warnings.add(code, this.places, place)
  }

  /**
   * The distance that is met most often, the smaller of two; null when no series has two samples.
   */
  get intervalUs(): number | null {
    let best: number | null = null
    let most = 0
    for (const [stepUs, count] of this.steps) {
      if (count < most || (count === most && best !== null && stepUs > best)) continue
      most = count
      best = stepUs
    }
    return best
  }
}
