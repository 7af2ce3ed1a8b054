/** What the length of a trace costs: time of a request, and memory, at 10⁶ and at 10⁸ requests. */
import { median, memoryMiB } from '../measure.js'
import { replayOf, runReplay, runToEnd } from './contestants.js'
import { fleetOf, RepeatedWindow } from './fleet.js'

export interface LongTrace {
  /** Of the long trace. */
  readonly requests: number
  /** Cost of one request of the long trace, as a multiple of one of the short trace. */
  readonly costRatio: number
  /**
   * Memory in use after the long trace beyond that after the short one, both replays still there.
   */
  readonly grownMiB: number
  readonly wideStateMiB: number
}

const shortRequests = 1_000_000
const volumes = 2000
const replicas = 3

export function longTrace(longRequests: number): LongTrace {
  const shortCosts: number[] = []
  const shortSource = new RepeatedWindow(shortRequests, volumes)
  const turn = (): void => {
    const { cpuSeconds, requests } = runReplay(shortSource, volumes, replicas)
    shortCosts.push(cpuSeconds / requests)
  }
  for (let before = 0; before < 8; before++) turn()
  const long = runReplay(new RepeatedWindow(longRequests, volumes), volumes, replicas)
  for (let after = 0; after < 7; after++) turn()
  return {
    requests: longRequests,
    costRatio: long.cpuSeconds / long.requests / median(shortCosts),
    grownMiB: stateMiB(longRequests, volumes) - stateMiB(shortRequests, volumes),
    wideStateMiB: stateMiB(shortRequests, 100_000),
  }
}

/** What a replay holds when it is done, the trace's own windows not counted. */
function stateMiB(requests: number, count: number): number {
  const source = new RepeatedWindow(requests, count)
  const fleet = fleetOf(count, replicas)
  const before = memoryMiB()
  const replay = replayOf(source, fleet)
  runToEnd(replay)
  const after = memoryMiB()
  if (!replay.isEmpty) throw new Error('the replay did not end')
  return after - before
}
