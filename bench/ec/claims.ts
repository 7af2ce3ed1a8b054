/** What the engines are held to: each a ratio of two figures of one heat. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { shardsOf } from '../../src/core/code.js'
import { stripeGeometry } from '../../src/core/stripe.js'
import { places } from '../../src/ec/bench/coder-contestant.js'
import { type Best, operations } from '../../src/ec/bench/contest.js'
import type { Heat } from '../../src/ec/bench.js'
import type { EngineName } from '../../src/ec/codec.js'
import { stripesPerTask } from '../../src/ec/ring.js'
import { type MeasuredHeat, shapeOf } from './rows.js'

export interface Claim {
  readonly what: string
  readonly wanted: string
  readonly measured: string
  /** Null: it is printed, and held to nothing. */
  readonly holds: boolean | null
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

/** Held to it where the ring stays in cache: beyond that it is memory that is shared. */
function twoThreads(heat: MeasuredHeat): readonly Claim[] {
  const ringMiB = Math.round(ringBytesOf(heat.heat) / mebibyte)
  const cacheMiB = Math.round(largestCacheBytes() / mebibyte)
  const isPrinted = cacheMiB > 0 && ringMiB > cacheMiB
  return (['isa-l', 'portable'] as const).flatMap(engine => {
    const [one, two] = [bestOf(heat, engine, 1), bestOf(heat, engine, 2)]
    const processors = operations.map(operation => two?.[operation].processors.toFixed(1))
    return claimsFor(heat, `${engine}, two threads beside one`, two, one, 1.8).map(claim => ({
      ...claim,
      measured: `${claim.measured} (on ${processors.join(', ')} processors)`,
      ...(isPrinted ? { wanted: `printed: ${ringMiB} MiB are in no cache`, holds: null } : {}),
    }))
  })
}

function ringBytesOf({ code, shardBytes }: Heat): number {
  const stripes = places * stripesPerTask(stripeGeometry(code, code.dataShards * shardBytes))
  return stripes * shardsOf(code) * shardBytes
}

/** As Linux tells of it; 0 where nobody tells. */
function largestCacheBytes(): number {
  const folder = '/sys/devices/system/cpu/cpu0/cache'
  if (!existsSync(folder)) return 0
  const sizes = readdirSync(folder)
    .map(name => join(folder, name, 'size'))
    .filter(existsSync)
    .map(file => Number(/^(\d+)K/.exec(readFileSync(file, 'utf8'))?.[1] ?? 0))
  return 1024 * Math.max(0, ...sizes)
}

const mebibyte = 1_048_576

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
