/** What the operator is to hold, and whether it does. */
import { table } from '../page.js'
import type { RecoveryFigures } from './recovery.js'
import type { RoundFigures } from './rounds.js'
import type { StrangerFigures } from './strangers.js'
import type { StripeFigures } from './stripes.js'

interface Claim {
  readonly what: string
  readonly wanted: string
  readonly measured: string
  readonly holds: boolean
}

export function claimsOf(
  rounds: readonly RoundFigures[],
  recovery: RecoveryFigures,
  strangers: StrangerFigures,
  stripes: StripeFigures,
): readonly string[] {
  const claims = [
    ...ofRounds(rounds),
    ...ofRecovery(recovery),
    ofStrangers(strangers),
    ...ofStripes(stripes),
  ]
  const rows = claims.map(({ what, wanted, measured, holds }) => [
    what,
    wanted,
    measured,
    holds ? 'holds' : '**missed**',
  ])
  return table(['claim', 'wanted', 'measured', ''], rows)
}

function ofRounds(rounds: readonly RoundFigures[]): readonly Claim[] {
  const ofSize = (volumes: number): RoundFigures => {
    const found = rounds.find(one => one.volumes === volumes)
    if (found === undefined) throw new Error(`nothing was measured with ${volumes} volumes`)
    return found
  }
  const [thousand, most] = [ofSize(1000), ofSize(10_000)]
  const writes = rounds.flatMap(one => one.idleWrites)
  const queries = rounds.map(one => one.idleQueries / one.idleRounds)
  const growth = most.firstRoundUs / thousand.firstRoundUs
  return [
    upTo('first round over 1000 volumes', thousand.firstRoundUs / 1000, 1000, 'ms'),
    upTo('10 000 volumes beside 1000, first round', growth, 10 * growthMargin, '×'),
    {
      what: 'writes to the API server in idle rounds, lease apart',
      wanted: '0',
      measured: [writes.length, ...new Set(writes)].join(', '),
      holds: writes.length === 0,
    },
    {
      what: 'queries of Prometheus a round, with 10, 1000, 10 000 volumes',
      wanted: 'the same',
      measured: queries.join(', '),
      holds: new Set(queries).size === 1,
    },
    upTo('resident memory with 1000 volumes', thousand.residentMiB, 200, 'MiB'),
  ]
}

/** Ten times the volumes take ten times as long, and what caches cost. */
const growthMargin = 1.2

function ofRecovery({ recovery, firstCommandUs }: RecoveryFigures): readonly Claim[] {
  const [round, command] = [recovery.firstRoundUs / 1e6, firstCommandUs / 1e6]
  return [
    upTo('from `kill -9` to the next leader’s first round', round, 20, 's'),
    upTo('from `kill -9` to the first command: a deadline of 10 s more', command, 30, 's'),
  ]
}

function ofStrangers(figures: StrangerFigures): Claim {
  const { objects, listedUs, listedBlockedMs, roundBlockedMs, residentMiB } = figures
  const took = `${(listedUs / 1e6).toFixed(1)} s, ${residentMiB.toFixed(0)} MiB`
  const later = `${roundBlockedMs.toFixed(0)} ms in the first round afterwards`
  const what = `longest block while ${objects} objects of others are listed (${took}; ${later})`
  return upTo(what, listedBlockedMs, 50, 'ms')
}

function ofStripes(figures: StripeFigures): readonly Claim[] {
  const many = `${figures.objects} ECStripes`
  const seconds = (us: number): string => `${(us / 1e6).toFixed(1)} s`
  const { residentMiB, relistResidentMiB, blockedMs, relistBlockedMs } = figures
  return [
    upTo(`resident memory with ${many} of ${figures.objectBytes} bytes`, residentMiB, 320, 'MiB'),
    upTo('the same, listed again after a restart of the server', relistResidentMiB, 320, 'MiB'),
    upTo(
      `longest block while ${many} are listed (${seconds(figures.listedUs)})`,
      blockedMs,
      50,
      'ms',
    ),
    upTo(
      `longest block while they are listed again (${seconds(figures.relistedUs)}, restart and all)`,
      ...([relistBlockedMs, 50, 'ms'] as const),
    ),
    upTo(
      `\`kubectl get ecs -l\` of one volume: ${figures.selected} of ${many}`,
      ...([figures.selectedUs / 1e6, 30, 's'] as const),
    ),
  ]
}

function upTo(what: string, value: number, most: number, unit: string): Claim {
  const digits = value < 100 ? 1 : 0
  return {
    what,
    wanted: `≤ ${most} ${unit}`,
    measured: `${value.toFixed(digits)} ${unit}`,
    holds: value <= most,
  }
}
