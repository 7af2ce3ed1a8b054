/** The flags by which any command that reads a trace is told how to read it. */
import type { Command } from 'commander'
import type { ConvertOptions } from '../../../traces/convert.js'
import { Refused } from '../../core/errors.js'

export interface ReadingFlags {
  readonly format?: string
  readonly columns?: string
  readonly event?: string
  readonly unit?: string
  readonly rates?: boolean
}

/** How traces are named on a command line, and how they are read. */
export interface TraceOptions extends ReadingFlags {
  readonly trace: readonly string[]
}

export function addReadingFlags(command: Command): Command {
  return command
    .option('--format <name>', 'the format, instead of finding it out')
    .option(
      '--columns <spec>',
      'any separated text: time=5:us,volume=1,op=2,offset=3:bytes,length=4:bytes',
    )
    .option('--event <letter>', 'blktrace: count D (issued), Q (queued) or C (completed)', 'D')
    .option('--unit <unit>', 'what a series holds: [read-|write-]iops, operations, bytes, …')
    .option('--rates', 'Prometheus values are rates a second, whatever the metric is called')
}

export async function readingOptions(flags: ReadingFlags): Promise<ConvertOptions> {
  const { parseColumns } = await import('../../../traces/formats/columns.js')
  const { parseUnit } = await import('../../../traces/formats/series/unit.js')
  return {
    format: flags.format ?? null,
    columns: flags.columns === undefined ? null : parseColumns(flags.columns),
    unit: flags.unit === undefined ? null : parseUnit(flags.unit),
    unitNeeded: true,
    rates: flags.rates ?? null,
    event: eventOf(flags.event ?? 'D'),
  }
}

function eventOf(text: string): ConvertOptions['event'] {
  if (text === 'D' || text === 'Q' || text === 'C') return text
  throw usage('--event', `${text} is not an event`, 'one of D, Q, C')
}

export function usage(field: string, message: string, hint: string): Refused {
  return new Refused([{ code: 'USAGE', message, where: { field }, hint }])
}
