/**
 * Heat: operations counted in covered time, divided by covered time, over a sampling window. It is
 * computed from raw counter samples, so that resets, gaps and targets that changed nodes mean the
 * same in every world. Kept incrementally; it equals heat computed from the whole window, because
 * counts are integers (or halves of them) and their sums are exact.
 *
 * The window is cut into slots of one point interval. A step between two points is covered when
 * they are no further apart than two intervals; then its operations are spread over its slots.
 */

import type { CounterColumns, CounterQuery } from './counters.js'
import { assert } from './errors.js'
import type { VolumeId } from './model.js'

/** Points of a window at the most: the interval grows with the window. */
const pointsPerWindow = 120

/** Distance of the points that a window is computed from: whole milliseconds, as Prometheus has. */
export function pointIntervalUs(windowUs: number, scrapeIntervalUs: number): number {
  const longestUs = Math.max(2 * scrapeIntervalUs, windowUs / pointsPerWindow)
  return Math.ceil(longestUs / 1000) * 1000
}

const untilNothing = -1

/** Heat of all volumes over one sampling window. Rates are operations a second. */
export class HeatWindow {
  readonly stepUs: number
  /** Slots of the window; the window that counts is slots × stepUs long. */
  readonly slots: number
  private readonly indexes = new Map<VolumeId, number>()
  private capacity = 64
  /** Slot-major, so that a slot that leaves the window is cleared in one pass over the volumes. */
  private reads: Float64Array
  private writes: Float64Array
  private readCovered: Float64Array
  private writeCovered: Float64Array
  private sumReads: Float64Array
  private sumWrites: Float64Array
  private sumReadCovered: Float64Array
  private sumWriteCovered: Float64Array
  private seriesVolume = new Int32Array(128)
  private seriesIsRead = new Uint8Array(128)
  private seriesInstantUs = new Float64Array(128).fill(untilNothing)
  private seriesValue = new Float64Array(128)
  private seriesKnown = 0
  /** Number of the newest slot: its instants are at most newest × stepUs. */
  private newest = untilNothing
  private answeredUntilUs = untilNothing
  private changed = 0

  constructor(
    readonly windowUs: number,
    scrapeIntervalUs: number,
  ) {
    this.stepUs = pointIntervalUs(windowUs, scrapeIntervalUs)
    this.slots = Math.max(1, Math.floor(windowUs / this.stepUs))
    const cells = this.capacity * this.slots
    this.reads = new Float64Array(cells)
    this.writes = new Float64Array(cells)
    this.readCovered = new Float64Array(cells)
    this.writeCovered = new Float64Array(cells)
    this.sumReads = new Float64Array(this.capacity)
    this.sumWrites = new Float64Array(this.capacity)
    this.sumReadCovered = new Float64Array(this.capacity)
    this.sumWriteCovered = new Float64Array(this.capacity)
  }

  /**
   * What to ask now: the whole window at first, afterwards only what is new; null when nothing is.
   */
  query(nowUs: number): CounterQuery | null {
    const untilUs = Math.floor(nowUs / this.stepUs) * this.stepUs
    const oldestUs = untilUs - (this.slots + 1) * this.stepUs
    const sinceUs = Math.max(this.answeredUntilUs, oldestUs)
    return untilUs > sinceUs ? { stepUs: this.stepUs, sinceUs, untilUs } : null
  }

  /** Takes the answer of a query in. Samples that are no finite number are passed over. */
  absorb(columns: CounterColumns, untilUs: number): void {
    this.forgetUntil(Math.floor(untilUs / this.stepUs))
    this.answeredUntilUs = untilUs
    this.meetSeries(columns)
    const { count, seriesIndex, instantUs, value } = columns
    for (let row = 0; row < count; row++) {
      const sample = value[row]
      if (sample >= 0 && sample < Number.MAX_SAFE_INTEGER) {
        this.take(seriesIndex[row], instantUs[row], sample)
      }
    }
  }

  /** Moves the window on when nothing could be asked: what is old leaves, coverage sinks. */
  forgetUntil(newest: number): void {
    this.changed += 1
    if (this.newest !== untilNothing) {
      const gone = Math.min(newest - this.newest, this.slots)
      for (let slot = newest - gone + 1; slot <= newest; slot++) this.clear(slot % this.slots)
    }
    this.newest = Math.max(this.newest, newest)
  }

  /** How often it moved on, with or without an answer: while it is the same, so are all figures. */
  get changes(): number {
    return this.changed
  }

  /** Index of a volume for the figures below, or -1 where no sample of it was ever seen. */
  indexOf(volume: VolumeId): number {
    return this.indexes.get(volume) ?? -1
  }

  /** Covered time over the window, 0 to 1. */
  coverage(index: number): number {
    return index < 0 ? 0 : this.coveredUs(index) / (this.slots * this.stepUs)
  }

  /** Whether at least so many percent of the window are covered: below it, heat is unknown. */
  isKnown(index: number, minimumPercent: number): boolean {
    return index >= 0 && this.coveredUs(index) * 100 >= minimumPercent * this.slots * this.stepUs
  }

  /**
   * Operations a second over the covered time; 0 where nothing is covered: ask `coverage` first.
   */
  rate(index: number): number {
    return this.readRate(index) + this.writeRate(index)
  }

  readRate(index: number): number {
    const coveredUs = index < 0 ? 0 : this.sumReadCovered[index]
    return coveredUs === 0 ? 0 : (this.sumReads[index] * 1_000_000) / coveredUs
  }

  writeRate(index: number): number {
    const coveredUs = index < 0 ? 0 : this.sumWriteCovered[index]
    return coveredUs === 0 ? 0 : (this.sumWrites[index] * 1_000_000) / coveredUs
  }

