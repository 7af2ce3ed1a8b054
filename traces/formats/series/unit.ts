/** What a series' value is, where the file does not say it: `read-iops`, `bytes`, … */
import { refuse } from '../../problem.js'

export type Quantity = 'reads' | 'writes' | 'operations' | 'readBytes' | 'writeBytes' | 'bytes'

/** A counter grows for ever; a rate is a second's; an amount is an interval's. */
export type ValueKind = 'counter' | 'rate' | 'amount'

export interface SeriesUnit {
  readonly quantity: Quantity
  readonly kind: ValueKind
  /** Bytes of one of the value: 1024 where it is in KB. */
  readonly scale: number
}

/** What values are counted as while nobody has said what they are. */
export const unknownUnit: SeriesUnit = { quantity: 'operations', kind: 'amount', scale: 1 }

const form = /^(?:(read|write)-)?(iops|operations|bytes|bytes-per-second)$/
export const unitNames =
  'iops, operations, bytes or bytes-per-second, with read- or write- before it'

/** Parses the value of `--unit`. */
export function parseUnit(text: string): SeriesUnit {
  const match = form.exec(text)
  if (match === null) {
    throw refuse('USAGE', `there is no unit ${text}`, { field: '--unit' }, `use ${unitNames}`)
  }
  const isBytes = match[2].startsWith('bytes')
  const kind = match[2] === 'iops' || match[2] === 'bytes-per-second' ? 'rate' : 'amount'
  return { quantity: quantityOf(match[1], isBytes), kind, scale: 1 }
}

export function quantityOf(direction: string | undefined, isBytes: boolean): Quantity {
  if (direction === 'read') return isBytes ? 'readBytes' : 'reads'
  if (direction === 'write') return isBytes ? 'writeBytes' : 'writes'
  return isBytes ? 'bytes' : 'operations'
}
