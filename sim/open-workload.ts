/** Opens what a scenario's workload names: files, made-up fleets, or several of them merged. */
import { assert } from '../src/core/errors.js'
import type { RequestSource, SeriesSource, TraceSource } from '../traces/batch.js'
import { type ConvertOptions, plainOptions } from '../traces/convert.js'
import { Fleet } from '../traces/fleet.js'
import { parseColumns } from '../traces/formats/columns.js'
import { parseUnit } from '../traces/formats/series/unit.js'
import { openTrace } from '../traces/open-trace.js'
import { refuse } from '../traces/problem.js'
import type { Unfinished } from '../traces/unfinished.js'
import { MergedRequests } from './merged-requests.js'
import { MergedSeries } from './merged-series.js'
import type { Scenario, Workload } from './scenario/model.js'
import { type Spreading, SpreadRequests, SpreadSeries } from './workload.js'

/** Intervals of nothing never end. */
const leastIntervalUs = 1000

/** Where the files are: `locate` turns a path of the scenario into one that can be opened. */
export async function openWorkload(
  scenario: Scenario,
  locate: (file: string) => string,
  unfinished: Unfinished,
): Promise<TraceSource> {
  const requests: RequestSource[] = []
  const series: SeriesSource[] = []
  for (const workload of scenario.workload) {
    const source = await openOne(scenario, workload, locate, unfinished)
    if (source.grain === 'requests') requests.push(source)
    else series.push(source)
  }
  if (requests.length > 0 && series.length > 0) {
    const message = 'single requests and series cannot be replayed together'
    throw refuse('TRACE_MIXED', message, { field: 'workload' }, 'give workloads of one kind')
  }
  if (requests.length > 0) return requests.length === 1 ? requests[0] : new MergedRequests(requests)
  assert(series.length > 0, 'a scenario has a workload')
  if (series.some(one => one.intervalUs < leastIntervalUs)) {
    const message = 'the rate leaves less than a millisecond of an interval'
    throw refuse('FIELD_INVALID', message, { field: 'workload.rate' }, 'give a lower rate')
  }
  if (series.some(one => one.intervalUs !== series[0].intervalUs)) {
    const message = 'series of different intervals cannot be replayed together'
    throw refuse('TRACE_MIXED', message, { field: 'workload' }, 'bring them to one interval')
  }
  return series.length === 1 ? series[0] : new MergedSeries(series)
}

async function openOne(
  scenario: Scenario,
  workload: Workload,
  locate: (file: string) => string,
  unfinished: Unfinished,
): Promise<TraceSource> {
  const names = scenario.volumes.map(volume => volume.name)
  if (workload.kind === 'synthetic') return openFleet(scenario, workload, names)
  const { file, spread, rate } = workload
  const source = await openTrace([locate(file)], readingOf(workload), unfinished)
  const spreading = { targets: targetsOf(scenario, spread.over), by: spread.by, rate }
  return source.grain === 'requests'
    ? new SpreadRequests(source, spreading, names)
    : new SpreadSeries(source, seriesSpreading(file, spreading), names)
}

function readingOf(workload: Extract<Workload, { kind: 'trace' }>): ConvertOptions {
  const { format, columns, event, unit, rates } = workload
  return {
    ...plainOptions,
    format,
    columns: columns === null ? null : parseColumns(columns),
    event,
    unit: unit === null ? null : parseUnit(unit),
    rates,
  }
}

function seriesSpreading(file: string, spreading: Spreading): Spreading {
  if (spreading.by === 'volume') return spreading
  const message = 'a series has no blocks to spread by'
  throw refuse('FIELD_INVALID', message, { file, field: 'spread.by' }, 'spread it by volume')
}

/** A fleet has a length only by the scenario's: a week where it says nothing. */
function openFleet(
  scenario: Scenario,
  workload: Extract<Workload, { kind: 'synthetic' }>,
  names: readonly string[],
): SeriesSource {
  const targets = targetsOf(scenario, workload.over)
  const fleet = new Fleet({
    volumes: targets.map(target => names[target]),
    startUs: scenario.startUs,
    intervalUs: workload.intervalUs,
    lengthUs: scenario.untilUs ?? 7 * 86_400_000_000,
    shares: workload.shares,
    seed: scenario.seed,
  })
  return new SpreadSeries(fleet, { targets, by: 'volume', rate: workload.rate }, names)
}

function targetsOf(scenario: Scenario, group: string): readonly number[] {
  return scenario.volumes.flatMap((volume, index) => (volume.group === group ? [index] : []))
}
