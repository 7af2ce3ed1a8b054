/** Which format a file has, by its content. */
import { headOf } from '../byte-source.js'
import { refuse } from '../problem.js'
import { blkparse } from './blkparse.js'
import { fio } from './fio.js'
import type { Format, Head } from './format.js'
import { anyColumns, separatedFormats } from './separated.js'
import { vscsi1, vscsi2 } from './vscsi.js'

export const formats: readonly Format[] = [vscsi2, vscsi1, fio, blkparse, ...separatedFormats]

/** Formats that are recognised and named, but not read. */
const refused: readonly {
  readonly title: string
  matches(head: Head): boolean
  readonly hint: string
}[] = [
  {
    title: 'binary blktrace',
    matches: head => startsWith(head.bytes, [0x07, 0x74, 0x61, 0x65]),
    hint: 'print it with blkparse first',
  },
  {
    title: 'fio latency or bandwidth log',
    matches: head => /^\d+, \d+, [012], \d+/.test(head.lines[0] ?? ''),
    hint: 'record an I/O log with --write_iolog',
  },
]

const headBytes = 65_536

export async function detect(file: string, named: string | null): Promise<Format> {
  if (named !== null) return byName(file, named)
  const bytes = await headOf(file, headBytes)
  const head: Head = { bytes, lines: textLines(bytes) }
  for (const one of refused) {
    if (one.matches(head)) {
      throw refuse('TRACE_OTHER_KIND', `this is a ${one.title}`, { file }, one.hint)
    }
  }
  const format = formats.find(candidate => candidate.matches(head))
  if (format !== undefined) return format
  const names = formats.map(candidate => candidate.name).join(', ')
  const message = 'no known format fits its content'
  const line = head.lines.length > 0 ? { line: 1 } : { byte: 0 }
  const hint = `give --columns, or --format ${names}`
  throw refuse('TRACE_UNKNOWN', message, { file, ...line }, hint)
}

function byName(file: string, named: string): Format {
  const format = [...formats, anyColumns].find(candidate => candidate.name === named)
  if (format !== undefined) return format
  const names = formats.map(candidate => candidate.name).join(', ')
  throw refuse(
    'USAGE',
    `there is no format ${named}`,
    { file, field: '--format' },
    `one of ${names}`,
  )
}

/** The first lines of a text; a head with zero bytes is none. */
function textLines(bytes: Uint8Array): readonly string[] {
  if (bytes.includes(0)) return []
  const lines = new TextDecoder('latin1').decode(bytes).split('\n')
  return lines
    .map(line => line.replace(/\r$/, '').replace(/^\u00ef\u00bb\u00bf/, ''))
    .filter(line => line.trim() !== '' && !line.startsWith('#'))
    .slice(0, 3)
}

function startsWith(bytes: Uint8Array, wanted: readonly number[]): boolean {
  return wanted.every((byte, index) => bytes[index] === byte)
}
