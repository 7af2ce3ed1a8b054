/**
 * The layout of a column file: blocks of rows, each block its columns one after another, then a
 * footer in JSON, its length, and a magic word. All numbers are little-endian.
 */
import { readSync } from 'node:fs'
import { type Rows, rowBytes } from './rows.js'

export const blockRows = 65_536
export const magic = 'couchestor.columns/1'

export interface RunPlace {
  readonly position: number
  readonly rows: number
}

/** Reads `count` rows of a run from the first one on; they lie in one block. */
export function readBlock(
  descriptor: number,
  position: number,
  first: number,
  count: number,
  rows: Rows,
): void {
  rows.count = count
  let at = position + first * rowBytes
  for (const column of rows.columns()) {
    readSync(descriptor, column, 0, column.length, at)
    at += column.length
  }
}

/** Footer, its length in eight bytes, the magic word. */
export function footerOf(value: Readonly<Record<string, unknown>>, position: number): Buffer {
  const json = Buffer.from(JSON.stringify({ ...value, dataBytes: position }))
  const length = Buffer.alloc(8)
  length.writeDoubleLE(json.length)
  return Buffer.concat([json, length, Buffer.from(magic)])
}