  private coveredUs(index: number): number {
    return Math.min(this.sumReadCovered[index], this.sumWriteCovered[index])
  }

  /** One sample of one series: the step from its last one, if that is near enough. */
  private take(series: number, instantUs: number, value: number): void {
    const lastUs = this.seriesInstantUs[series]
    const last = this.seriesValue[series]
    if (lastUs !== untilNothing && instantUs <= lastUs) return
    this.seriesInstantUs[series] = instantUs
    this.seriesValue[series] = value
    if (lastUs === untilNothing) return
    const steps = Math.round((instantUs - lastUs) / this.stepUs)
    if (steps > 2) return
    // A counter that went down was reset: it counts from its new value.
    const operations = value >= last ? value - last : value
    const slot = Math.floor(instantUs / this.stepUs)
    for (let back = 0; back < steps; back++) this.add(series, slot - back, operations / steps)
  }

  private add(series: number, slot: number, operations: number): void {
    const { newest, slots, stepUs } = this
    if (slot <= newest - slots || slot > newest) return
    const volume = this.seriesVolume[series]
    const cell = (slot % slots) * this.capacity + volume
    if (this.seriesIsRead[series] === 1) {
      this.reads[cell] += operations
      this.sumReads[volume] += operations
      // Two nodes may both have covered the step in which a target moved: time counts once.
      this.sumReadCovered[volume] += stepUs - this.readCovered[cell]
      this.readCovered[cell] = stepUs
    } else {
      this.writes[cell] += operations
      this.sumWrites[volume] += operations
      this.sumWriteCovered[volume] += stepUs - this.writeCovered[cell]
      this.writeCovered[cell] = stepUs
    }
  }

  private clear(slot: number): void {
    const begin = slot * this.capacity
    const volumes = this.indexes.size
    for (let volume = 0; volume < volumes; volume++) {
      const cell = begin + volume
      this.sumReads[volume] -= this.reads[cell]
      this.sumWrites[volume] -= this.writes[cell]
      this.sumReadCovered[volume] -= this.readCovered[cell]
      this.sumWriteCovered[volume] -= this.writeCovered[cell]
    }
    const end = begin + volumes
    this.reads.fill(0, begin, end)
    this.writes.fill(0, begin, end)
    this.readCovered.fill(0, begin, end)
    this.writeCovered.fill(0, begin, end)
  }

  private meetSeries(columns: CounterColumns): void {
    const { series } = columns
    if (series.length > this.seriesVolume.length) this.growSeries(series.length)
    for (let index = this.seriesKnown; index < series.length; index++) {
      const { volume, operation } = series[index]
      let known = this.indexes.get(volume)
      if (known === undefined) {
        known = this.indexes.size
        if (known === this.capacity) this.growVolumes()
        this.indexes.set(volume, known)
      }
      this.seriesVolume[index] = known
      this.seriesIsRead[index] = operation === 'read' ? 1 : 0
    }
    assert(series.length >= this.seriesKnown, 'a series was taken back')
    this.seriesKnown = series.length
  }

  private growSeries(atLeast: number): void {
    const size = Math.max(atLeast, this.seriesVolume.length * 2)
    const volumes = new Int32Array(size)
    const isRead = new Uint8Array(size)
    const instants = new Float64Array(size).fill(untilNothing)
    const values = new Float64Array(size)
    volumes.set(this.seriesVolume)
    isRead.set(this.seriesIsRead)
    instants.set(this.seriesInstantUs)
    values.set(this.seriesValue)
    this.seriesVolume = volumes
    this.seriesIsRead = isRead
    this.seriesInstantUs = instants
    this.seriesValue = values
  }

  private growVolumes(): void {
    const before = this.capacity
    this.capacity *= 2
    this.reads = widen(this.reads, before, this.capacity)
    this.writes = widen(this.writes, before, this.capacity)
    this.readCovered = widen(this.readCovered, before, this.capacity)
    this.writeCovered = widen(this.writeCovered, before, this.capacity)
    this.sumReads = widen(this.sumReads, before, this.capacity)
    this.sumWrites = widen(this.sumWrites, before, this.capacity)
    this.sumReadCovered = widen(this.sumReadCovered, before, this.capacity)
    this.sumWriteCovered = widen(this.sumWriteCovered, before, this.capacity)
  }
}

/** The same rows of cells, each row now `after` wide. */
function widen(cells: Float64Array, before: number, after: number): Float64Array<ArrayBuffer> {
  const wide = new Float64Array((cells.length / before) * after)
  for (let row = 0; row * before < cells.length; row++) {
    wide.set(cells.subarray(row * before, (row + 1) * before), row * after)
  }
  return wide
}

/** Heat for every distinct sampling window: policies that ask for the same window share one. */
export class HeatTable {
  private readonly windows = new Map<number, HeatWindow>()
  private last: HeatWindow | null = null
  /** False after a round in which counters could not be read: then no heat is known. */
  available = false

  constructor(private readonly scrapeIntervalUs: number) {}

  /** Of all windows: while it is the same, so is every figure of heat. */
  get changes(): number {
    let changes = 0
    for (const window of this.windows.values()) changes += window.changes
    return changes
  }

  window(windowUs: number): HeatWindow {
    // Volume after volume asks for the same one.
    if (this.last?.windowUs === windowUs) return this.last
    const window = this.windows.get(windowUs) ?? new HeatWindow(windowUs, this.scrapeIntervalUs)
    this.windows.set(windowUs, window)
    this.last = window
    return window
  }
}
