/**
 * The replay of requests, measured: one run, in which the contestants take turns, so that whatever
 * else the machine does falls on all of them alike. Each is given by the median of its turns.
 *
 *   npm run bench:replay             the whole run, about two minutes; writes docs/benchmarks.md
 *   npm run bench:replay -- --brief  a tenth of the rows, nothing written
 */
import { provenance, table, writePart } from '../page.js'
import {
  bareName,
  type Claim,
  cacheName,
  channelsName,
  claims,
  figure,
  type Measured,
  outcomeOf,
  plainName,
  replayName,
  requestRate,
  scanName,
  visitRate,
} from './claims.js'
import {
  type Outcome,
  runBareChannels,
  runBareDrive,
  runPlainObjects,
  runReplay,
  runScan,
} from './contestants.js'
import { costShares, profiledSteps, sharesFlag } from './cost-shares.js'
import { RepeatedWindow } from './fleet.js'
import { runLibCacheSim } from './libcachesim.js'
import { longTrace } from './long-trace.js'
import { bothHashes } from './same-code.js'

const rounds = 7
/** Short turns by which the bare loops are compiled to the end before they are measured. */
const warmTurns = 64
const warmRequests = 1 << 16
const volumeCounts = [10, 2000, 100_000] as const
const replicaCounts = [1, 2, 3] as const
const isBrief = process.argv.includes('--brief')
const requests = isBrief ? 400_000 : 4_000_000
const longRequests = isBrief ? 10_000_000 : 100_000_000

interface Contestant {
  readonly name: string
  readonly run: () => Outcome
  readonly turns: Outcome[]
}

async function main(): Promise<void> {
  const contestants = contestantsOf()
  warmUp()
  for (let round = 0; round < rounds; round++) {
    for (const { run, turns } of contestants) turns.push(run())
  }
  const measured = new Map(contestants.map(one => [one.name, middleOf(one.turns)]))
  const cache = runLibCacheSim(new RepeatedWindow(requests, 2000))
  if (typeof cache !== 'string') measured.set(cacheName, cache)
  const { ofSimulate, ofThisReplay } = await bothHashes()
  const lines = [
    '## Replay of requests',
    '',
    `${provenance()} Written by \`npm run bench:replay\`.`,
    '',
    ...rates(measured),
    ...(typeof cache === 'string' ? ['', cache] : []),
    '',
    ...aboutBare,
    '',
    ...costs(measured),
    '',
    ...aboutCosts,
    '',
    ...table(
      ['claim', 'wanted', 'measured', ''],
      claims(measured, longTrace(longRequests)).map(row),
    ),
    '',
    `The code that \`simulate\` runs: history ${ofThisReplay} here, ${ofSimulate} there.`,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  if (ofSimulate !== ofThisReplay) throw new Error('simulate runs another replay than this one')
  if (!isBrief) writePart('replay', lines)
}

/**
 * A bare loop is entered once a turn, so that it is compiled from within: half as fast as it can
 * be. What the replay is measured beside must not be slower than it is.
 */
function warmUp(): void {
  const source = new RepeatedWindow(warmRequests, 2000)
  for (let turn = 0; turn < warmTurns; turn++) {
    runBareDrive(source)
    runBareChannels(source)
    runScan(source)
  }
}

function contestantsOf(): readonly Contestant[] {
  const contestants: Contestant[] = []
  const add = (name: string, run: () => Outcome): void => {
    contestants.push({ name, run, turns: [] })
  }
  for (const volumes of volumeCounts) {
    const source = new RepeatedWindow(requests, volumes)
    for (const replicas of replicaCounts) {
      add(replayName(volumes, replicas), () => runReplay(source, volumes, replicas))
    }
  }
  const source = new RepeatedWindow(requests, 2000)
  const few = new RepeatedWindow(requests / 8, 2000)
  add(bareName, () => runBareDrive(source))
  add(channelsName, () => runBareChannels(source))
  add(plainName, () => runPlainObjects(few, 2000, 3))
  add(scanName, () => runScan(source))
  return contestants
}

/** The turn of median cost. */
function middleOf(turns: readonly Outcome[]): Outcome {
  const sorted = [...turns].sort((left, right) => left.cpuSeconds - right.cpuSeconds)
  return sorted[Math.floor(sorted.length / 2)]
}

/** Rates of all, and as multiples of the bare recursion's. */
function rates(measured: Measured): string[] {
  const bare = requestRate(outcomeOf(measured, bareName))
  const rows = [...measured].map(([name, outcome]) => [
    name,
    figure(requestRate(outcome)),
    outcome.visits === 0 ? '' : figure(visitRate(outcome)),
    figure(requestRate(outcome) / bare),
    outcome.visits === 0 ? '' : figure(visitRate(outcome) / bare),
  ])
  return table(['', 'M requests/s', 'M visits/s', 'requests ÷ bare', 'visits ÷ bare'], rows)
}

/** What each step of the replay costs, where its share of a profile is its share of the time. */
function costs(measured: Measured): string[] {
  const { cpuSeconds, requests: all, visits } = outcomeOf(measured, replayName(2000, 3))
  const rows = costShares(process.argv[1]).map(({ name, share }) => [
    name,
    figure((share * cpuSeconds * 1e9) / all),
    figure((share * cpuSeconds * 1e9) / visits),
  ])
  const title = 'where the time goes, 2000 volumes × 3'
  return table([title, 'ns a request', 'ns a visit'], rows)
}

/** What the claims beside the bare recursions compare. */
const aboutBare = [
  'A visit is bandwidth, then channels. The bare drive is one NVMe drive with both, at the load',
  'that each of the fleet has, and a sum of latencies: no routes, queues or counts. The barest',
  'recursion is channels alone, which need no length of a request.',
]

const aboutCosts = [
  'Shares of a CPU profile without inlining, applied to the measured cost. The visits alone are',
  'cheaper than those of the bare drive, each of which waits for the one before it at one server.',
  'What keeps the replay from half of the barest recursion is what no bare loop does: to admit a',
  'request to its volume’s queue, to settle it and to count it.',
]

function row({ text, wanted, measured, holds }: Claim): string[] {
  return [text, wanted, measured, holds ? 'holds' : '**missed**']
}

if (process.argv.includes(sharesFlag)) {
  process.stdout.write(JSON.stringify(await profiledSteps()))
} else await main()
