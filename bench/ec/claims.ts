/** What the engines are held to: each a ratio of two figures of one heat. */
import { codeName } from '../../src/core/code.js'
import type { Rates } from '../../src/ec/bench/contest.js'
import type { BenchResult } from '../../src/ec/bench.js'
import type { MeasuredHeat } from './rows.js'

export interface Claim {
  readonly what: string
  readonly wanted: string
  readonly measured: string
  readonly holds: boolean
}

export function claimsOf(heats: readonly MeasuredHeat[]): readonly Claim[] {
  return heats.flatMap(heat => [
    ...besideC(heat),
    ...(heat.heat.shardBytes === 1_048_576 ? [...besideRonomon(heat), ...twoThreads(heat)] : []),
  ])
}

function besideC(heat: MeasuredHeat): readonly Claim[] {
  const own = ratesOf(heat, 'isa-l', 1)
  const other = heat.rivals.find(({ name }) => name === 'ISA-L from C')?.rates
  return claimsFor(heat, 'isa-l beside ISA-L from C', own, other, 0.8)
}

function besideRonomon(heat: MeasuredHeat): readonly Claim[] {
  const own = ratesOf(heat, 'portable', 1)
  return claimsFor(heat, 'portable beside ronomon', own, ratesOf(heat, 'ronomon', 1), 0.85)
}

function twoThreads(heat: MeasuredHeat): readonly Claim[] {
  return (['isa-l', 'portable'] as const).flatMap(engine => {
    const [one, two] = [ratesOf(heat, engine, 1), ratesOf(heat, engine, 2)]
    return claimsFor(heat, `${engine}, two threads beside one`, two, one, 1.8)
  })
}

function claimsFor(
  { heat }: MeasuredHeat,
  what: string,
  own: Rates | undefined,
  other: Rates | undefined,
  wanted: number,
): readonly Claim[] {
  if (own === undefined || other === undefined) return []
  const shape = `${codeName(heat.code)}, ${heat.shardBytes / 1024} KiB`
  const ratios = [
    own.encode / other.encode,
    own.rebuildOne / other.rebuildOne,
    own.rebuildAll / other.rebuildAll,
  ]
  return [
    {
      what: `${what}: ${shape}: encode, rebuild one, rebuild all`,
      wanted: `≥ ${wanted} ×`,
      measured: ratios.map(ratio => ratio.toFixed(2)).join(', '),
      holds: ratios.every(ratio => ratio >= wanted),
    },
  ]
}

function ratesOf(
  { results }: MeasuredHeat,
  engine: BenchResult['engine'],
  threads: number,
): Rates | undefined {
  const result = results.find(one => one.engine === engine && one.threads === threads)
  if (result === undefined) return undefined
  return {
    encode: result.encodeGBps,
    rebuildOne: result.rebuildOneGBps,
    rebuildAll: result.rebuildAllGBps,
  }
}
