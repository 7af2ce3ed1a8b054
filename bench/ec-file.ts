/**
 * `ec encode` end to end beside `cp` followed by `sync`, in turns, on the disk under the temporary
 * directory. `npm run bench:ec-file` takes 1 GiB; `-- --size-gib 4` as many as are given.
 */
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median } from './measure.js'
import { provenance, table, writePart } from './page.js'

const main = fileURLToPath(new URL('../src/cli/start.cjs', import.meta.url))
const codes = ['rs-4-2', 'rs-10-4', 'lrc-12-2-2']
const turns = 5
const wanted = 0.5

function sizeGiB(): number {
  const at = process.argv.indexOf('--size-gib')
  return at < 0 ? 1 : Number(process.argv[at + 1])
}

function fill(file: string, gibibytes: number): void {
  const piece = new Uint8Array(1 << 24)
  const out = openSync(file, 'w')
  for (let done = 0, state = 1; done < gibibytes * (1 << 30); done += piece.length) {
    for (let at = 0; at < piece.length; at += 4) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      piece[at] = state >>> 8
      piece[at + 1] = state >>> 16
      piece[at + 2] = state >>> 24
    }
    writeSync(out, piece)
  }
  closeSync(out)
}

/** Wall seconds; what is written is removed afterwards, and the disk left at rest. */
function seconds(command: string, args: readonly string[], removed: string): number {
  const beganMs = performance.now()
  const { status, stderr } = spawnSync(command, args)
  const tookMs = performance.now() - beganMs
  if (status !== 0) throw new Error(stderr.toString('utf8'))
  rmSync(removed, { recursive: true, force: true })
  spawnSync('sync')
  return tookMs / 1000
}

const directory = mkdtempSync(join(tmpdir(), 'couchestor-bench-'))
try {
  const file = join(directory, 'user.img')
  const copy = join(directory, 'copy.img')
  const coded = join(directory, 'coded')
  fill(file, sizeGiB())
  const bytes = statSync(file).size
  const copySeconds: number[] = []
  const encodeSeconds = new Map<string, number[]>(codes.map(code => [code, []]))
  for (let turn = 0; turn < turns; turn++) {
    copySeconds.push(seconds('sh', ['-c', `cp '${file}' '${copy}' && sync`], copy))
    for (const [code, all] of encodeSeconds) {
      const words = [main, 'ec', 'encode', file, coded, '--code', code]
      all.push(seconds(process.execPath, words, coded))
    }
  }
  const rate = (one: number): string => `${(bytes / one / 1e9).toFixed(2)} GB/s`
  const ratio = (all: readonly number[]): number => median(copySeconds) / median(all)
  const rows = [...encodeSeconds].map(([code, all]) => [
    `\`ec encode --code ${code}\``,
    rate(median(all)),
    rate(Math.min(...all)),
    ratio(all).toFixed(2),
  ])
  const copied = [rate(median(copySeconds)), rate(Math.min(...copySeconds)), '1.00']
  const isMet = ratio(encodeSeconds.get('rs-4-2') ?? [Number.POSITIVE_INFINITY]) >= wanted
  const lines = [
    '## Coded files',
    '',
    `${provenance()} Written by \`npm run bench:ec-file\`:`,
    `${bytes / (1 << 30)} GiB, ${turns} turns,`,
    'wall time from the start of the process until all is durable, user bytes a second.',
    '',
    ...table(['', 'median', 'best', 'of cp, sync'], [['`cp`, then `sync`', ...copied], ...rows]),
    '',
    `Claim: \`ec encode\` with rs-4-2 has ${wanted} of the rate of \`cp\` and \`sync\`: ` +
      `${isMet ? 'holds' : '**missed**'}.`,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  writePart('ec-file', lines)
} finally {
  rmSync(directory, { recursive: true, force: true })
}
