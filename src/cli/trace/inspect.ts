/** `couchestor trace inspect`: what a trace holds. */
import type { Define } from '../command.js'
import { examples } from '../command.js'
import * as interrupt from '../interrupt.js'
import { documentOf } from '../version.js'
import { addReadingFlags, type ReadingFlags, readingOptions } from './reading.js'
import { traceText } from './trace-text.js'

interface InspectFlags extends ReadingFlags {
  readonly json?: boolean
}

export const defineInspect: Define = (trace, terminal) => {
  const command = trace
    .command('inspect')
    .argument('<files...>', 'trace files: plain, gz or zst')
    .description(
      'What a trace holds: requests, bytes, volumes, time, peaks, and what is odd in it.',
    )
    .option('--json', 'one JSON document, couchestor.trace/v1')
    .addHelpText(
      'before',
      examples(
        'couchestor trace inspect web_0.csv.gz',
        'couchestor trace inspect io.csv --columns time=1:us,volume=2,op=3,offset=4,length=5',
      ),
    )
  addReadingFlags(command).action(async (files: readonly string[], flags: InspectFlags) => {
    const { openTrace } = await import('../../../traces/open-trace.js')
    const { described } = await import('./described.js')
    const options = { ...(await readingOptions(flags)), unitNeeded: false }
    const traces = []
    for (const file of files) {
      terminal.progress(`reading ${file}`)
      const source = await openTrace([file], options, interrupt)
      traces.push(described(file, source))
      source.close()
    }
    if (flags.json === true) terminal.answer(JSON.stringify(documentOf('trace', { traces })))
    else terminal.answer(traces.map(traceText).join('\n\n'))
  })
}
