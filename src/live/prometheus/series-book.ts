/**
 * Series of Prometheus as columns of counters. A series keeps its index for ever. Two that tell of
 * the same volume, node and operation at the same instant (two jobs that scrape one exporter) count
 * once: the one that was known first does.
 */
import type { CounterColumns, CounterQuery, CounterSeries } from '../../core/counters.js'
import { nodeId, volumeId } from '../../core/model.js'
import type { MetricNames } from './expression.js'
import type { MatrixSeries } from './replies.js'

interface Known {
  readonly index: number
  readonly counter: string
}

export class SeriesBook {
  private readonly series: CounterSeries[] = []
  private readonly byLabels = new Map<string, Known>()

  constructor(private readonly names: MetricNames) {}

  /** Null where a value is no number of Prometheus. */
  columns(answer: readonly MatrixSeries[], query: CounterQuery): CounterColumns | null {
    const seen: Seen[] = []
    const tellers = new Map<string, number>()
    let points = 0
    for (const { metric, values } of answer) {
      const known = this.knownOf(metric)
      if (known === null) continue
      seen.push({ known, values })
      tellers.set(known.counter, (tellers.get(known.counter) ?? 0) + 1)
      points += values.length
    }
    seen.sort((one, other) => one.known.index - other.known.index)
    const rows = new Rows(points, query)
    const taken = new Map<string, Set<number>>()
    for (const { known, values } of seen) {
      const { counter, index } = known
      const isAlone = tellers.get(counter) === 1
      const instants = isAlone ? null : (taken.get(counter) ?? new Set<number>())
      if (instants !== null) taken.set(counter, instants)
      if (!rows.take(index, values, instants)) return null
    }
    return rows.columns(this.series)
  }

  /** Null for what is no counter of a volume. */
  private knownOf(metric: Readonly<Record<string, string>>): Known | null {
    const labels = JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1)))
    const known = this.byLabels.get(labels)
    if (known !== undefined) return known
    const series = this.seriesOf(metric)
    if (series === null) return null
    const { volume, node, operation } = series
    const made = { index: this.series.length, counter: `${volume} ${operation} ${node}` }
    this.series.push(series)
    this.byLabels.set(labels, made)
    return made
  }

  private seriesOf(metric: Readonly<Record<string, string>>): CounterSeries | null {
    const { readOperations, writeOperations, volumeLabel, volumePrefix, nodeLabel } = this.names
    const name = metric.__name__
    const volume = metric[volumeLabel]
    const isRead = name === readOperations
    if (!isRead && name !== writeOperations) return null
    if (volume === undefined || !volume.startsWith(volumePrefix)) return null
    return {
      volume: volumeId(volume.slice(volumePrefix.length)),
      node: nodeId(metric[nodeLabel] ?? ''),
      operation: isRead ? 'read' : 'write',
    }
  }
}

interface Seen {
  readonly known: Known
  readonly values: MatrixSeries['values']
}

/** What is no finite number is a gap; so is what lies beside the instants that were asked for. */
class Rows {
  private count = 0
  private readonly seriesIndex: Uint32Array
  private readonly instantUs: Float64Array
  private readonly value: Float64Array

  constructor(
    most: number,
    private readonly query: CounterQuery,
  ) {
    this.seriesIndex = new Uint32Array(most)
    this.instantUs = new Float64Array(most)
    this.value = new Float64Array(most)
  }

  /** `taken` are the instants that another series tells of already. False: words for numbers. */
  take(index: number, values: MatrixSeries['values'], taken: Set<number> | null): boolean {
    const { stepUs, sinceUs, untilUs } = this.query
    let lastUs = sinceUs
    for (const [seconds, text] of values) {
      const value = numberOf(text)
      if (value === null) return false
      const instantUs = Math.round(seconds * 1000) * 1000
      if (instantUs <= lastUs || instantUs > untilUs || instantUs % stepUs !== 0) continue
      lastUs = instantUs
      if (!Number.isFinite(value) || value < 0 || taken?.has(instantUs) === true) continue
      taken?.add(instantUs)
      this.seriesIndex[this.count] = index
      this.instantUs[this.count] = instantUs
      this.value[this.count] = value
      this.count += 1
    }
    return true
  }

  columns(series: readonly CounterSeries[]): CounterColumns {
    const { count } = this
    return {
      series,
      count,
      seriesIndex: this.seriesIndex.subarray(0, count),
      instantUs: this.instantUs.subarray(0, count),
      value: this.value.subarray(0, count),
    }
  }
}

const words: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  '+Inf': Number.POSITIVE_INFINITY,
  '-Inf': Number.NEGATIVE_INFINITY,
}

function numberOf(text: string): number | null {
  const value = Number(text)
  // An empty text is a zero to JavaScript, and must never be one here.
  if (!Number.isNaN(value)) return text.trim() === '' ? null : value
  return Object.hasOwn(words, text) ? words[text] : null
}
