/** `couchestor ec bench`: how fast the engines of this machine are. */
import type { BenchFigures } from '../../ec/bench.js'
import type { Define } from '../command.js'
import { examples } from '../command.js'
import type { Terminal } from '../terminal.js'
import { usage } from '../trace/reading.js'
import { documentOf } from '../version.js'

interface BenchFlags {
  readonly turns: string
  readonly code: readonly string[]
  readonly json?: boolean
}

export const defineBench: Define = (ec, terminal) => {
  ec.command('bench')
    .description('Measure every engine that is here, in GB of data a second.')
    .option('--turns <n>', 'turns of each measurement; the best one counts', '5')
    .option('--code <name>', 'only this code; may be given again', collect, [])
    .option('--json', 'answer with one JSON document')
    .addHelpText(
      'before',
      examples('couchestor ec bench', 'couchestor ec bench --code rs-4-2 --turns 20 --json'),
    )
    .action(async (flags: BenchFlags) => {
      const figures = await measure(flags, terminal)
      if (flags.json === true) terminal.answer(JSON.stringify(documentOf('ec-bench', figures)))
      else for (const line of lines(figures)) terminal.answer(line)
    })
}

async function measure(flags: BenchFlags, terminal: Terminal): Promise<BenchFigures> {
  const { benchCodes, benchmark } = await import('../../ec/bench.js')
  const { codeName, parseCodeName } = await import('../../core/code.js')
  const turns = /^[1-9]\d{0,3}$/.test(flags.turns) ? Number(flags.turns) : null
  if (turns === null) throw usage('--turns', `${flags.turns} is no number`, 'give 1 to 9999')
  const codes = flags.code.map(name => {
    const code = parseCodeName(name)
    if (typeof code === 'string') throw usage('--code', code, 'give rs-4-2, for example')
    return code
  })
  return benchmark({
    turns,
    codes: codes.length === 0 ? benchCodes : codes,
    onHeat: ({ code, shardBytes }) =>
      terminal.progress(`measured ${codeName(code)} with shards of ${shardBytes} bytes`),
  })
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}

function lines({ cpu, memoryCopyGBps, results }: BenchFigures): readonly string[] {
  const head = ['engine', 'code', 'shard', 'threads', 'encode', 'rebuild 1', 'rebuild all']
  const rows = results.map(one => [
    one.engine,
    one.code,
    `${one.shardBytes / 1024} KiB`,
    String(one.threads),
    gigabytes(one.encodeGBps),
    gigabytes(one.rebuildOneGBps),
    gigabytes(one.rebuildAllGBps),
  ])
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map(cells => cells[column].length)),
  )
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => (at < 2 ? cell.padEnd(widths[at]) : cell.padStart(widths[at])))
      .join('  ')
  return [`${cpu}; memory copy ${gigabytes(memoryCopyGBps)} GB/s`, line(head), ...rows.map(line)]
}

function gigabytes(rate: number): string {
  return rate.toFixed(1)
}
