/** One row of separated text into one request. */
import { operations } from '../../batch.js'
import { refuse } from '../../problem.js'
import type { RequestSink } from '../../request-sink.js'
import { type Halves, timeAt, wholeAt, wideAt } from '../byte-number.js'
import type { ColumnSpec } from '../columns.js'
import type { Fields } from './fields.js'
import type { OperationWords } from './operation-words.js'
import { VolumeReader } from './volume-reader.js'

/** No trace repeats a row more often than this: a larger count is damage. */
const mostRepeats = 1_000_000
const mostPacked = 6

export class RowReader {
  private readonly offset: Halves = { low: 0, high: 0 }
  private readonly volumes: VolumeReader
  /** Codes of short operation words, by their bytes taken as one number. */
  private readonly knownWords = new Map<number, number>()
  private readonly lastColumn: number

  constructor(
    private readonly file: string,
    private readonly sink: RequestSink,
    private readonly columns: ColumnSpec,
    private readonly operationOf: OperationWords,
    private readonly skipsNoOperation: boolean,
  ) {
    this.volumes = new VolumeReader(sink.volumes, columns.volume)
    const { time, volume, operation, offset, length, response, repeat } = columns
    const required = [time.column, ...volume, operation ?? 0, offset.column, length.column]
    this.lastColumn = Math.max(...required, response?.column ?? 0, repeat ?? 0)
  }

  take(fields: Fields, line: number): void {
    const { columns, offset, sink } = this
    if (fields.count < this.lastColumn) throw this.short(fields, line)
    const { time } = columns
    const atUs = timeAt(fields.bytes, fields.start(time.column), fields.end(time.column), time.unit)
    if (atUs < 0) throw this.wrong(fields, time.column, line, `a time in ${time.unit}`)
    this.readOffset(fields, line)
    const length = this.length(fields, line)
    const operation = this.operation(fields, line)
    if (operation < 0) return
    const volume = this.volume(fields, line)
    const response = this.response(fields, line)
    const times = this.repeats(fields, line)
    for (let repeat = 0; repeat < times; repeat++) {
      sink.add(atUs, volume, operation, offset.low, offset.high, length, response, line)
    }
  }

  /** Negative when the row is passed over. */
  private operation(fields: Fields, line: number): number {
    const { operation } = this.columns
    if (operation === null) return operations.unknown
    const word = packed(fields, operation)
    const known = this.knownWords.get(word)
    if (known !== undefined) return known
    const text = fields.text(operation)
    if (text === '' && this.skipsNoOperation) {
      this.sink.warn('TRACE_ROW_SKIPPED', line)
      return -1
    }
    const code = this.operationOf(text)
    if (code === null) throw this.wrong(fields, operation, line, 'an operation')
    if (word >= 0) this.knownWords.set(word, code)
    return code
  }

  private volume(fields: Fields, line: number): number {
    for (const column of this.columns.volume) {
      if (fields.start(column) === fields.end(column)) {
        throw this.wrong(fields, column, line, 'a volume')
      }
    }
    return this.volumes.indexOf(fields)
  }

  private response(fields: Fields, line: number): number {
    const { response } = this.columns
    if (response === null) return Number.NaN
    const start = fields.start(response.column)
    const end = fields.end(response.column)
    if (start === end) return Number.NaN
    const value = timeAt(fields.bytes, start, end, response.unit)
    if (value < 0) throw this.wrong(fields, response.column, line, 'a response time')
    return value
  }

  private readOffset(fields: Fields, line: number): void {
    const { column, bytes } = this.columns.offset
    const start = fields.start(column)
    if (wideAt(fields.bytes, start, fields.end(column), bytes, this.offset)) return
    throw this.wrong(fields, column, line, 'a whole number of bytes below 2^63')
  }

  private length(fields: Fields, line: number): number {
    const { column, bytes } = this.columns.length
    const length = wholeAt(fields.bytes, fields.start(column), fields.end(column))
    if (length < 0) throw this.wrong(fields, column, line, 'a whole number')
    if (length * bytes > 0xffff_ffff) throw this.wrong(fields, column, line, 'below 4 GiB')
    return length * bytes
  }

  private repeats(fields: Fields, line: number): number {
    const { repeat } = this.columns
    if (repeat === null) return 1
    const times = wholeAt(fields.bytes, fields.start(repeat), fields.end(repeat))
    if (times < 0 || times > mostRepeats) {
      throw this.wrong(fields, repeat, line, 'a count of at most a million')
    }
    return times
  }

  private short(fields: Fields, line: number): Error {
    const message = `the row has ${fields.count} fields, column ${this.lastColumn} is missing`
    const field = `column ${this.lastColumn}`
    const hint = 'check that the file is whole'
    return refuse('TRACE_ROW', message, { file: this.file, line, field }, hint)
  }

  private wrong(fields: Fields, column: number, line: number, what: string): Error {
    const message = `${JSON.stringify(fields.text(column).slice(0, 40))} is not ${what}`
    const where = { file: this.file, line, field: `column ${column}` }
    return refuse('TRACE_ROW', message, where, 'mend the line, or give --format or --columns')
  }
}

/** Up to six bytes as one number; negative when there are none or more. */
function packed(fields: Fields, column: number): number {
  const start = fields.start(column)
  const end = fields.end(column)
  if (end === start || end - start > mostPacked) return -1
  let word = 0
  for (let at = start; at < end; at++) word = word * 256 + fields.bytes[at]
  return word
}
