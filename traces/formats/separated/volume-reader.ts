/**
 * The volume of a row. Making a text of every row's name is what takes the time, so short numbers
 * are looked up as numbers, and other names are first compared with those met last.
 */
import type { VolumeNames } from '../../volume-names.js'
import { wholeAt } from '../byte-number.js'
import type { Fields } from './fields.js'

const remembered = 8
const zero = 48
const mostDigits = 15

interface Recent {
  readonly bytes: Uint8Array
  readonly index: number
}

export class VolumeReader {
  private readonly byNumber = new Map<number, number>()
  private readonly recent: Recent[] = []
  private nextToForget = 0

  constructor(
    private readonly volumes: VolumeNames,
    /** One column, or several that are joined by a colon. */
    private readonly columns: readonly number[],
  ) {}

  indexOf(fields: Fields): number {
    const { columns } = this
    if (columns.length === 0) return this.volumes.indexOf('disk')
    if (columns.length === 1) {
      const key = numberAt(fields, columns[0])
      if (key >= 0) return this.numbered(fields, key)
    }
    for (const { bytes, index } of this.recent) {
      if (this.isSame(fields, bytes)) return index
    }
    return this.remember(fields)
  }

  private numbered(fields: Fields, key: number): number {
    const known = this.byNumber.get(key)
    if (known !== undefined) return known
    const index = this.volumes.indexOf(fields.text(this.columns[0]))
    this.byNumber.set(key, index)
    return index
  }

  private remember(fields: Fields): number {
    const name = this.columns.map(column => fields.text(column)).join(':')
    const index = this.volumes.indexOf(name)
    this.recent[this.nextToForget] = { bytes: Buffer.from(name), index }
    this.nextToForget = (this.nextToForget + 1) % remembered
    return index
  }

  private isSame(fields: Fields, name: Uint8Array): boolean {
    let at = 0
    for (let part = 0; part < this.columns.length; part++) {
      if (part > 0) at += 1
      const end = fields.end(this.columns[part])
      for (let from = fields.start(this.columns[part]); from < end; from++) {
        if (fields.bytes[from] !== name[at]) return false
        at += 1
      }
      // A name that goes on has its colon here; one that ends, its end.
      const isLast = part === this.columns.length - 1
      if (isLast ? at !== name.length : name[at] !== 58) return false
    }
    return true
  }
}

/** A number without leading zeros, which are part of a name; negative when it is none. */
function numberAt(fields: Fields, column: number): number {
  const start = fields.start(column)
  const end = fields.end(column)
  if (end - start > mostDigits || (fields.bytes[start] === zero && end - start > 1)) return -1
  return wholeAt(fields.bytes, start, end)
}
