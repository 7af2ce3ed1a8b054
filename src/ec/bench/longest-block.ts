/**
 * For how long the main thread answers nobody while a coder works. What a busy machine does to one
 * run it does not do to all: a block of our own is there in the quietest run as well.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Contestant } from './contest.js'

const runs = 7
const turnsPerRun = 15
const resolutionMs = 1

export async function longestBlockMs(contestant: Contestant): Promise<number> {
  await contestant.sample('encode')
  let quietest = Number.POSITIVE_INFINITY
  for (let run = 0; run < runs; run++) {
    const delays = monitorEventLoopDelay({ resolution: resolutionMs })
    delays.enable()
    for (let turn = 0; turn < turnsPerRun; turn++) await contestant.sample('encode')
    delays.disable()
    quietest = Math.min(quietest, delays.max / 1_000_000 - resolutionMs)
  }
  return quietest
}
