/** `couchestor trace convert`: raw traces into one column file. */
import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { Refused } from '../../core/errors.js'
import type { Define } from '../command.js'
import { examples } from '../command.js'
import * as interrupt from '../interrupt.js'
import { grouped } from './figures.js'
import { addReadingFlags, type ReadingFlags, readingOptions, usage } from './reading.js'
import { withFiles } from './standard-input.js'

interface ConvertFlags extends ReadingFlags {
  readonly force?: boolean
}

export const defineConvert: Define = (trace, terminal) => {
  const command = trace
    .command('convert')
    .argument('<paths...>', 'the trace files, and last the column file to write')
    .usage('[options] <in...> <out>')
    .description('Merge traces by time into one column file, which replays fastest.')
    .option('--force', 'replace a file that is there already')
    .addHelpText(
      'before',
      examples(
        'couchestor trace convert web_0.csv.gz web.columns',
        'couchestor trace convert web_0.csv.gz web_1.csv.gz web_2.csv.gz web.columns',
      ),
    )
  addReadingFlags(command).action(async (paths: readonly string[], flags: ConvertFlags) => {
    const inputs = paths.slice(0, -1)
    const out = paths[paths.length - 1]
    if (out === undefined || inputs.length === 0) {
      throw usage('<out>', 'convert needs a trace and a file to write', 'name both')
    }
    await refuseTarget(inputs, out, flags.force === true)
    const { convert } = await import('../../../traces/convert.js')
    const { openColumns } = await import('../../../traces/open-columns.js')
    const options = await readingOptions(flags)
    await withFiles(inputs, files => convert(files, out, options, interrupt))
    const source = openColumns(out)
    const rows = source.grain === 'requests' ? source.requests : source.points
    const what = source.grain === 'requests' ? 'requests' : 'points'
    terminal.answer(`${out}: ${grouped(rows)} ${what}, ${grouped(source.volumes.length)} volumes`)
    source.close()
  })
}

/**
 * Writing again over a column file is what a second conversion does; anything else is asked for.
 */
export async function refuseTarget(
  inputs: readonly string[],
  out: string,
  force: boolean,
): Promise<void> {
  const { isColumnFile } = await import('../../../traces/column-layout.js')
  if (inputs.some(input => resolve(input) === resolve(out))) {
    throw usage('<out>', `${out} is also an input`, 'name another file to write')
  }
  if (out === '-') {
    const hint = 'name a file'
    throw usage('<out>', 'a column file cannot go to standard output', hint)
  }
  if (existsSync(out) && !statSync(out).isFile()) {
    throw usage('<out>', `${out} is no regular file`, 'name a file')
  }
  if (force || !existsSync(out) || isColumnFile(out)) return
  const message = 'a file that is no column file stands there'
  const hint = 'name another one, or pass --force'
  throw new Refused([{ code: 'OUT_EXISTS', message, where: { file: out }, hint }])
}
