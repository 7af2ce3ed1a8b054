/** Who is busy, and when: the operations of each volume in windows of time, in one pass. */
import { operations } from './batch.js'
import type { OpenedTrace } from './open-columns.js'

/**
 * Operations of one volume that fall into a span of time; `coveredUs` is what the trace knows of.
 */
export interface LoadVisitor {
  load(volume: number, startUs: number, spanUs: number, operations: number): void
}

const secondUs = 1_000_000
const minuteUs = 60 * secondUs
const hourUs = 60 * minuteUs

/** A minute, or a second in a trace of less than an hour; a series has its interval. */
export function windowOf(source: OpenedTrace): number {
  if (source.grain === 'series') return source.intervalUs
  return source.lastUs - source.firstUs < hourUs ? secondUs : minuteUs
}

/** Tells the visitor of every window of every volume in which something happened, in time order. */
export function visitLoad(source: OpenedTrace, visitor: LoadVisitor): void {
  if (source.grain === 'requests') {
    for (let batch = source.next(); batch !== null; batch = source.next()) {
      for (let row = 0; row < batch.count; row++) {
        if (batch.operation[row] === operations.other) continue
        visitor.load(batch.volume[row], batch.timeUs[row], 0, 1)
      }
    }
  } else {
    for (let batch = source.next(); batch !== null; batch = source.next()) {
      for (let row = 0; row < batch.count; row++) {
        const count = batch.reads[row] + batch.writes[row]
        visitor.load(batch.volume[row], batch.startUs, source.intervalUs, count)
      }
    }
  }
  source.rewind()
}

export interface VolumeLoad {
  readonly volume: string
  readonly requests: number
  readonly meanIops: number
  /** Of all windows, empty ones included; to three digits. */
  readonly p95Iops: number
  readonly peakIops: number
  /** Whole hours of the trace with less than one operation a second. */
  readonly quietHours: number
}

const quietOperations = 3600

export class VolumeLoads implements LoadVisitor {
  private readonly firstUs: number
  /** Windows of requests lie on the trace's clock, as the summary's peak second does. */
  private readonly originUs: number
  private readonly windowUs: number
  private readonly spanUs: number
  private readonly volumes: readonly string[]
  private readonly total: Float64Array
  private readonly window: Float64Array
  private readonly inWindow: Float64Array
  private readonly hour: Float64Array
  private readonly inHour: Float64Array
  private readonly loudHours: Float64Array
  private readonly peak: Float64Array
  private readonly windows: Map<number, number>[]

  constructor(source: OpenedTrace) {
    this.volumes = source.volumes
    this.windowUs = windowOf(source)
    this.firstUs = source.firstUs
    const beforeUs = source.grain === 'series' ? 0 : source.firstUs % this.windowUs
    this.originUs = source.firstUs - beforeUs
    this.spanUs = Math.max(1, source.lastUs - source.firstUs)
    const column = (): Float64Array => new Float64Array(source.volumes.length)
    this.total = column()
    this.window = column().fill(-1)
    this.inWindow = column()
    this.hour = column().fill(-1)
    this.inHour = column()
    this.loudHours = column()
    this.peak = column()
    this.windows = source.volumes.map(() => new Map())
  }

  load(volume: number, startUs: number, _spanUs: number, count: number): void {
    const window = Math.floor((startUs - this.originUs) / this.windowUs)
    const hour = Math.floor((startUs - this.firstUs) / hourUs)
    if (window !== this.window[volume]) this.endWindow(volume, window)
    if (hour !== this.hour[volume]) this.endHour(volume, hour)
    this.total[volume] += count
    this.inWindow[volume] += count
    this.inHour[volume] += count
  }

  result(): readonly VolumeLoad[] {
    const beforeUs = this.firstUs - this.originUs
    const windows = Math.max(1, Math.ceil((this.spanUs + beforeUs) / this.windowUs))
    const hours = Math.floor(this.spanUs / hourUs)
    return this.volumes.map((name, volume) => {
      this.endWindow(volume, -1)
      this.endHour(volume, -1)
      return {
        volume: name,
        requests: rounded(this.total[volume]),
        meanIops: rounded((this.total[volume] * 1_000_000) / this.spanUs),
        p95Iops: rounded(this.inSeconds(this.percentile(volume, windows))),
        peakIops: rounded(this.inSeconds(this.peak[volume])),
        quietHours: Math.max(0, hours - this.loudHours[volume]),
      }
    })
  }

  private endWindow(volume: number, next: number): void {
    const count = this.inWindow[volume]
    if (this.window[volume] >= 0 && count > 0) {
      const known = this.windows[volume]
      const level = threeDigits(count)
      known.set(level, (known.get(level) ?? 0) + 1)
      if (count > this.peak[volume]) this.peak[volume] = count
    }
    this.window[volume] = next
    this.inWindow[volume] = 0
  }

  /** The last, broken hour counts neither way. */
  private endHour(volume: number, next: number): void {
    const isWhole = this.hour[volume] < Math.floor(this.spanUs / hourUs)
    if (this.hour[volume] >= 0 && isWhole && this.inHour[volume] >= quietOperations) {
      this.loudHours[volume] += 1
    }
    this.hour[volume] = next
    this.inHour[volume] = 0
  }

  /** The smallest count with at least 95 % of windows at or below it. */
  private percentile(volume: number, windows: number): number {
    const levels = [...this.windows[volume]].sort((a, b) => a[0] - b[0])
    const busy = levels.reduce((sum, [, times]) => sum + times, 0)
    let seen = windows - busy
    const wanted = Math.ceil((windows * 95) / 100)
    if (seen >= wanted) return 0
    for (const [level, times] of levels) {
      seen += times
      if (seen >= wanted) return level
    }
    return 0
  }

  private inSeconds(count: number): number {
    return (count * 1_000_000) / this.windowUs
  }
}

/** Few different levels, however many windows there are. */
function threeDigits(count: number): number {
  let scale = 1
  while (count / scale >= 1000) scale *= 10
  while (count / scale < 100 && scale > 0.001) scale /= 10
  return Math.round(count / scale) * scale
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}
