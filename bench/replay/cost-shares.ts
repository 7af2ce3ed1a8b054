/**
 * Where the time of a request goes: shares of a CPU profile, taken in a process of its own in which
 * no function is compiled into another, because a profile tells functions apart and no more.
 */
import { execFileSync } from 'node:child_process'
import { Session } from 'node:inspector/promises'
import { runReplay } from './contestants.js'
import { RepeatedWindow } from './fleet.js'

/** Given to the benchmark, it takes the profile and nothing else. */
export const sharesFlag = '--shares'

const volumes = 2000
const replicas = 3
const requests = 1_000_000
const turnsBefore = 8
const turns = 24
const intervalUs = 200

interface Step {
  readonly name: string
  readonly functions: readonly string[]
}

const steps: readonly Step[] = [
  { name: 'the rows: windows of the trace', functions: ['next', 'nextBatch'] },
  {
    name: 'admit: queue of the volume, pools of its replicas',
    functions: ['admit', 'close', 'seatInCrowd', 'takeSlot', 'slotAt'],
  },
  {
    name: 'visit: bandwidth, channels, seek',
    functions: ['visitMany', 'visitAlone', 'visit', 'visitDisk', 'earliest'],
  },
  { name: 'join: the slowest replica', functions: ['join'] },
  {
    name: 'settle: slots, completion counters, sums of the volume',
    functions: ['settle', 'noteLate', 'completesLater'],
  },
  {
    name: 'count: histograms of pools and volumes, sums of pools',
    functions: ['count', 'countPools', 'bucketOf', 'countSlow'],
  },
]

export interface Share {
  readonly name: string
  readonly share: number
}

/** Shares of the steps, from a process that was started for them. */
export function costShares(program: string): readonly Share[] {
  const answer = execFileSync(
    process.execPath,
    ['--expose-gc', '--no-turbo-inlining', program, sharesFlag],
    { encoding: 'utf8' },
  )
  const counts: readonly number[] = JSON.parse(answer)
  const total = counts.reduce((sum, count) => sum + count, 0)
  return steps.map(({ name }, index) => ({ name, share: counts[index] / total }))
}

/** Samples of each step. */
export async function profiledSteps(): Promise<readonly number[]> {
  const source = new RepeatedWindow(requests, volumes)
  const session = new Session()
  session.connect()
  for (let turn = 0; turn < turnsBefore; turn++) runReplay(source, volumes, replicas)
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: intervalUs })
  await session.post('Profiler.start')
  for (let turn = 0; turn < turns; turn++) runReplay(source, volumes, replicas)
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  const names = new Map(profile.nodes.map(node => [node.id, node.callFrame.functionName]))
  const counts = steps.map(() => 0)
  for (const sample of profile.samples ?? []) {
    const name = names.get(sample) ?? ''
    const index = steps.findIndex(step => step.functions.includes(name))
    if (index >= 0) counts[index] += 1
  }
  return counts
}
