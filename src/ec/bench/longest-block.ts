/**
 * For how long the main thread answers nobody while a coder works: the longest that it computes
 * between two turns of its loop. Time that others had the processor is no block of ours.
 */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Contestant } from './contest.js'

const samples = 50
const tickMs = 1

export async function longestBlockMs(contestant: Contestant): Promise<number> {
  await contestant.sample('encode')
  let isDone = false
  const watched = longestTickMs(() => isDone)
  for (let sample = 0; sample < samples; sample++) await contestant.sample('encode')
  isDone = true
  return watched
}

async function longestTickMs(isDone: () => boolean): Promise<number> {
  let longestMs = 0
  while (!isDone()) {
    const startedMs = computedMs()
    await sleep(tickMs)
    longestMs = Math.max(longestMs, computedMs() - startedMs)
  }
  return longestMs
}

/** By the main thread since it began, as Linux counts it; elsewhere all time that passed. */
function computedMs(): number {
  try {
    const path = `/proc/${process.pid}/task/${process.pid}/schedstat`
    return Number(readFileSync(path, 'utf8').split(' ')[0]) / 1_000_000
  } catch {
    return performance.now()
  }
}
