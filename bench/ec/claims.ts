/** What the engines are held to: each a ratio of two figures of one heat. */

import { type Best, operations } from '../../src/ec/bench/contest.js'
import type { EngineName } from '../../src/ec/codec.js'
import { type MeasuredHeat, shapeOf } from './rows.js'

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
  const other = heat.rivals.find(({ name }) => name === 'ISA-L from C')?.best
  return claimsFor(heat, 'isa-l beside ISA-L from C', bestOf(heat, 'isa-l', 1), other, 0.8)
}

function besideRonomon(heat: MeasuredHeat): readonly Claim[] {
  const own = bestOf(heat, 'portable', 1)
  return claimsFor(heat, 'portable beside ronomon', own, bestOf(heat, 'ronomon', 1), 0.85)
}

function twoThreads(heat: MeasuredHeat): readonly Claim[] {
  return (['isa-l', 'portable'] as const).flatMap(engine => {
    const [one, two] = [bestOf(heat, engine, 1), bestOf(heat, engine, 2)]
    const processors = operations.map(operation => two?.[operation].processors.toFixed(1))
    return claimsFor(heat, `${engine}, two threads beside one`, two, one, 1.8).map(claim => ({
      ...claim,
      measured: `${claim.measured} (on ${processors.join(', ')} processors)`,
    }))
  })
}

function claimsFor(
  { heat }: MeasuredHeat,
  what: string,
  own: Best | undefined,
  other: Best | undefined,
  wanted: number,
): readonly Claim[] {
  if (own === undefined || other === undefined) return []
  const ratios = operations.map(operation => own[operation].rate / other[operation].rate)
  return [
    {
      what: `${what}: ${shapeOf(heat)}: encode, rebuild one, rebuild all`,
      wanted: `≥ ${wanted} ×`,
      measured: ratios.map(ratio => ratio.toFixed(2)).join(', '),
      holds: ratios.every(ratio => ratio >= wanted),
    },
  ]
}

function bestOf({ own }: MeasuredHeat, engine: EngineName, threads: number): Best | undefined {
  return own.find(one => one.engine === engine && one.threads === threads)?.best
}
