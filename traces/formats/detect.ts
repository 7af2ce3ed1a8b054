/** Which format a file has, by its content. */
import { headOf, rawHead } from '../byte-source.js'
import { isColumnFile } from '../column-layout.js'
import { refuse } from '../problem.js'
import { blkparse } from './blkparse.js'
import { convertedFormat } from './converted.js'
import { fio } from './fio.js'
import type { Format, Head, ReaderOptions } from './format.js'
import { otherKinds } from './other-kinds.js'
import { anyColumns, separatedFormats } from './separated/separated.js'
import { prometheus } from './series/prometheus.js'
import { seriesCsv, tencentVolumes } from './series/series-csv.js'
import { vscsi1, vscsi2 } from './vscsi.js'

export const formats: readonly Format[] = [
  vscsi2,
  vscsi1,
  prometheus,
  fio,
  blkparse,
  ...separatedFormats,
  seriesCsv,
  tencentVolumes,
]

const headBytes = 65_536

export async function detect(
  file: string,
  options: ReaderOptions & { readonly format: string | null },
): Promise<Format> {
  if (isParquet(rawHead(file, 4))) {
    const { parquetFormat } = await import('./parquet/parquet.js')
    return parquetFormat(file, options)
  }
  if (options.format !== null) return byName(file, options.format)
  if (isColumnFile(file)) return convertedFormat(file)
  const bytes = await headOf(file, headBytes)
  const head: Head = { bytes, lines: textLines(bytes) }
  for (const one of otherKinds) {
    if (one.matches(head)) {
      throw refuse('TRACE_OTHER_KIND', `this is ${one.title}`, { file }, one.hint)
    }
  }
  if (options.columns !== null) return anyColumns
  // A second row that is broken must not hide what the first one is.
  const short: Head = { bytes, lines: head.lines.slice(0, 1) }
  const format =
    formats.find(candidate => candidate.matches(head)) ??
    formats.find(candidate => candidate.matches(short))
  if (format !== undefined) return format
  if (bytes.length === 0) {
    throw refuse('TRACE_EMPTY', 'the file is empty', { file }, 'name another file')
  }
  const message = 'no known format fits its content'
  const line = head.lines.length > 0 ? { line: 1 } : { byte: 0 }
  const hint = `give --columns, or --format ${names()}`
  throw refuse('TRACE_UNKNOWN', message, { file, ...line }, hint)
}

function byName(file: string, named: string): Format {
  const format = [...formats, anyColumns].find(candidate => candidate.name === named)
  if (format !== undefined) return format
  const message = `there is no format ${named}`
  throw refuse('USAGE', message, { file, field: '--format' }, `one of ${names()}`)
}

function names(): string {
  return formats.map(candidate => candidate.name).join(', ')
}

function isParquet(head: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(head) === 'PAR1'
}

/** The first lines of a text that are rows; a head with zero bytes is none. */
function textLines(bytes: Uint8Array): readonly string[] {
  if (bytes.includes(0)) return []
  return new TextDecoder('latin1')
    .decode(bytes)
    .split('\n')
    .map(line => line.replace(/\r$/, '').replace(/^\u00ef\u00bb\u00bf/, ''))
    .filter(line => line.trim() !== '' && !line.startsWith('#'))
    .slice(0, 3)
}
