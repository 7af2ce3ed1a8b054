/**
 * `-` as a trace: standard input, written to a temporary file, as traces are read more than once.
 */
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import * as interrupt from '../interrupt.js'
import { usage } from './reading.js'

/** Calls `work` with a file for each input; what was written for it is removed afterwards. */
export async function withFiles(
  inputs: readonly string[],
  work: (files: readonly string[]) => Promise<void>,
): Promise<void> {
  const streamed = inputs.filter(input => input === '-').length
  if (streamed === 0) return work(inputs)
  if (streamed > 1) throw usage('-', 'standard input is named twice', 'name it once')
  const directory = mkdtempSync(join(tmpdir(), 'couchestor-'))
  interrupt.begin(directory)
  try {
    const file = join(directory, 'stdin')
    await pipeline(process.stdin, createWriteStream(file))
    await work(inputs.map(input => (input === '-' ? file : input)))
  } finally {
    rmSync(directory, { recursive: true, force: true })
    interrupt.settle(directory)
  }
}
