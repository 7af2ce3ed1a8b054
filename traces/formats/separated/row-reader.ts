/** One row of separated text into one request. */
import { operations } from '../../batch.js'
import { refuse } from '../../problem.js'
import type { RequestSink } from '../../request-sink.js'
import { type Halves, timeAt, wholeAt, wideAt } from '../byte-number.js'
import type { ColumnSpec } from '../columns.js'
import type { Fields } from './fields.js'
import type { OperationWords } from './operation-words.js'

/** No trace repeats a row more often than this: a larger count is damage. */
const mostRepeats = 1_000_000
const letterR = 82
const letterW = 87

export class RowReader {
  private readonly offset: Halves = { low: 0, high: 0 }
  private readonly volumeByNumber = new Map<number, number>()
  private readonly lastColumn: number

  constructor(
    private readonly file: string,
    private readonly sink: RequestSink,
    private readonly columns: ColumnSpec,
    private readonly operationOf: OperationWords,
    private readonly skipsNoOperation: boolean,
  ) {
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
    const start = fields.start(operation)
    const length = fields.end(operation) - start
    if (length === 1) {
      const letter = fields.bytes[start]
      if (letter === letterR) return operations.read
      if (letter === letterW) return operations.write
    }
    if (length === 0 && this.skipsNoOperation) {
      this.sink.warn('TRACE_ROW_SKIPPED', line)
      return -1
    }
    const code = this.operationOf(fields.text(operation))
    if (code === null) throw this.wrong(fields, operation, line, 'an operation')
    return code
  }

  /** Short numbers are looked up as numbers: making a text of each is what takes the time. */
  private volume(fields: Fields, line: number): number {
    const { volume } = this.columns
    const { volumes } = this.sink
    if (volume.length === 0) return volumes.indexOf('disk')
    for (const column of volume) {
      if (fields.start(column) === fields.end(column)) {
        throw this.wrong(fields, column, line, 'a volume')
      }
    }
    if (volume.length > 1) {
      return volumes.indexOf(volume.map(column => fields.text(column)).join(':'))
    }
    const [column] = volume
    const start = fields.start(column)
    const end = fields.end(column)
    const key =
      end - start > 15 || fields.bytes[start] === 48 ? -1 : wholeAt(fields.bytes, start, end)
    if (key < 0) return volumes.indexOf(fields.text(column))
    const known = this.volumeByNumber.get(key)
    if (known !== undefined) return known
    const index = volumes.indexOf(fields.text(column))
    this.volumeByNumber.set(key, index)
    return index
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
