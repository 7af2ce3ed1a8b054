/** Lines of a byte stream, numbered from one. A byte-order mark, CRLF and a missing last feed are harmless. */
import { chunksOf } from './byte-source.js'
import { refuse } from './problem.js'

/** No row of a trace is longer; a longer line is another kind of file. */
const longestLine = 1 << 20

const feed = 10

/** Batches of lines: one array a chunk keeps the cost of iteration low. */
export async function* linesOf(file: string): AsyncGenerator<{ first: number; lines: string[] }> {
  let rest = ''
  let first = 1
  const decoder = new TextDecoder('latin1')
  for await (const chunk of chunksOf(file)) {
    if (first === 1 && rest === '') refuseUtf16(chunk, file)
    const zero = chunk.indexOf(0)
    if (zero >= 0) {
      const hint = 'name a text trace, or give its --format'
      const line = first + count(chunk.subarray(0, zero))
      throw refuse(
        'TRACE_BINARY',
        'a zero byte stands where text is expected',
        { file, line },
        hint,
      )
    }
    const lines = (rest + decoder.decode(chunk)).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > longestLine) {
      const hint = 'name a trace with one row a line'
      throw refuse(
        'TRACE_LINE_TOO_LONG',
        'a line is longer than 1 MiB',
        { file, line: first + lines.length },
        hint,
      )
    }
    if (lines.length > 0) yield { first, lines: lines.map(clean) }
    first += lines.length
  }
  if (rest !== '') yield { first, lines: [clean(rest)] }
}

function clean(line: string): string {
  const end = line.endsWith('\r') ? line.length - 1 : line.length
  return line.startsWith('\u00ef\u00bb\u00bf') ? line.slice(3, end) : line.slice(0, end)
}

function count(bytes: Uint8Array): number {
  let feeds = 0
  for (const byte of bytes) if (byte === feed) feeds += 1
  return feeds
}

function refuseUtf16(head: Uint8Array, file: string): void {
  const marked = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)
  if (!marked) return
  const hint = 'convert it: iconv -f UTF-16 -t UTF-8'
  throw refuse('TRACE_BINARY', 'the file is UTF-16', { file, line: 1 }, hint)
}
