/** A trace for people: a few lines, aligned. */

import { formatDuration } from '../../core/duration.js'
import { formatBytes } from '../../core/quantity.js'
import type { DescribedTrace, RequestTrace, SeriesTrace } from './described.js'
import { grouped, timeSpan } from './figures.js'

export function traceText(trace: DescribedTrace): string {
  const rows = [
    ['format', trace.format] as const,
    ...(trace.grain === 'requests' ? requestRows(trace) : seriesRows(trace)),
    ...trace.warnings.map(
      ({ code, count, first }) =>
        ['warning', `${grouped(count)} × ${code}${place(first)}`] as const,
    ),
  ]
  return [trace.file, ...rows.map(([name, value]) => `  ${name.padEnd(9)} ${value}`)].join('\n')
}

type TextRow = readonly [string, string]

function requestRows(trace: RequestTrace): readonly TextRow[] {
  return [
    ['requests', grouped(trace.requests)],
    ['reads', amount(trace.reads, trace.readBytes)],
    ['writes', amount(trace.writes, trace.writeBytes)],
    ['others', grouped(trace.others)],
    ['volumes', grouped(trace.volumes)],
    ['duration', timeSpan(trace.durationUs)],
    ['touched', touched(trace.uniqueBlocks4KiB)],
    ['ends at', `byte ${grouped(trace.maxEndByte)}`],
    ['p99 size', size(trace.sizeP99Bytes)],
    ['peak', `${grouped(trace.peakIops1s)} IOPS in one second`],
  ]
}

function seriesRows(trace: SeriesTrace): readonly TextRow[] {
  return [
    ['volumes', grouped(trace.volumes)],
    ['points', grouped(trace.points)],
    ['duration', timeSpan(trace.lastUs - trace.firstUs)],
    ['interval', formatDuration(trace.intervalUs)],
  ]
}

function amount(count: number | null, bytes: number | null): string {
  if (count === null) return 'the trace does not say'
  return `${grouped(count)}, ${grouped(bytes ?? 0)} bytes`
}

function size(bytes: number | null): string {
  return bytes === null ? 'too many different ones' : formatBytes(bytes)
}

function touched(blocks: number | null): string {
  return blocks === null ? 'too much to count exactly' : `${grouped(blocks)} blocks of 4 KiB`
}

function place(first: { readonly line?: number; readonly byte?: number }): string {
  if (first.line !== undefined) return `, first at line ${grouped(first.line)}`
  return first.byte === undefined ? '' : `, first at byte ${grouped(first.byte)}`
}
