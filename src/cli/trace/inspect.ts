/** `couchestor trace inspect`: what a trace holds. */
import type { OpenedTrace } from '../../../traces/open-columns.js'
import type { Define } from '../command.js'
import { examples } from '../command.js'
import * as interrupt from '../interrupt.js'
import type { Terminal } from '../terminal.js'
import { documentOf } from '../version.js'
import type { ByVolume } from './by-volume.js'
import { byVolumeText } from './by-volume-text.js'
import type { DescribedTrace } from './described.js'
import { addReadingFlags, type ReadingFlags, readingOptions, usage } from './reading.js'
import { withFiles } from './standard-input.js'
import { traceText } from './trace-text.js'

interface InspectFlags extends ReadingFlags {
  readonly json?: boolean
  readonly by?: string
  readonly policy?: readonly string[]
}

export const defineInspect: Define = (trace, terminal) => {
  const command = trace
    .command('inspect')
    .argument('<files...>', 'trace files: plain, gz or zst; - is standard input')
    .description(
      'What a trace holds: requests, bytes, volumes, time, peaks, and what is odd in it.',
    )
    .option('--by <what>', 'volume: IOPS of each in windows, and its quiet hours')
    .option(
      '--policy <file>',
      'with --by volume: how many volumes ever reach its marks; repeatable',
      (file: string, before: readonly string[] = []) => [...before, file],
    )
    .option('--json', 'one JSON document, couchestor.trace/v1')
    .addHelpText(
      'before',
      examples(
        'couchestor trace inspect web_0.csv.gz',
        'couchestor trace inspect metrics.json --by volume --policy policy.yaml',
        'couchestor trace inspect io.csv --columns time=1:us,volume=2,op=3,offset=4,length=5',
      ),
    )
  addReadingFlags(command).action(async (files: readonly string[], flags: InspectFlags) => {
    const traces = await inspected(files, flags, terminal)
    terminal.answer(flags.json === true ? documentText(traces) : traces.map(text).join('\n\n'))
  })
}

async function inspected(
  files: readonly string[],
  flags: InspectFlags,
  terminal: Terminal,
): Promise<readonly Inspected[]> {
  const { openOnce, openTrace } = await import('../../../traces/open-trace.js')
  const { described } = await import('./described.js')
  const options = { ...(await readingOptions(flags)), unitNeeded: false }
  const byVolumeOf = await volumesOf(flags)
  const traces: Inspected[] = []
  await withFiles(files, async paths => {
    for (const [index, path] of paths.entries()) {
      const file = files[index]
      terminal.progress(`reading ${file}`)
      const source =
        file === '-'
          ? await openOnce(path, options, interrupt)
          : await openTrace([path], options, interrupt)
      traces.push({ trace: described(file, source), volumes: byVolumeOf?.(source) ?? null })
      source.close()
    }
  })
  return traces
}

/** What looks at each volume, with the policies read; null when nobody asked. */
async function volumesOf(flags: InspectFlags): Promise<((source: OpenedTrace) => ByVolume) | null> {
  if (!isByVolume(flags)) return null
  const { byVolume, policiesOf } = await import('./by-volume.js')
  const policies = policiesOf(flags.policy ?? [])
  return source => byVolume(source, policies)
}

interface Inspected {
  readonly trace: DescribedTrace
  readonly volumes: ByVolume | null
}

function documentText(traces: readonly Inspected[]): string {
  const flat = traces.map(({ trace, volumes }) => ({ ...trace, ...(volumes ?? {}) }))
  return JSON.stringify(documentOf('trace', { traces: flat }))
}

function text({ trace, volumes }: Inspected): string {
  return volumes === null ? traceText(trace) : `${traceText(trace)}\n${byVolumeText(volumes)}`
}

function isByVolume(flags: InspectFlags): boolean {
  if (flags.by === undefined && flags.policy !== undefined) {
    throw usage('--policy', 'marks are counted by volume', 'add --by volume')
  }
  if (flags.by !== undefined && flags.by !== 'volume') {
    throw usage('--by', `there is no ${flags.by} to inspect by`, 'use --by volume')
  }
  return flags.by === 'volume'
}
