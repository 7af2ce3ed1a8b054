/**
 * The modelled exporter and the Prometheus that scrapes it: cumulative counters by volume and node
 * of its target, kept as the last scrape before each instant that somebody may ask for. A gap is a
 * missing scrape; a target that moves, or an engine that restarts, starts its counters at zero.
 */
import type { CounterColumns, CounterQuery, CounterSeries } from '../src/core/counters.js'
import type { NodeId, VolumeId } from '../src/core/model.js'

/** Instants that are kept for each point interval: the points of a window and some. */
const keptInstants = 128

interface Grid {
  readonly stepUs: number
  /** Values by (instant, series); NaN where no scrape lies in the step before the instant. */
  readonly values: (Float64Array | null)[]
  readonly instants: Float64Array
}

/** What a scrape of a node finds: a broken exporter is missing, or reads zero. */
export type Shown = 'counts' | 'nothing' | 'zero'

/** One counter as an exporter shows it now. */
export interface ShownCounter extends CounterSeries {
  readonly value: number
}

export class Exporter {
  private readonly grids = new Map<number, Grid>()
  private readonly series: CounterSeries[] = []
  /** The current read series of each volume (its write series is the next one), or -1. */
  private readonly current: Int32Array
  private readonly currentNode: (NodeId | null)[]
  private readonly seriesByName = new Map<string, number>()
  /** What the counters of a volume stood at when its current series began at zero. */
  private readonly readBase: Float64Array
  private readonly writeBase: Float64Array

  constructor(
    private readonly volumes: readonly VolumeId[],
    private readonly nodeOf: (volume: number) => NodeId | null,
    private readonly shows: (node: NodeId, atUs: number) => Shown,
    steps: readonly number[],
  ) {
    this.current = new Int32Array(volumes.length).fill(-1)
    this.currentNode = volumes.map(() => null)
    this.readBase = new Float64Array(volumes.length)
    this.writeBase = new Float64Array(volumes.length)
    for (const stepUs of steps) {
      const values = Array.from({ length: keptInstants }, () => null)
      this.grids.set(stepUs, { stepUs, values, instants: new Float64Array(keptInstants).fill(-1) })
    }
  }

  /** One scrape of every volume's counters. */
  scrape(atUs: number, reads: Float64Array, writes: Float64Array): void {
    for (let volume = 0; volume < this.volumes.length; volume++) {
      const node = this.nodeOf(volume)
      if (node !== this.currentNode[volume]) this.moved(volume, node, reads, writes)
    }
    for (const grid of this.grids.values()) this.keep(grid, atUs, reads, writes)
  }

  /** The engine of a node restarted: its counters begin at zero again. */
  reset(node: NodeId, reads: Float64Array, writes: Float64Array): void {
    for (let volume = 0; volume < this.volumes.length; volume++) {
      if (this.currentNode[volume] !== node) continue
      this.readBase[volume] = reads[volume]
      this.writeBase[volume] = writes[volume]
    }
  }

  /** Distances of the points that can be asked for. */
  get steps(): readonly number[] {
    return [...this.grids.keys()]
  }

  answer(query: CounterQuery): CounterColumns {
    const grid = this.grids.get(query.stepUs)
    const first = Math.floor(query.sinceUs / query.stepUs) + 1
    const last = Math.floor(query.untilUs / query.stepUs)
    const most = Math.max(0, last - first + 1) * this.series.length
    const seriesIndex = new Uint32Array(most)
    const instantUs = new Float64Array(most)
    const value = new Float64Array(most)
    let count = 0
    for (let index = 0; grid !== undefined && index < this.series.length; index++) {
      for (let instant = first; instant <= last; instant++) {
        const slot = instant % keptInstants
        const values = grid.values[slot]
        if (values === null || grid.instants[slot] !== instant || index >= values.length) continue
        const sample = values[index]
        if (Number.isNaN(sample)) continue
        seriesIndex[count] = index
        instantUs[count] = instant * query.stepUs
        value[count] = sample
        count += 1
      }
    }
    return { series: this.series, count, seriesIndex, instantUs, value }
  }

  /** Counters that stand on a page of the exporters now, reads and writes of a volume in turn. */
  shown(atUs: number, reads: Float64Array, writes: Float64Array): readonly ShownCounter[] {
    const found: ShownCounter[] = []
    for (let volume = 0; volume < this.volumes.length; volume++) {
      const index = this.current[volume]
      const node = this.currentNode[volume]
      if (index < 0 || node === null) continue
      const shown = this.shows(node, atUs)
      if (shown === 'nothing') continue
      const isZero = shown === 'zero'
      const read = isZero ? 0 : reads[volume] - this.readBase[volume]
      const written = isZero ? 0 : writes[volume] - this.writeBase[volume]
      found.push({ ...this.series[index], value: read })
      found.push({ ...this.series[index + 1], value: written })
    }
    return found
  }

  private moved(
    volume: number,
    node: NodeId | null,
    reads: Float64Array,
    writes: Float64Array,
  ): void {
    const isFirst = this.current[volume] === -1 && this.currentNode[volume] === null
    this.currentNode[volume] = node
    if (node === null) {
      this.current[volume] = -1
      return
    }
    this.current[volume] = this.seriesOf(volume, node)
    if (isFirst && reads[volume] + writes[volume] === 0) return
    this.readBase[volume] = reads[volume]
    this.writeBase[volume] = writes[volume]
  }

  private seriesOf(volume: number, node: NodeId): number {
    const name = `${volume}/${node}`
    const known = this.seriesByName.get(name)
    if (known !== undefined) return known
    const index = this.series.length
    const id = this.volumes[volume]
    this.series.push(
      { volume: id, node, operation: 'read' },
      { volume: id, node, operation: 'write' },
    )
    this.seriesByName.set(name, index)
    return index
  }

  /** A later scrape of the same step takes the place of an earlier one, as last_over_time does. */
  private keep(grid: Grid, atUs: number, reads: Float64Array, writes: Float64Array): void {
    const instant = Math.ceil(atUs / grid.stepUs)
    const slot = instant % keptInstants
    let values = grid.values[slot]
    if (values === null || values.length < this.series.length) {
      const wider = new Float64Array(this.series.length).fill(Number.NaN)
      if (values !== null && grid.instants[slot] === instant) wider.set(values)
      values = wider
      grid.values[slot] = values
    }
    if (grid.instants[slot] !== instant) {
      values.fill(Number.NaN)
      grid.instants[slot] = instant
    }
    for (let volume = 0; volume < this.volumes.length; volume++) {
      const index = this.current[volume]
      const node = this.currentNode[volume]
      if (index < 0 || node === null) continue
      const shown = this.shows(node, atUs)
      if (shown === 'nothing') continue
      const isZero = shown === 'zero'
      values[index] = isZero ? 0 : reads[volume] - this.readBase[volume]
      values[index + 1] = isZero ? 0 : writes[volume] - this.writeBase[volume]
    }
  }
}
