/** Traces of separated text, one row a line: the well-known ones as rows of a table, and any by --columns. */
import { operations } from '../batch.js'
import { linesOf } from '../lines.js'
import { refuse } from '../problem.js'
import type { ColumnSpec } from './columns.js'
import type { Format, Head, RowSink } from './format.js'
import { timeUs, type WideNumber, wholeNumber, wideNumber } from './number.js'

interface Known {
  readonly name: string
  readonly title: string
  /** A data row, recognised by its form. */
  readonly row: RegExp
  /** A header line, where the format has one. */
  readonly header: RegExp | null
  readonly separator: RegExp
  readonly columns: ColumnSpec
}

const at = (column: number, bytes: number) => ({ column, bytes })

const known: readonly Known[] = [
  {
    name: 'msr',
    title: 'MSR Cambridge',
    row: /^\d{17,19},[^,]+,\d+,(?:Read|Write),\d+,\d+,\d+$/i,
    header: /^timestamp,hostname,disknumber,type,offset,size,responsetime$/i,
    separator: /,/,
    columns: {
      time: { column: 1, unit: 'filetime' },
      volume: [2, 3],
      operation: 4,
      offset: at(5, 1),
      length: at(6, 1),
      // Ticks of 100 ns: a tenth of a microsecond each.
      response: { column: 7, unit: 'us' },
      repeat: null,
    },
  },
  {
    name: 'alibaba-2020',
    title: 'Alibaba block traces 2020',
    row: /^\d+,[RW],\d+,\d+,\d{13,17}$/,
    header: /^device_id,opcode,offset,length,timestamp$/i,
    separator: /,/,
    columns: {
      time: { column: 5, unit: 'us' },
      volume: [1],
      operation: 2,
      offset: at(3, 1),
      length: at(4, 1),
      response: null,
      repeat: null,
    },
  },
  {
    name: 'tencent-cbs',
    title: 'Tencent CBS 2018',
    row: /^\d{10},\d+,\d+,[01],\d+$/,
    header: /^timestamp,offset,size,iotype,volumeid$/i,
    separator: /,/,
    columns: {
      time: { column: 1, unit: 's' },
      volume: [5],
      operation: 4,
      offset: at(2, 512),
      length: at(3, 512),
      response: null,
      repeat: null,
    },
  },
  {
    name: 'cloudphysics-csv',
    title: 'CloudPhysics CSV',
    row: /^\d+,\d+(?:\.\d+)?,[0-9a-f]{1,2},\d+,\d+$/i,
    header: /^version,time,op,size,lbn$/i,
    separator: /,/,
    columns: {
      time: { column: 2, unit: 's' },
      volume: [],
      operation: 3,
      offset: at(5, 512),
      length: at(4, 1),
      response: null,
      repeat: null,
    },
  },
  {
    name: 'systor17',
    title: 'SYSTOR ’17',
    row: /^\d+\.\d+,(?:\d+\.\d+)?,[RW]?,\d+,\d+,\d+$/,
    header: /^timestamp,response,iotype,lun,offset,size$/i,
    separator: /,/,
    columns: {
      time: { column: 1, unit: 's' },
      volume: [4],
      operation: 3,
      offset: at(5, 1),
      length: at(6, 1),
      response: { column: 2, unit: 's' },
      repeat: null,
    },
  },
  {
    name: 'tectonic',
    title: 'Meta Tectonic by CacheLib',
    row: /^\d{10}(?:\.\d+)?,[^,]+,\d+,\d+,\d+,[^,]*,[^,]*,(?:get|put)[^,]*,\d+,/,
    header:
      /^op_time,block_id,block_id_size,io_size,io_offset,user_name,user_namespace,op_name,op_count/i,
    separator: /,/,
    columns: {
      time: { column: 1, unit: 's' },
      volume: [7],
      operation: 8,
      offset: at(5, 1),
      length: at(4, 1),
      response: null,
      repeat: 9,
    },
  },
  {
    name: 'spc',
    title: 'SPC (UMass)',
    row: /^\d+,\d+,\d+,[rRwW],\d+(?:\.\d+)?(?:,.*)?$/,
    header: null,
    separator: /,/,
    columns: {
      time: { column: 5, unit: 's' },
      volume: [1],
      operation: 4,
      offset: at(2, 512),
      length: at(3, 1),
      response: null,
      repeat: null,
    },
  },
  {
    name: 'mqsim-ascii-ns',
    title: 'MQSim or SSDSim ASCII',
    row: /^\d{6,}\s+\d+\s+\d+\s+\d+\s+[01]$/,
    header: null,
    separator: /\s+/,
    columns: {
      time: { column: 1, unit: 'ns' },
      volume: [2],
      operation: 5,
      offset: at(3, 512),
      length: at(4, 512),
      response: null,
      repeat: null,
    },
  },
  {
    name: 'disksim-ascii-ms',
    title: 'DiskSim ASCII',
    row: /^\d+\.\d+\s+\d+\s+\d+\s+\d+\s+[01]$/,
    header: null,
    separator: /\s+/,
    columns: {
      time: { column: 1, unit: 'ms' },
      volume: [2],
      operation: 5,
      offset: at(3, 512),
      length: at(4, 512),
      response: null,
      repeat: null,
    },
  },
]

export const separatedFormats: readonly Format[] = known.map(one => ({
  name: one.name,
  title: one.title,
  matches: (head: Head) => looksLike(head, one),
  read: (file, sink) => read(file, sink, one.columns, one.separator, one),
}))

