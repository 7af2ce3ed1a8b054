/** What is claimed of the replay, and whether this run bears it out. */
import type { Outcome } from './contestants.js'
import type { LongTrace } from './long-trace.js'

export interface Claim {
  readonly text: string
  readonly wanted: string
  readonly measured: string
  readonly holds: boolean
}

/** A drive as the replay models it, and less than one: channels, which need no lengths. */
export const bareName = 'bare recursion, one drive'
export const channelsName = 'bare recursion, channels without bandwidth'
export const plainName = 'plain objects and events, 2000 volumes × 3'
export const scanName = 'scan of the columns'
export const cacheName = 'libCacheSim, one LRU cache'

export function replayName(volumes: number, replicas: number): string {
  return `replay, ${volumes} volumes × ${replicas}`
}

export type Measured = ReadonlyMap<string, Outcome>

/** Device visits a second of CPU time, millions. */
export function visitRate(outcome: Outcome): number {
  return outcome.visits / outcome.cpuSeconds / 1_000_000
}

export function requestRate(outcome: Outcome): number {
  return outcome.requests / outcome.cpuSeconds / 1_000_000
}

export function outcomeOf(measured: Measured, name: string): Outcome {
  const outcome = measured.get(name)
  if (outcome === undefined) throw new Error(`no such contestant: ${name}`)
  return outcome
}

export function claims(measured: Measured, long: LongTrace): readonly Claim[] {
  const middle = outcomeOf(measured, replayName(2000, 3))
  const wide = outcomeOf(measured, replayName(100_000, 3))
  const bare = outcomeOf(measured, bareName)
  const barest = visitRate(outcomeOf(measured, channelsName))
  const plain = outcomeOf(measured, plainName)
  const count = long.requests === 100_000_000 ? '10⁸' : `${long.requests / 1_000_000} million`
  return [
    atLeast('device visits a second, 2000 volumes × 3', visitRate(middle), 20, ' M'),
    atLeast('visits beside the barest recursion’s', visitRate(middle) / barest, 0.5, ' ×'),
    atLeast('visits beside one bare drive’s', visitRate(middle) / visitRate(bare), 0.5, ' ×'),
    atLeast('visits beside the plain objects’', visitRate(middle) / visitRate(plain), 5, ' ×'),
    atMost(`${count} requests beside 10⁶, cost of one`, long.costRatio, 1.1, ' ×'),
    atMost(`memory that ${count} requests leave behind`, long.grownMiB, 1, ' MiB'),
    atMost('100 000 volumes beside 2000', requestRate(middle) / requestRate(wide), 4, ' ×'),
    atMost('state of 100 000 volumes', long.wideStateMiB, 100, ' MiB'),
  ]
}

function atLeast(text: string, value: number, wanted: number, unit: string): Claim {
  const holds = value >= wanted
  return { text, wanted: `≥ ${wanted}${unit}`, measured: `${figure(value)}${unit}`, holds }
}

function atMost(text: string, value: number, wanted: number, unit: string): Claim {
  const holds = value <= wanted
  return { text, wanted: `≤ ${wanted}${unit}`, measured: `${figure(value)}${unit}`, holds }
}

export function figure(value: number): string {
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
