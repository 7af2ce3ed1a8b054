/** Traces of separated text, one row a line: the well-known ones, and any by --columns. */
import { LineCursor, textBlocks } from '../../lines.js'
import { refuse } from '../../problem.js'
import type { RequestSink } from '../../request-sink.js'
import { placed } from '../columns.js'
import type { Head, ReaderOptions, RequestFormat } from '../format.js'
import { Fields, type Separator, separatorOf } from './fields.js'
import { type KnownText, knownTexts } from './known.js'
import { named } from './operation-words.js'
import { RowReader } from './row-reader.js'

export const separatedFormats: readonly RequestFormat[] = knownTexts.map(known => ({
  grain: 'requests',
  name: known.name,
  title: known.title,
  places: 'line',
  matches: head => looksLike(head, known),
  read: (file, sink) => readKnown(file, sink, known),
}))

/** Any separated text, described by --columns. */
export const anyColumns: RequestFormat = {
  grain: 'requests',
  name: 'columns',
  title: 'separated text by --columns',
  places: 'line',
  matches: () => false,
  read: readAny,
}

function looksLike(head: Head, known: KnownText): boolean {
  const [first, second] = head.lines
  if (first === undefined) return false
  if (known.header?.test(first.trim()) === true) return true
  const isRow = (line: string): boolean => known.row.test(line.trim())
  return isRow(first) && (second === undefined || isRow(second))
}

async function readKnown(file: string, sink: RequestSink, known: KnownText): Promise<void> {
  const separator: Separator = known.separator === 'comma' ? 44 : null
  const skips = known.skipsNoOperation === true
  const fields = new Fields(separator)
  const reader = new RowReader(file, sink, known.columns, known.operationOf, skips)
  let isFirst = true
  await eachRow(file, fields, (bytes, line, start, end) => {
    if (isFirst) {
      isFirst = false
      if (known.assumesUnit === true) sink.warn('TRACE_UNIT_ASSUMED', line)
      const text = bytes.toString('utf8', start, end)
      if (known.header?.test(text.trim()) ?? isHeader(text)) return
    }
    fields.split(bytes, start, end)
    reader.take(fields, line)
  })
}

async function readAny(file: string, sink: RequestSink, options: ReaderOptions): Promise<void> {
  const { columns } = options
  if (columns === null) {
    const hint = 'give --columns time=1:us,volume=2,op=3,offset=4,length=5'
    throw refuse('USAGE', 'the format needs --columns', { file }, hint)
  }
  const fields = new Fields(null)
  let reader: RowReader | null = null
  await eachRow(file, fields, (bytes, line, start, end) => {
    if (reader === null) {
      const text = bytes.toString('utf8', start, end)
      fields.separator = separatorOf(text)
      fields.split(bytes, start, end)
      const header = isHeader(text) ? fields.texts() : null
      reader = new RowReader(file, sink, placed(columns, header, file), named, false)
      if (header !== null) return
    }
    fields.split(bytes, start, end)
    reader.take(fields, line)
  })
}

/** A first line without a single field that begins with a digit names the columns. */
function isHeader(line: string): boolean {
  return !/(?:^|[,;\s])[-+]?\d/.test(line)
}

/** Every line that is neither blank nor a comment. */
async function eachRow(
  file: string,
  fields: Fields,
  take: (bytes: Buffer, line: number, start: number, end: number) => void,
): Promise<void> {
  const cursor = new LineCursor()
  for await (const block of textBlocks(file, cursor)) {
    for (let start = 0; start < block.length; ) {
      const found = block.indexOf(10, start)
      const end = found < 0 ? block.length : found
      cursor.line += 1
      if (fields.isRow(block, start, end)) take(block, cursor.line, start, end)
      start = end + 1
    }
  }
}
