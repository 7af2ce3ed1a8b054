/** Samples as Prometheus writes a matrix: series by their labels, values as texts. */
import type { CounterColumns, CounterSeries } from '../../src/core/counters.js'
import type { Identity } from './identity.js'

interface Row {
  readonly metric: Readonly<Record<string, string>>
  readonly values: (readonly [seconds: number, value: string])[]
}

export function matrixOf(columns: CounterColumns, identity: Identity): readonly Row[] {
  const rows = new Map<number, Row>()
  for (let at = 0; at < columns.count; at++) {
    const index = columns.seriesIndex[at]
    let row = rows.get(index)
    if (row === undefined) {
      row = { metric: labelsOf(columns.series[index], identity), values: [] }
      rows.set(index, row)
    }
    row.values.push([columns.instantUs[at] / 1_000_000, `${columns.value[at]}`])
  }
  return [...rows.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

/** The exporter's own labels, and those that a scrape adds (mayastor.md, section 3). */
function labelsOf(series: CounterSeries, identity: Identity): Row['metric'] {
  return {
    __name__: metricName(series),
    instance: `${series.node}:9502`,
    job: 'mayastor',
    node: series.node,
    pv_name: pvName(series, identity),
  }
}

export function metricName({ operation }: CounterSeries): string {
  return `volume_num_${operation}_ops`
}

/** Made up by the exporter from the volume's own name, whatever the PersistentVolume is called. */
export function pvName({ volume }: CounterSeries, identity: Identity): string {
  return `pvc-${identity.ofVolume(volume)}`
}

function keyOf({ metric }: Row): string {
  return JSON.stringify(metric)
}
