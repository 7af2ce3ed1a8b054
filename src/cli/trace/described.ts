/** What `trace inspect` says of one opened trace: the keys of CONTRACT.md. */
import type { OpenedTrace } from '../../../traces/open-columns.js'
import type { Warning } from '../../../traces/problem.js'
import type { TraceSummary } from '../../../traces/summary.js'

export interface RequestTrace extends TraceSummary {
  readonly grain: 'requests'
  readonly file: string
  readonly format: string
  readonly warnings: readonly Warning[]
}

export interface SeriesTrace {
  readonly grain: 'series'
  readonly file: string
  readonly format: string
  readonly volumes: number
  readonly points: number
  readonly firstUs: number
  readonly lastUs: number
  readonly intervalUs: number
  readonly warnings: readonly Warning[]
}

export type DescribedTrace = RequestTrace | SeriesTrace

export function described(file: string, source: OpenedTrace): DescribedTrace {
  if (source.grain === 'requests') {
    const { format, summary, warnings } = source.footer
    return { file, format, grain: 'requests', ...summary, warnings }
  }
  const { format, volumes, points, firstPointUs, lastPointUs, intervalUs, warnings } = source.footer
  return {
    file,
    format,
    grain: 'series',
    volumes: volumes.length,
    points,
    firstUs: firstPointUs,
    lastUs: lastPointUs,
    intervalUs,
    warnings,
  }
}
