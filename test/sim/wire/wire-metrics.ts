/** The metrics port over the served query API: one matrix into columns. */
import type { CounterColumns, CounterQuery, CounterSeries } from '../../../src/core/counters.js'
import { formatDuration } from '../../../src/core/duration.js'
import { nodeId } from '../../../src/core/model.js'
import type { ServedTwin } from './served.js'
import type { NamedVolume } from './wire-ports.js'

interface Matrix {
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>
      readonly values: readonly (readonly [seconds: number, value: string])[]
    }[]
  }
}

export class WireMetrics {
  private readonly series: CounterSeries[] = []
  private readonly places = new Map<string, number>()

  constructor(private readonly served: ServedTwin) {}

  async columns(
    { stepUs, sinceUs, untilUs }: CounterQuery,
    volumes: readonly NamedVolume[],
  ): Promise<CounterColumns> {
    const step = formatDuration(stepUs)
    const length = formatDuration(untilUs - sinceUs)
    const selector = '{__name__=~"volume_num_(read|write)_ops"}'
    const asked = new URLSearchParams({
      query: `last_over_time(${selector}[${step}])[${length}:${step}]`,
      time: `${untilUs / 1_000_000}`,
    })
    const { data } = await this.served.get<Matrix>(`/api/v1/query?${asked}`)
    const rows = data.result.flatMap(({ metric, values }) => {
      const place = this.placeOf(metric, volumes)
      return values.map(([seconds, value]) => [place, seconds, Number(value)] as const)
    })
    return {
      series: this.series,
      count: rows.length,
      seriesIndex: Uint32Array.from(rows, row => row[0]),
      instantUs: Float64Array.from(rows, row => Math.round(row[1] * 1_000_000)),
      value: Float64Array.from(rows, row => row[2]),
    }
  }

  private placeOf(
    metric: Readonly<Record<string, string>>,
    volumes: readonly NamedVolume[],
  ): number {
    const key = `${metric.__name__} ${metric.node} ${metric.pv_name}`
    const known = this.places.get(key)
    if (known !== undefined) return known
    const volume = volumes.find(one => `pvc-${one.uuid}` === metric.pv_name)
    if (volume === undefined) throw new Error(`nobody's series: ${key}`)
    const operation = metric.__name__ === 'volume_num_read_ops' ? 'read' : 'write'
    this.series.push({ volume: volume.id, node: nodeId(metric.node), operation })
    this.places.set(key, this.series.length - 1)
    return this.series.length - 1
  }
}
