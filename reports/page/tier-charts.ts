/** Space used, operations and latency of each tier over time. */
import { type Tier, tiers } from '../../src/core/model.js'
import type { TierSeriesRow } from '../../src/core/result.js'
import { bytes, count, latency, share, short } from '../figures.js'
import type { Run, Runs } from '../run.js'
import { listed } from '../text.js'
import { type Figure, figure } from './figure.js'
import { type Html, html } from './html.js'
import { type Lane, lanesDrawing } from './lanes.js'
import { niceAbove } from './scale.js'

type Pick = (row: TierSeriesRow) => number

export function tierCharts(runs: Runs): Html {
  const { judged } = runs
  const used = usedTiers(judged)
  if (used.length === 0) return html`<p>The run has no series of its tiers.</p>`
  return html`${figure(space(runs, used))}${figure(load(runs, used))}${figure(delay(runs, used))}`
}

/** Tiers that have pools in this run. */
function usedTiers(run: Run): readonly Tier[] {
  return tiers.filter(tier =>
    run.detail.tierSeries.some(row => row.tier === tier && row.capacityBytes > 0),
  )
}

function space(runs: Runs, used: readonly Tier[]): Figure {
  const lanes = used.map(tier => {
    const rows = rowsOf(runs.judged, tier)
    const capacity = rows[rows.length - 1]?.capacityBytes ?? 0
    const own = rows[rows.length - 1]?.usedBytes ?? 0
    const note = `${bytes(own)} of ${bytes(capacity)} at the end`
    return { ...lane(runs, tier, row => row.usedBytes), note, capacity, filled: own / capacity }
  })
  const fills = lanes.map(one => `${one.label} is ${share(one.filled)} full`)
  return {
    id: 'space',
    title: 'Space used on each tier',
    sentence: `At the end ${listed(fills)}. Dashed: capacity${dotted(runs)}.`,
    drawing: lanesDrawing(
      instants(runs.judged),
      lanes.map(one => ({
        ...one,
        most: Math.max(one.capacity, one.most) * 1.02,
        mostLabel: bytes(Math.max(one.capacity, one.most)),
        limit: one.capacity,
      })),
    ),
  }
}

function load(runs: Runs, used: readonly Tier[]): Figure {
  const lanes = used.map(tier => {
    const drawn = lane(runs, tier, row => row.iops)
    const mean = meanOf(drawn.values)
    return { ...drawn, mean, mostLabel: short(drawn.most), note: `mean ${count(mean)} IOPS` }
  })
  const means = lanes.map(one => `${count(one.mean)} on ${one.label}`)
  return {
    id: 'load',
    title: 'Operations a second on each tier',
    sentence: [
      `Operations a second of the volumes that stand there: in the mean ${listed(means)}.`,
      reference(runs),
    ].join(''),
    drawing: lanesDrawing(instants(runs.judged), lanes),
  }
}

function delay(runs: Runs, used: readonly Tier[]): Figure {
  const lanes = used.map(tier => {
    const drawn = lane(runs, tier, row => row.meanLatencyUs ?? Number.NaN)
    const peak = drawn.values.reduce((most, value) => (value > most ? value : most), 0)
    const note = peak > 0 ? `worst ${latency(peak)}` : 'served nothing'
    return { ...drawn, peak, mostLabel: peak > 0 ? latency(drawn.most) : '', note }
  })
  const worst = lanes.flatMap(one => (one.peak > 0 ? `${latency(one.peak)} on ${one.label}` : []))
  const told =
    worst.length === 0 ? 'Nothing was served' : `The worst interval took ${listed(worst)}`
  return {
    id: 'delay',
    title: 'Mean latency of each tier',
    sentence: `${told}; each lane has its own axis.${reference(runs)}`,
    drawing: lanesDrawing(instants(runs.judged), lanes),
  }
}

function lane(runs: Runs, tier: Tier, pick: Pick): Lane {
  const values = rowsOf(runs.judged, tier).map(pick)
  const other = runs.baseline === null ? [] : rowsOf(runs.baseline, tier).map(pick)
  const comparable = other.length === values.length ? other : []
  const most = [...values, ...comparable].reduce((top, value) => (value > top ? value : top), 0)
  return {
    label: tier,
    tone: tier,
    values,
    reference: comparable,
    most: niceAbove(most),
    mostLabel: '',
    limit: null,
    note: '',
  }
}

function rowsOf(run: Run, tier: Tier): readonly TierSeriesRow[] {
  return run.detail.tierSeries.filter(row => row.tier === tier)
}

function instants(run: Run): readonly number[] {
  const [first] = run.detail.tierSeries
  return rowsOf(run, first?.tier ?? 'hot').map(row => row.atUs)
}

function meanOf(values: readonly number[]): number {
  const known = values.filter(value => !Number.isNaN(value))
  return known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length)
}

function dotted(runs: Runs): string {
  return runs.baseline === null ? '' : `; dotted: the run ${runs.baseline.result.name}`
}

function reference(runs: Runs): string {
  return runs.baseline === null ? '' : ` Dotted: the run ${runs.baseline.result.name}.`
}
