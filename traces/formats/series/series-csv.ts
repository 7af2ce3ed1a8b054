/**
 * Series as separated text under a header: `timestamp,volume,read_iops,write_iops`, one volume's
 * `timestamp,value`, Bitbrains' semicolons, the load files of Tencent's cloud volumes.
 */
import { basename } from 'node:path'
import { linesOf } from '../../lines.js'
import { refuse } from '../../problem.js'
import type { SeriesSink } from '../../series-sink.js'
import type { Head, ReaderOptions, SeriesFormat } from '../format.js'
import { type SeriesHeader, seriesHeader } from './header.js'
import { unitNames, unknownUnit } from './unit.js'
import { instantUs, sampleValue } from './value.js'

export const seriesCsv: SeriesFormat = {
  grain: 'series',
  name: 'series-csv',
  title: 'series as separated text',
  places: 'line',
  matches: (head: Head) => seriesHeader(head.lines[0] ?? '') !== null,
  read: (file, sink, options) => read(file, sink, options, null),
}

/** Load files of Tencent's cloud volumes come without a header; their README names the columns. */
export const tencentVolumes: SeriesFormat = {
  ...seriesCsv,
  name: 'tencent-cloud-volumes',
  title: 'Tencent Cloud-Volume load file',
  matches: () => false,
  read: (file, sink, options) =>
    read(
      file,
      sink,
      options,
      'timestamp,read_iops,read_bandwidth,write_iops,write_bandwidth,disk_usage',
    ),
}

async function read(
  file: string,
  sink: SeriesSink,
  options: ReaderOptions,
  knownHeader: string | null,
): Promise<void> {
  let reader = knownHeader === null ? null : readerOf(file, sink, options, knownHeader, 0)
  for await (const { first, lines } of linesOf(file)) {
    for (let index = 0; index < lines.length; index++) {
      const line = lines[index]
      if (line.trim() === '' || line.startsWith('#')) continue
      if (reader !== null && seriesHeader(line) === null) reader.take(line, first + index)
      else reader ??= readerOf(file, sink, options, line, first + index)
    }
  }
}

function readerOf(
  file: string,
  sink: SeriesSink,
  options: ReaderOptions,
  line: string,
  number: number,
): SeriesReader {
  const header = seriesHeader(line)
  if (header === null) {
    const message = 'the first line names no time and no value'
    const hint = 'write timestamp,volume,read_iops,write_iops above the rows'
    throw refuse('TRACE_ROW', message, { file, line: number }, hint)
  }
  return new SeriesReader(file, sink, withUnit(header, options, file, sink, number))
}

/** A column that is only called `value` needs --unit. */
function withUnit(
  header: SeriesHeader,
  options: ReaderOptions,
  file: string,
  sink: SeriesSink,
  line: number,
): SeriesHeader {
  if (header.bare === null) return header
  const { unit, unitNeeded } = options
  if (unit === null && unitNeeded) {
    const message = 'the file does not say what its values are'
    throw refuse('TRACE_UNIT_MISSING', message, { file, line }, `pass --unit: ${unitNames}`)
  }
  if (unit === null) sink.warn('TRACE_UNIT_MISSING', line)
  return { ...header, values: [{ column: header.bare, unit: unit ?? unknownUnit }] }
}

class SeriesReader {
  private readonly ofFile: string
  private readonly indexes = new Map<string, readonly number[]>()

  constructor(
    private readonly file: string,
    private readonly sink: SeriesSink,
    private readonly header: SeriesHeader,
  ) {
    this.ofFile = basename(file).replace(/(?:\.(?:csv|tsv|txt|gz|zst))+$/, '')
  }

  take(line: string, number: number): void {
    const { header, sink } = this
    const fields = line.split(header.separator)
    if (fields.length < header.names.length) {
      const message = `the row has ${fields.length} fields, the header ${header.names.length}`
      throw this.wrong(message, number)
    }
    const field = (column: number): string => fields[column].trim().replace(/^"(.*)"$/, '$1')
    const atUs = instantUs(field(header.time))
    if (atUs === null) {
      throw this.wrong(`${JSON.stringify(field(header.time).slice(0, 40))} is no time`, number)
    }
    const volume = header.volume === null ? this.ofFile : field(header.volume)
    if (volume === '') throw this.wrong('the volume is empty', number)
    const series = this.seriesOf(volume)
    sink.point(atUs)
    header.values.forEach(({ column }, index) => {
      const value = field(column) === '' ? 'gap' : sampleValue(field(column))
      if (value === 'wrong') {
        const shown = JSON.stringify(field(column).slice(0, 40))
        throw this.wrong(`${shown} is no value of zero or more`, number, header.names[column])
      }
      if (value === 'gap') sink.warn('TRACE_GAP', number)
      else sink.sample(series[index], atUs, value, number)
    })
  }

  private seriesOf(volume: string): readonly number[] {
    const known = this.indexes.get(volume)
    if (known !== undefined) return known
    const series = this.header.values.map(({ unit }) => this.sink.indexOf(volume, unit))
    this.indexes.set(volume, series)
    return series
  }

  private wrong(message: string, line: number, field?: string): Error {
    const where = { file: this.file, line, ...(field === undefined ? {} : { field }) }
    return refuse('TRACE_ROW', message, where, 'mend the line')
  }
}
