/**
 * Figures of the operator in a cluster: a real API server, the twin on the wire as Mayastor and
 * Prometheus, the built program. `npm run bench:operator` writes docs/benchmarks.md.
 */
import { provenance, table, writePart } from '../page.js'
import { claimsOf } from './claims.js'
import { lookMs } from './metrics.js'
import { canBePod } from './pod.js'
import { measureRecovery, type RecoveryFigures, type StartFigures } from './recovery.js'
import { measureRounds, type RoundFigures } from './rounds.js'
import { measureStrangers } from './strangers.js'
import { measureStripes } from './stripes.js'

const sizes = [10, 1000, 10_000] as const

const asPod = 'as a pod does, by a service account'
const asUser = 'by a kubeconfig, for which the client library is loaded'

async function main(): Promise<void> {
  const rounds: RoundFigures[] = []
  for (const volumes of sizes) rounds.push(await measureRounds(volumes))
  const recovery = await measureRecovery(1000)
  const strangers = await measureStrangers()
  const stripes = await measureStripes()
  const lines = [
    '## Operator',
    '',
    `${provenance()} Written by \`npm run bench:operator\`:`,
    'a real API server and etcd without fsync, the twin on the wire, and the operator share the',
    'machine.',
    `The operator finds the API server ${canBePod() ? asPod : asUser}.`,
    '',
    ...roundTable(rounds),
    '',
    'The first round reads the whole sampling window (1h in steps of 30s), and all is told.',
    'Its time begins when Prometheus has answered and ends with the last decision, status and',
    'record. An idle round is whole: lists of Mayastor, query, decisions.',
    `A block is the longest time between two turns of the event loop: up to ${lookMs} ms of it are`,
    'the distance of two looks.',
    '',
    ...startTable(recovery),
    '',
    'The lease holds for 15 s; a new leader sends nothing for the 10 s that a command of the one',
    'before may take. Commands go with rounds, which come every 10 s while something moves.',
    '',
    ...claimsOf(rounds, recovery, strangers, stripes),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  writePart('operator', lines)
}

function roundTable(rounds: readonly RoundFigures[]): readonly string[] {
  const row = (what: string, figure: (one: RoundFigures) => string): readonly string[] => [
    what,
    ...rounds.map(figure),
  ]
  const ms = (value: number): string => `${value.toFixed(0)} ms`
  return table(
    ['volumes', ...rounds.map(one => String(one.volumes))],
    [
      row('first answer of Prometheus', one => `${(one.firstAnswerBytes / 1e6).toFixed(2)} MB`),
      row('first round, from that answer on', one => ms(one.firstRoundUs / 1000)),
      row('longest block until its end', one => ms(one.firstBlockedMs)),
      row('idle round, mean', one => ms(one.idleRoundMs)),
      row('longest block in idle rounds', one => ms(one.idleBlockedMs)),
      row('queries of Prometheus, idle round', one => perRound(one, one.idleQueries)),
      row('writes to the API server, idle round', one => perRound(one, one.idleWrites.length)),
      row('resident memory afterwards', one => `${one.residentMiB.toFixed(0)} MiB`),
      row('twin’s objects into the API server', one => `${(one.publishedUs / 1e6).toFixed(1)} s`),
    ],
  )
}

function perRound({ idleRounds }: RoundFigures, count: number): string {
  return String(count / idleRounds)
}

function startTable({ volumes, start, recovery, firstCommandUs }: RecoveryFigures) {
  const seconds = (us: number): string => `${(us / 1e6).toFixed(1)} s`
  const row = (what: string, figure: (one: StartFigures) => number): readonly string[] => [
    what,
    seconds(figure(start)),
    seconds(figure(recovery)),
  ]
  return table(
    [`${volumes} volumes, in real time`, 'from its start', 'from `kill -9` of the one before'],
    [
      row('everything listed', one => one.listedUs),
      row('leading', one => one.leadingUs),
      row('first decision', one => one.firstDecisionUs),
      row('first round over', one => one.firstRoundUs),
      ['first command', '', seconds(firstCommandUs)],
    ],
  )
}

await main()
