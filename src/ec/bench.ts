/**
 * How fast the engines of this machine are: what `ec bench` prints, and what `npm run bench:ec`
 * sets beside other programs. All that is compared is measured in turns, and the best turn counts,
 * so that a busy moment of the machine strikes all alike.
 */
import { cpus } from 'node:os'
import { type Code, codeName } from '../core/code.js'
import { Refused } from '../core/errors.js'
import { type Best, type Contestant, contest, type Rate } from './bench/contest.js'
import { type MeasuredCoder, type MeasuringProcess, startProcess } from './bench/processes.js'
import { type Engine, type EngineName, engineNames } from './codec.js'
import { loadEngine } from './engines.js'

export interface BenchResult {
  readonly engine: EngineName
  readonly code: string
  readonly shardBytes: number
  readonly threads: number
  /** 10⁹ bytes of data (k × shard) a second; the same of what is rebuilt from. */
  readonly encodeGBps: Rate
  readonly rebuildOneGBps: Rate
  readonly rebuildAllGBps: Rate
}

/** `couchestor.ec-bench/v1`. */
export interface BenchFigures {
  readonly cpu: string
  readonly memoryCopyGBps: Rate
  readonly results: readonly BenchResult[]
}

export const benchCodes: readonly Code[] = [
  { kind: 'reed-solomon', dataShards: 4, parityShards: 2 },
  { kind: 'reed-solomon', dataShards: 8, parityShards: 3 },
  { kind: 'reed-solomon', dataShards: 10, parityShards: 4 },
  { kind: 'reed-solomon', dataShards: 12, parityShards: 4 },
  { kind: 'lrc', dataShards: 12, localGroups: 2, globalParities: 2 },
]
export const benchShardBytes: readonly number[] = [65_536, 1_048_576]
export const benchThreads: readonly number[] = [1, 2]

/** One engine on so many threads, in one heat. */
export interface Measured {
  readonly engine: EngineName
  readonly threads: number
  readonly best: Best
}

/** What is measured together, in turns: one code with one size of shard. */
export interface Heat {
  readonly code: Code
  readonly shardBytes: number
}

export interface BenchOptions {
  readonly turns: number
  readonly codes?: readonly Code[]
  readonly shardBytes?: readonly number[]
  /** Others that take their turns in a heat, and what came of them. */
  readonly guestsOf?: (heat: Heat) => Promise<readonly Contestant[]>
  readonly onHeat?: (heat: Heat, own: readonly Measured[], guests: readonly Best[]) => void
}

export async function benchmark(options: BenchOptions): Promise<BenchFigures> {
  const engines = await enginesHere()
  const processes = new Map(benchThreads.map(threads => [threads, startProcess(threads)]))
  const results: BenchResult[] = []
  let memoryCopyGBps = 0
  try {
    for (const code of options.codes ?? benchCodes) {
      for (const shardBytes of options.shardBytes ?? benchShardBytes) {
        const heat = { code, shardBytes }
        const measured = await runHeat(heat, engines, processes, options)
        results.push(...measured.map(one => resultOf(heat, one)))
      }
    }
    memoryCopyGBps = (await processes.get(1)?.memoryCopy()) ?? 0
  } finally {
    await Promise.all([...processes.values()].map(one => one.close()))
  }
  const [first] = cpus()
  return { cpu: first?.model.trim() ?? 'unknown', memoryCopyGBps, results }
}

async function runHeat(
  heat: Heat,
  engines: readonly Engine[],
  processes: ReadonlyMap<number, MeasuringProcess>,
  options: BenchOptions,
): Promise<readonly Measured[]> {
  const { code, shardBytes } = heat
  const own: { engine: EngineName; threads: number; coder: MeasuredCoder }[] = []
  for (const { name: engine } of engines.filter(one => one.whyNot(code) === null)) {
    for (const [threads, measuring] of processes) {
      const spec = { engine, code, shardBytes, threads, hasChecksums: false }
      own.push({ engine, threads, coder: await measuring.open(spec) })
    }
  }
  const guests = (await options.guestsOf?.(heat)) ?? []
  const best = await contest([...own.map(({ coder }) => coder), ...guests], options.turns)
  for (const { coder } of own) await coder.close()
  const measured = own.map(({ engine, threads }, at) => ({ engine, threads, best: best[at] }))
  options.onHeat?.(heat, measured, best.slice(own.length))
  return measured
}

function resultOf({ code, shardBytes }: Heat, { engine, threads, best }: Measured): BenchResult {
  return {
    engine,
    code: codeName(code),
    shardBytes,
    threads,
    encodeGBps: best.encode.rate,
    rebuildOneGBps: best.rebuildOne.rate,
    rebuildAllGBps: best.rebuildAll.rate,
  }
}

async function enginesHere(): Promise<readonly Engine[]> {
  const loaded = await Promise.all(
    engineNames.map(name =>
      loadEngine(name).catch(error => {
        if (error instanceof Refused) return null
        throw error
      }),
    ),
  )
  return loaded.filter(engine => engine !== null)
}
