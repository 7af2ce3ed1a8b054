/** How formats of separated text write a request's operation. */
import { operations } from '../../batch.js'

/** The operation's code, or null when the text is none. */
export type OperationWords = (text: string) => number | null

/** Words, or the kernel's RWBS letters, as in `WS`: write, synchronous. */
export const named: OperationWords = text => {
  const word = text.toLowerCase()
  if (word === 'r' || word === 'read' || word.startsWith('getchunk')) return operations.read
  if (word === 'w' || word === 'write' || word.startsWith('putchunk')) return operations.write
  if (/^(?:trim|discard|unmap|flush|sync|datasync|d|f)$/.test(word)) return operations.other
  return letters(text)
}

/** A flush may stand before; what follows the letter of the operation are its flags. */
function letters(text: string): number | null {
  const match = /^F?(W|R|DE?|F)F?A?S?M?[BU]?$/.exec(text)
  if (match === null) return null
  if (match[1] === 'R') return operations.read
  return match[1] === 'W' ? operations.write : operations.other
}

/** SCSI operation codes in hex, of 6, 10, 12 and 16 bytes. */
export const scsi: OperationWords = text => {
  if (/^(?:28|8|08|a8|88)$/i.test(text)) return operations.read
  return /^(?:2a|a|0a|aa|8a)$/i.test(text) ? operations.write : null
}

export const zeroReads: OperationWords = text =>
  text === '0' ? operations.read : text === '1' ? operations.write : null

export const oneReads: OperationWords = text =>
  text === '1' ? operations.read : text === '0' ? operations.write : null
