/**
 * The layout of a column file: blocks of rows, each block its columns one after another, then a
 * footer in JSON, its length, and a magic word. All numbers are little-endian.
 */
import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { refuse } from './problem.js'
import type { Column, Table } from './table.js'

export const blockRows = 65_536
const magic = 'couchestor.columns/2'
const tailBytes = 8 + magic.length

/** Writes rows as blocks from `position` on, the last one shorter; answers where they end. */
export function writeRows(descriptor: number, position: number, rows: Table): number {
  let at = position
  for (let row = 0; row < rows.count; row += blockRows) {
    const count = Math.min(blockRows, rows.count - row)
    for (const column of rows.columns()) {
      const bytes = bytesOf(column, row, count)
      writeFully(descriptor, bytes, at)
      at += bytes.length
    }
  }
  return at
}

/** Part of a block of `blockCount` rows that begins at `position`. */
export function readPart(
  descriptor: number,
  position: number,
  blockCount: number,
  from: number,
  count: number,
  rows: Table,
): void {
  rows.count = count
  let at = position
  for (const column of rows.columns()) {
    const bytes = bytesOf(column, 0, count)
    readFully(descriptor, bytes, at + from * column.BYTES_PER_ELEMENT)
    at += blockCount * column.BYTES_PER_ELEMENT
  }
}

export function writeFooter(descriptor: number, position: number, footer: object): void {
  const json = Buffer.from(JSON.stringify(footer))
  const length = Buffer.alloc(8)
  length.writeDoubleLE(json.length)
  writeFully(descriptor, Buffer.concat([json, length, Buffer.from(magic)]), position)
}

/** The footer as it was written, or null when the file has none. */
export function readFooter(descriptor: number, size: number): unknown {
  if (size < tailBytes) return null
  const tail = Buffer.alloc(tailBytes)
  readFully(descriptor, tail, size - tailBytes)
  if (tail.subarray(8).toString('latin1') !== magic) return null
  const length = tail.readDoubleLE(0)
  if (!(length > 0 && length <= size - tailBytes)) return null
  const json = Buffer.alloc(length)
  readFully(descriptor, json, size - tailBytes - length)
  return JSON.parse(json.toString('utf8'))
}

export function isColumnFile(file: string): boolean {
  const stat = statSync(file, { throwIfNoEntry: false })
  if (stat === undefined || !stat.isFile() || stat.size < tailBytes) return false
  const descriptor = openSync(file, 'r')
  try {
    const word = Buffer.alloc(magic.length)
    readFully(descriptor, word, stat.size - magic.length)
    return word.toString('latin1') === magic
  } finally {
    closeSync(descriptor)
  }
}

function bytesOf(column: Column, first: number, count: number): Uint8Array {
  const width = column.BYTES_PER_ELEMENT
  return new Uint8Array(column.buffer, column.byteOffset + first * width, count * width)
}

function writeFully(descriptor: number, bytes: Uint8Array, position: number): void {
  let done = 0
  while (done < bytes.length) {
    done += writeSync(descriptor, bytes, done, bytes.length - done, position + done)
  }
}

function readFully(descriptor: number, bytes: Uint8Array, position: number): void {
  let done = 0
  while (done < bytes.length) {
    const read = readSync(descriptor, bytes, done, bytes.length - done, position + done)
    if (read === 0) {
      const message = 'the column file ends before its rows do'
      throw refuse('TRACE_CUT', message, { byte: position + done }, 'convert the trace again')
    }
    done += read
  }
}
