/** A column file that is being written: it lies beside its place until it is whole. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { writeFooter, writeRows } from './column-layout.js'
import type { Table } from './table.js'
import type { Unfinished } from './unfinished.js'

let serial = 0

export class RowFile {
  rows = 0
  readonly descriptor: number
  private readonly part: string
  private position = 0
  private isOpen = true

  constructor(
    private readonly path: string,
    private readonly unfinished: Unfinished,
  ) {
    serial += 1
    this.part = `${path}.${process.pid}-${serial}.part`
    this.descriptor = openSync(this.part, 'w+')
    unfinished.begin(this.part)
  }

  get end(): number {
    return this.position
  }

  /** Every append but the last one holds whole blocks. */
  append(rows: Table): void {
    this.position = writeRows(this.descriptor, this.position, rows)
    this.rows += rows.count
  }

  /** Writes the footer, and puts the file in its place in one step. */
  finish(footer: object): void {
    writeFooter(this.descriptor, this.position, footer)
    fsyncSync(this.descriptor)
    this.close()
    renameSync(this.part, this.path)
    this.unfinished.settle(this.part)
  }

  abandon(): void {
    this.close()
    rmSync(this.part, { force: true })
    this.unfinished.settle(this.part)
  }

  /** A file that could not take its place is abandoned after it was closed. */
  private close(): void {
    if (this.isOpen) closeSync(this.descriptor)
    this.isOpen = false
  }
}
