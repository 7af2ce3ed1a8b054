/** What the columns of a series' text are, by their names. */
import { quantityOf, type SeriesUnit } from './unit.js'

export interface SeriesHeader {
  readonly separator: ',' | ';' | '\t'
  readonly names: readonly string[]
  readonly time: number
  /** Null: the file is one volume. */
  readonly volume: number | null
  readonly values: readonly { readonly column: number; readonly unit: SeriesUnit }[]
  /** A column called `value`, which says nothing of itself. */
  readonly bare: number | null
}

const volumeNames: ReadonlySet<string> = new Set([
  'volume',
  'volume_id',
  'volume_name',
  'pv_name',
  'pv',
  'disk',
  'disk_uid',
  'device',
  'device_id',
])

const measures = [
  'iops',
  'ops',
  'operations',
  'bytes',
  'bps',
  'bytes per second',
  'bandwidth',
  'throughput \\[kb/s\\]',
]
const valueForm = new RegExp(`^(?:(read|write)s? ?)?(${measures.join('|')})?$`)

/** Null when a line is no header of a series. */
export function seriesHeader(line: string): SeriesHeader | null {
  const separator = line.includes(';') ? ';' : line.includes(',') ? ',' : '\t'
  const names = line.split(separator).map(name => name.trim().toLowerCase().replace(/^"|"$/g, ''))
  const time = names.findIndex(name => /^(?:timestamp|time|date|datetime)(?: \[m?s\])?$/.test(name))
  if (time < 0 || names.length < 2) return null
  const values = names.flatMap((name, column) => {
    const unit = unitOf(name)
    return unit === null ? [] : [{ column, unit }]
  })
  const bare = names.indexOf('value')
  if (values.length === 0 && bare < 0) return null
  const volume = names.findIndex(name => volumeNames.has(name))
  return {
    separator,
    names,
    time,
    volume: volume < 0 ? null : volume,
    values,
    bare: values.length === 0 ? bare : null,
  }
}

/**
 * `read_iops`, `write_operations`, `read_bytes`, `read_bandwidth`, `Disk write throughput [KB/s]`.
 */
function unitOf(name: string): SeriesUnit | null {
  const words = name.replace(/^disk[ _]/, '').replace(/[ _-]+/g, ' ')
  const match = valueForm.exec(words)
  if (match === null || words === '') return null
  const [, direction, measure] = match
  // `reads` and `writes` alone are operations.
  if (measure === undefined && !/^(?:reads|writes)$/.test(words)) return null
  const isBytes = /bytes|bps|bandwidth|throughput/.test(measure ?? '')
  const inKilobytes = /bandwidth|throughput/.test(measure ?? '')
  const isRate = /iops|bps|per second|bandwidth|throughput/.test(measure ?? '')
  return {
    quantity: quantityOf(direction, isBytes),
    kind: isRate ? 'rate' : 'amount',
    scale: inKilobytes ? 1024 : 1,
  }
}
