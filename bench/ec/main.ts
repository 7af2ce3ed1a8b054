/**
 * Every engine by code, size of shard and number of threads, beside the same ISA-L called from C,
 * klauspost/reedsolomon in Go and the copying of memory. `npm run bench:ec` writes
 * docs/benchmarks.md.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { codeName } from '../../src/core/code.js'
import { startProcess } from '../../src/ec/bench/processes.js'
import { benchmark } from '../../src/ec/bench.js'
import { provenance, table, writePart } from '../page.js'
import { type Claim, claimsOf } from './claims.js'
import { isaLibraryInC, klauspostInGo, type Rival } from './rivals.js'
import { figureRows, type MeasuredHeat } from './rows.js'

const turns = Number(process.argv[2] ?? 30)

const folder = mkdtempSync(path.join(os.tmpdir(), 'couchestor-bench-ec-'))
const found = [isaLibraryInC(folder), klauspostInGo(folder)]
const rivals = found.filter(one => typeof one !== 'string')
const leftOut = found.filter(one => typeof one === 'string')
try {
  await run(rivals)
} finally {
  for (const rival of rivals) rival.close()
  rmSync(folder, { recursive: true, force: true })
}

async function run(rivals: readonly Rival[]): Promise<void> {
  for (const line of leftOut) process.stdout.write(`${line}\n`)
  const heats: MeasuredHeat[] = []
  let entered: readonly string[] = []
  const figures = await benchmark({
    turns,
    guestsOf: async heat => {
      const all = await Promise.all(
        rivals.map(async rival => ({ name: rival.name, contestant: await rival.enter(heat) })),
      )
      const here = all.flatMap(({ name, contestant }) =>
        contestant === null ? [] : [{ name, contestant }],
      )
      entered = here.map(({ name }) => name)
      return here.map(({ contestant }) => contestant)
    },
    onHeat: (heat, own, guests) => {
      const rivals = guests.map((best, at) => ({ name: entered[at], best }))
      const measured = { heat, own, rivals }
      heats.push(measured)
      for (const row of figureRows([measured])) process.stdout.write(`${row.join('  ')}\n`)
    },
  })
  const blocks = await longestBlocks()
  write(heats, figures.memoryCopyGBps, [...claimsOf(heats), ...blocks])
}

/** Of each engine with all it does for a file: coding and checksums on two threads. */
async function longestBlocks(): Promise<readonly Claim[]> {
  const measuring = startProcess(2)
  const claims: Claim[] = []
  const code = { kind: 'reed-solomon', dataShards: 10, parityShards: 4 } as const
  for (const engine of ['ronomon', 'isa-l', 'portable'] as const) {
    const spec = { engine, code, shardBytes: 1_048_576, threads: 2, hasChecksums: true }
    const coder = await measuring.open(spec)
    const blockMs = await coder.longestBlockMs()
    await coder.close()
    claims.push({
      what: `longest block of the main thread, ${engine}, ${codeName(code)}`,
      wanted: '≤ 10 ms',
      measured: `${blockMs.toFixed(1)} ms`,
      holds: blockMs <= 10,
    })
  }
  await measuring.close()
  return claims
}

function write(
  heats: readonly MeasuredHeat[],
  memoryCopyGBps: number,
  claims: readonly Claim[],
): void {
  const lines = [
    '## Erasure coding',
    '',
    `${provenance()} Written by \`npm run bench:ec\`.`,
    '',
    ...table(['', 'encode', 'rebuild one', 'rebuild all'], figureRows(heats)),
    '',
    `GB/s: 10⁹ bytes of data (k × shard) a second, wall time, the best of ${turns} turns, without`,
    'checksums. Every stripe lies in blocks of 64 KiB; four places of the ring take turns.',
    `Memory is copied at ${memoryCopyGBps.toFixed(1)} GB/s where it is in no cache.`,
    ...leftOut.map(line => `${line}.`),
    'Beside two threads stands how many processors they had: other programs had the rest. A block',
    'of the main thread is the longest that it computes between two turns of its loop.',
    '',
    ...table(
      ['claim', 'wanted', 'measured', ''],
      claims.map(({ what, wanted, measured, holds }) => [
        what,
        wanted,
        measured,
        holds === null ? '' : holds ? 'holds' : '**missed**',
      ]),
    ),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  writePart('ec', lines)
}
