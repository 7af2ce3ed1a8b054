/** For how long the main thread answers nobody while a coder works. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Contestant } from './contest.js'

const turns = 20
const resolutionMs = 1

export async function longestBlockMs(contestant: Contestant): Promise<number> {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs })
  await contestant.sample('encode')
  delays.enable()
  for (let turn = 0; turn < turns; turn++) await contestant.sample('encode')
  delays.disable()
  return delays.max / 1_000_000 - resolutionMs
}
