/** The one expression that is asked: raw counters of all volumes at aligned instants. */
import type { CounterQuery } from '../../core/counters.js'
import { formatDuration } from '../../core/duration.js'
import { Refused } from '../../core/errors.js'

/** What the exporter calls things; the defaults are Mayastor's, from 2.6 on. */
export interface MetricNames {
  readonly readOperations: string
  readonly writeOperations: string
  /** The label that names the volume: this prefix, and its uuid. */
  readonly volumeLabel: string
  readonly volumePrefix: string
  /** The label of the node of the volume's target. */
  readonly nodeLabel: string
}

export const mayastorNames: MetricNames = {
  readOperations: 'volume_num_read_ops',
  writeOperations: 'volume_num_write_ops',
  volumeLabel: 'pv_name',
  volumePrefix: 'pvc-',
  nodeLabel: 'node',
}

export function checkNames(names: MetricNames): void {
  const metric = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
  const label = /^[a-zA-Z_][a-zA-Z0-9_]*$/
  const { readOperations, writeOperations, volumeLabel, nodeLabel } = names
  const wrong = [
    ...[readOperations, writeOperations].filter(name => !metric.test(name)),
    ...[volumeLabel, nodeLabel].filter(name => !label.test(name)),
  ]
  if (wrong.length === 0 && readOperations !== writeOperations) return
  const message =
    wrong.length === 0
      ? 'reads and writes have one name'
      : `Prometheus has no such name: ${wrong.join(', ')}`
  const hint = 'name the metrics as the exporter does'
  throw new Refused([{ code: 'USAGE', message, where: {}, hint }])
}

/**
 * A subquery, since a range query repeats the last value for five minutes, so that a dead exporter
 * reads as zero operations: here a gap stays a gap. It reaches back by whole steps. Null where the
 * points lie no whole milliseconds apart, which Prometheus cannot do.
 */
export function expressionOf(names: MetricNames, query: CounterQuery): string | null {
  const { stepUs, sinceUs, untilUs } = query
  if (stepUs % 1000 !== 0) return null
  const step = formatDuration(stepUs)
  const window = formatDuration(Math.ceil((untilUs - sinceUs) / stepUs) * stepUs)
  const pattern = either(names.readOperations, names.writeOperations)
  return `last_over_time({__name__=~"${pattern}"}[${step}])[${window}:${step}]`
}

/** `volume_num_(read|write)_ops`. */
function either(one: string, other: string): string {
  const most = Math.min(one.length, other.length)
  let begin = 0
  while (begin < most && one[begin] === other[begin]) begin += 1
  let end = 0
  while (end < most - begin && one.at(-1 - end) === other.at(-1 - end)) end += 1
  const middle = (text: string): string => text.slice(begin, text.length - end)
  return `${one.slice(0, begin)}(${middle(one)}|${middle(other)})${one.slice(one.length - end)}`
}
