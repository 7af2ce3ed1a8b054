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

interface Point {
  readonly instantUs: number
  readonly value: number
}

export class SeriesBook {
  private readonly series: CounterSeries[] = []
  private readonly byLabels = new Map<string, Known>()

  constructor(private readonly names: MetricNames) {}

  /** Null where a value is no number of Prometheus. */
  columns(answer: readonly MatrixSeries[], query: CounterQuery): CounterColumns | null {
    const seen: { readonly known: Known; readonly points: readonly Point[] }[] = []
    for (const { metric, values } of answer) {
      const known = this.knownOf(metric)
      if (known === null) continue
      const points = pointsOf(values, query)
      if (points === null) return null
      seen.push({ known, points })
    }
    seen.sort((one, other) => one.known.index - other.known.index)
    const taken = new Map<string, Set<number>>()
    const rows = seen.flatMap(({ known, points }) => {
      const instants = taken.get(known.counter) ?? new Set<number>()
      taken.set(known.counter, instants)
      const left = points.filter(({ instantUs }) => !instants.has(instantUs))
      for (const { instantUs } of left) instants.add(instantUs)
      return left.map(({ instantUs, value }) => ({ index: known.index, instantUs, value }))
    })
    return {
      series: this.series,
      count: rows.length,
      seriesIndex: Uint32Array.from(rows, row => row.index),
      instantUs: Float64Array.from(rows, row => row.instantUs),
      value: Float64Array.from(rows, row => row.value),
    }
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

/** What is no finite number is a gap; so is what lies beside the instants that were asked for. */
function pointsOf(
  values: MatrixSeries['values'],
  { stepUs, sinceUs, untilUs }: CounterQuery,
): readonly Point[] | null {
  const points: Point[] = []
  let lastUs = sinceUs
  for (const [seconds, text] of values) {
    const value = numberOf(text)
    if (value === null) return null
    const instantUs = Math.round(seconds * 1000) * 1000
    const isAsked = instantUs > lastUs && instantUs <= untilUs && instantUs % stepUs === 0
    if (!isAsked) continue
    lastUs = instantUs
    if (Number.isFinite(value) && value >= 0) points.push({ instantUs, value })
  }
  return points
}

const words: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  '+Inf': Number.POSITIVE_INFINITY,
  '-Inf': Number.NEGATIVE_INFINITY,
}

function numberOf(text: string): number | null {
  if (Object.hasOwn(words, text)) return words[text]
  return /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : null
}
