/** Other programs that do the same work, built in a temporary folder where their tools are here. */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process'
import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { allShards, type Code, parityShards, shardsOf } from '../../src/core/code.js'
import { readsFor } from '../../src/core/rebuild.js'
import { stripeGeometry } from '../../src/core/stripe.js'
import { places } from '../../src/ec/bench/coder-contestant.js'
import {
  type Contestant,
  type Operation,
  type Sample,
  wantedBy,
} from '../../src/ec/bench/contest.js'
import type { Heat } from '../../src/ec/bench.js'
import { passesFor } from '../../src/ec/gf256/passes.js'
import { densePasses } from '../../src/ec/isal/dense.js'
import { stripesPerTask } from '../../src/ec/ring.js'

/** A program that answers each line with a number, or why it is not here. */
export interface Rival {
  readonly name: string
  /** Null: it has no such code. */
  readonly enter: (heat: Heat) => Promise<Contestant | null>
  readonly close: () => void
}

const sampleMs = 20

export function isaLibraryInC(folder: string): Rival | string {
  const library = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64']
    .map(where => join(where, 'libisal.so.2'))
    .find(existsSync)
  if (library === undefined) return 'ISA-L from C left out: libisal.so.2 is not here'
  const program = join(folder, 'isal')
  const built = tryRun('gcc', ['-O2', '-o', program, 'bench/ec/isal.c', library], '.')
  if (built !== null) return `ISA-L from C left out: gcc: ${built}`
  const answers = new Answers(spawn(program))
  return {
    name: 'ISA-L from C',
    close: () => answers.close(),
    enter: async ({ code, shardBytes }) => {
      const geometry = stripeGeometry(code, code.dataShards * shardBytes)
      const words = places * stripesPerTask(geometry) * geometry.blocksPerShard
      const shape = `${shardsOf(code)} ${code.dataShards} ${geometry.blockBytes} ${words}`
      await answers.ask(`open ${shape}`)
      return {
        sample: operation => answers.sample(passesText(code, operation)),
      }
    },
  }
}

function passesText(code: Code, operation: Operation): string {
  const wanted = wantedBy(operation, code)
  const data = (1 << code.dataShards) - 1
  const rest = allShards(code) & ~wanted
  const reads = operation === 'encode' ? data : readsFor(code, wanted, rest)
  const passes = densePasses(passesFor(code, reads ?? 0, wanted))
  const texts = passes.map(({ sources, targets }) =>
    [sources.length, targets.length, ...sources, ...targets].join(' '),
  )
  return [passes.length, ...texts].join(' ')
}

export function klauspostInGo(folder: string): Rival | string {
  copyFileSync('bench/ec/klauspost.go', join(folder, 'main.go'))
  const steps = [
    ['mod', 'init', 'bench'],
    ['get', 'github.com/klauspost/reedsolomon@v1.12.4'],
    ['build', '-o', 'klauspost', '.'],
  ]
  for (const step of steps) {
    const failed = tryRun('go', step, folder)
    if (failed !== null) return `klauspost/reedsolomon left out: go ${step[0]}: ${failed}`
  }
  const answers = new Answers(spawn(join(folder, 'klauspost')))
  return {
    name: 'klauspost',
    close: () => answers.close(),
    enter: async ({ code, shardBytes }) => {
      if (code.kind !== 'reed-solomon') return null
      const stripes = places * stripesPerTask(stripeGeometry(code, code.dataShards * shardBytes))
      await answers.ask(`open ${code.dataShards} ${parityShards(code)} ${shardBytes} ${stripes}`)
      return { sample: operation => answers.sample(operation) }
    },
  }
}

/** Null where it ran, else the last line it said. */
function tryRun(program: string, parameters: readonly string[], cwd: string): string | null {
  try {
    execFileSync(program, parameters, { cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 })
    return null
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
    return said.split('\n').at(-1) || String(error).split('\n')[0]
  }
}

/** One question at a time, one line each way. */
class Answers {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #lines: AsyncIterator<string>

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  }

  async ask(question: string): Promise<number> {
    this.#child.stdin.write(`${question}\n`)
    const { value, done } = await this.#lines.next()
    if (done === true) throw new Error(`no answer to: ${question}`)
    return Number(value)
  }

  async sample(work: string): Promise<Sample> {
    return { rate: await this.ask(`sample ${sampleMs} ${work}`), processors: 1 }
  }

  close(): void {
    this.#child.stdin.end()
  }
}
