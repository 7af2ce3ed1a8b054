/**
 * libCacheSim, the fastest trace-driven simulator of storage at hand, through its Python package:
 * one LRU cache over the same rows. It answers another question, so that only its speed compares.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Outcome } from './contestants.js'
import type { RepeatedWindow } from './fleet.js'

const cacheObjects = 100_000
/** A row of libCacheSim's own format: seconds (4), object (8), bytes (4), next access (8). */
const rowBytes = 24

const program = `
import sys, time
import libcachesim as lcs
reader = lcs.TraceReader(sys.argv[1], lcs.TraceType.ORACLE_GENERAL_TRACE,
                         lcs.ReaderInitParam(ignore_obj_size=True))
cache = lcs.LRU(cache_size=${cacheObjects})
start = time.process_time()
cache.process_trace(reader)
print(time.process_time() - start)
`

/** A sentence instead of an outcome where the package is not installed or does not run. */
export function runLibCacheSim(source: RepeatedWindow): Outcome | string {
  const python = process.env.COUCHESTOR_BENCH_PYTHON ?? 'python3'
  const folder = mkdtempSync(path.join(os.tmpdir(), 'couchestor-bench-'))
  try {
    const file = path.join(folder, 'rows.bin')
    writeFileSync(file, rowsOf(source))
    const run = spawnSync(python, ['-c', program, file], { encoding: 'utf8' })
    const seconds = Number(run.stdout)
    if (run.status === 0 && seconds > 0) {
      return { requests: source.requests, visits: source.requests, cpuSeconds: seconds }
    }
    const why = (run.stderr ?? '').trim().split('\n').at(-1) ?? ''
    return `libCacheSim was left out: ${python} cannot run it (${why}); pip install libcachesim`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function rowsOf(source: RepeatedWindow): Buffer {
  source.rewind()
  const rows = Buffer.alloc(source.requests * rowBytes)
  let at = 0
  for (let batch = source.next(); batch !== null; batch = source.next()) {
    for (let row = 0; row < batch.count; row++) {
      rows.writeUInt32LE(Math.floor(batch.timeUs[row] / 1_000_000), at)
      rows.writeUInt32LE(batch.offsetLow[row], at + 4)
      rows.writeUInt32LE(batch.offsetHigh[row] + 16 * batch.volume[row], at + 8)
      rows.writeUInt32LE(batch.lengthBytes[row], at + 12)
      rows.writeBigInt64LE(-2n, at + 16)
      at += rowBytes
    }
  }
  return rows
}
