/** The built program as a process of its own, with what it says and when it began. */
import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseInstant } from '../../src/core/instant.js'

const main = fileURLToPath(new URL('../../src/cli/start.cjs', import.meta.url))

export interface Running {
  readonly bornUs: number
  /** Whole lines, of both its outputs. */
  readonly lines: readonly string[]
  end(signal: NodeJS.Signals): Promise<void>
}

/** What comes before the program, and what it finds in its environment. */
interface Setting {
  readonly before: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

export function run(words: readonly string[], { before, env }: Setting = bare): Running {
  const bornUs = nowUs()
  const [command = process.execPath, ...rest] = [...before, process.execPath, main, ...words]
  const child = spawn(command, rest, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  for (const output of [child.stdout, child.stderr]) {
    let tail = ''
    output.setEncoding('utf8')
    output.on('data', (part: string) => {
      const all = `${tail}${part}`.split('\n')
      tail = all.pop() ?? ''
      lines.push(...all)
    })
  }
  const isOver = overOf(child)
  return {
    bornUs,
    lines,
    end: async signal => {
      child.kill(signal)
      await isOver
    },
  }
}

const bare: Setting = { before: [], env: {} }

/** Nothing of ours outlives the benchmark, however it ends. */
function overOf(child: ChildProcess): Promise<void> {
  const kill = (): boolean => child.kill('SIGKILL')
  process.once('exit', kill)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => {
      process.off('exit', kill)
      resolve()
    })
  })
}

export function nowUs(): number {
  return Date.now() * 1000
}

export interface Line {
  readonly msg: string
  readonly atUs: number
  readonly fields: Readonly<Record<string, unknown>>
}

/** The lines of an operator's log that have this message, as far as they have come. */
export function saidBy({ lines }: Running, message: string): readonly Line[] {
  const wanted = `"msg":${JSON.stringify(message)}`
  return lines.filter(line => line.includes(wanted)).map(lineOf)
}

export function firstSaid(program: Running, message: string): Promise<Line> {
  return until(() => saidBy(program, message)[0] ?? null, message, program)
}

function lineOf(line: string): Line {
  const { ts, msg, level: _, ...fields } = JSON.parse(line)
  const atUs = parseInstant(ts)
  if (atUs === null) throw new Error(`a line without an instant: ${line}`)
  return { msg, atUs, fields }
}

const patienceSeconds = 180
const lookMs = 20

export async function until<Found>(
  look: () => Promise<Found | null> | Found | null,
  what: string,
  program: Running,
): Promise<Found> {
  const untilMs = performance.now() + patienceSeconds * 1000
  while (performance.now() < untilMs) {
    const found = await look()
    if (found !== null) return found
    await sleep(lookMs)
  }
  const last = program.lines.slice(-5).join('\n')
  throw new Error(`after ${patienceSeconds} s there is no ${what}:\n${last}`)
}