/** Any separated text, described by --columns. */
export const anyColumns: Format = {
  name: 'columns',
  title: 'separated text by --columns',
  matches: () => false,
  read: async (file, sink, options) => {
    if (options.columns === null) {
      const hint = 'give --columns time=1:us,volume=2,op=3,offset=4,length=5'
      throw refuse('USAGE', 'the format needs --columns', { file }, hint)
    }
    await read(file, sink, options.columns, /\s*[,;\t]\s*|\s+/, null)
  },
}

function looksLike(head: Head, one: Known): boolean {
  const [first, second] = head.lines
  if (first === undefined) return false
  if (one.header?.test(first) === true) return true
  return one.row.test(first) && (second === undefined || one.row.test(second))
}

async function read(
  file: string,
  sink: RowSink,
  columns: ColumnSpec,
  separator: RegExp,
  format: Known | null,
): Promise<void> {
  const reader = new RowReader(
    file,
    sink,
    columns,
    format?.name === 'msr' ? 10 : 1,
    operationsOf(format),
  )
  for await (const { first, lines } of linesOf(file)) {
    for (let index = 0; index < lines.length; index++) {
      const line = lines[index].trim()
      const number = first + index
      if (line === '' || line.startsWith('#')) continue
      if (number === 1 && (format?.header?.test(line) ?? isHeader(line))) continue
      reader.take(line.split(separator), number)
    }
  }
}

/** A first line without a single number in it names the columns. */
function isHeader(line: string): boolean {
  return !/(?:^|[,;\s])\d/.test(line)
}

function operationsOf(format: Known | null): (text: string) => number | null {
  if (format?.name === 'cloudphysics-csv') return scsiOperation
  if (format?.name === 'tencent-cbs') return text => numbered(text, '0')
  if (format?.separator.test(' ') === true) return text => numbered(text, '1')
  return namedOperation
}

function scsiOperation(text: string): number | null {
  if (/^(?:28|8|08|a8|88)$/i.test(text)) return operations.read
  return /^(?:2a|a|0a|aa|8a)$/i.test(text) ? operations.write : null
}

function numbered(text: string, read: '0' | '1'): number | null {
  if (text !== '0' && text !== '1') return null
  return text === read ? operations.read : operations.write
}

function namedOperation(text: string): number | null {
  const word = text.toLowerCase()
  if (word === 'r' || word === 'read' || word.startsWith('getchunk')) return operations.read
  if (word === 'w' || word === 'write' || word.startsWith('putchunk')) return operations.write
  if (/^(?:trim|discard|unmap|flush|sync|datasync|d|f)$/.test(word)) return operations.other
  return null
}

class RowReader {
  constructor(
    private readonly file: string,
    private readonly sink: RowSink,
    private readonly columns: ColumnSpec,
    /** Ticks of the response column in a unit of it. */
    private readonly responseTicks: number,
    private readonly operationOf: (text: string) => number | null,
  ) {}

  take(fields: readonly string[], line: number): void {
    const { columns } = this
    const time = timeUs(this.text(fields, columns.time.column, line), columns.time.unit)
    if (time === null) throw this.wrong(fields, columns.time.column, line, 'a time')
    const offset = this.wide(fields, columns.offset.column, columns.offset.bytes, line)
    const length = this.length(fields, line)
    const operation = this.operation(fields, line)
    const volume = this.sink.volumes.indexOf(
      columns.volume.length === 0
        ? 'disk'
        : columns.volume.map(column => this.text(fields, column, line)).join(':'),
    )
    const response = this.response(fields, line)
    const times = columns.repeat === null ? 1 : this.whole(fields, columns.repeat, line)
    for (let repeat = 0; repeat < times; repeat++) {
      this.sink.add(time, volume, operation, offset.low, offset.high, length, response, { line })
    }
  }

  private operation(fields: readonly string[], line: number): number {
    const { operation } = this.columns
    if (operation === null) return operations.unknown
    const code = this.operationOf(this.text(fields, operation, line))
    if (code === null) throw this.wrong(fields, operation, line, 'an operation')
    return code
  }

  private response(fields: readonly string[], line: number): number {
    const { response } = this.columns
    if (response === null) return Number.NaN
    const text = fields[response.column - 1] ?? ''
    if (text === '') return Number.NaN
    const value = timeUs(text, response.unit)
    if (value === null) throw this.wrong(fields, response.column, line, 'a response time')
    return Math.floor(value / this.responseTicks)
  }

  private length(fields: readonly string[], line: number): number {
    const { column, bytes } = this.columns.length
    const length = this.whole(fields, column, line) * bytes
    if (length > 0xffff_ffff) throw this.wrong(fields, column, line, 'a length below 4 GiB')
    return length
  }

  private whole(fields: readonly string[], column: number, line: number): number {
    const value = wholeNumber(this.text(fields, column, line))
    if (value === null) throw this.wrong(fields, column, line, 'a whole number')
    return value
  }

  private wide(fields: readonly string[], column: number, unit: number, line: number): WideNumber {
    const value = wideNumber(this.text(fields, column, line), unit)
    if (value === null) throw this.wrong(fields, column, line, 'a whole number below 2^63')
    return value
  }

  private text(fields: readonly string[], column: number, line: number): string {
    const field = fields[column - 1]
    if (field === undefined) {
      const message = `the row has ${fields.length} fields, column ${column} is missing`
      const hint = 'check that the line is whole'
      throw refuse('TRACE_ROW', message, { file: this.file, line, field: `column ${column}` }, hint)
    }
    return field.trim()
  }

  private wrong(fields: readonly string[], column: number, line: number, what: string): Error {
    const shown = JSON.stringify((fields[column - 1] ?? '').slice(0, 40))
    const message = `${shown} is not ${what}`
    const where = { file: this.file, line, field: `column ${column}` }
    return refuse('TRACE_ROW', message, where, 'mend the line, or give --format or --columns')
  }
}
