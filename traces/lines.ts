/**
 * Text in blocks of whole lines. A byte-order mark, CRLF and a missing last feed are harmless;
 * bytes that are no text, and lines longer than any row, end the reading with their line's number.
 */
import { chunksOf } from './byte-source.js'
import { refuse } from './problem.js'

/** No row of a trace is longer; a longer line is another kind of file. */
const longestLine = 1 << 20
const feed = 10

/** The number of the line that is being read: whoever takes lines off a block counts them here. */
export class LineCursor {
  line = 0
}

/**
 * Blocks that end with a line; `cursor` must have passed a block's lines when the next is asked
 * for.
 */
export async function* textBlocks(file: string, cursor: LineCursor): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0)
  let isFirst = true
  for await (const chunk of chunksOf(file)) {
    const bytes = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk])
    if (isFirst) refuseUtf16(bytes, file)
    const zero = bytes.indexOf(0)
    if (zero >= 0) throw binary(file, cursor.line + feedsIn(bytes.subarray(0, zero)) + 1)
    const end = bytes.lastIndexOf(feed) + 1
    rest = bytes.subarray(end)
    if (end > 0) {
      const skipped: number = isFirst ? markLength(bytes) : 0
      isFirst = false
      yield bytes.subarray(skipped, end)
    }
    if (rest.length > longestLine) throw tooLong(file, cursor.line + 1)
  }
  if (rest.length > 0) yield rest.subarray(isFirst ? markLength(rest) : 0)
}

/** Lines as texts, numbered from one. */
export async function* linesOf(file: string): AsyncGenerator<{ first: number; lines: string[] }> {
  const cursor = new LineCursor()
  for await (const block of textBlocks(file, cursor)) {
    const text = block.toString('utf8')
    const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n')
    const first = cursor.line + 1
    cursor.line += lines.length
    yield { first, lines: lines.map(line => (line.endsWith('\r') ? line.slice(0, -1) : line)) }
  }
}

function markLength(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
}

function feedsIn(bytes: Uint8Array): number {
  let feeds = 0
  for (const byte of bytes) if (byte === feed) feeds += 1
  return feeds
}

function binary(file: string, line: number): Error {
  const message = 'a zero byte stands where text is expected'
  const hint = 'name a text trace, or give its --format'
  return refuse('TRACE_BINARY', message, { file, line }, hint)
}

function tooLong(file: string, line: number): Error {
  const message = 'a line is longer than 1 MiB'
  return refuse('TRACE_LINE_TOO_LONG', message, { file, line }, 'name a trace with one row a line')
}

function refuseUtf16(head: Uint8Array, file: string): void {
  const marked = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)
  if (!marked) return
  const hint = 'convert it: iconv -f UTF-16 -t UTF-8'
  throw refuse('TRACE_BINARY', 'the file is UTF-16', { file, line: 1 }, hint)
}
