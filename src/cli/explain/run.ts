/** Runs `explain`: from a run's directory to the decision in force, in words. */
import { parseDuration } from '../../core/duration.js'
import { Refused } from '../../core/errors.js'
import { formatInstant, parseInstant } from '../../core/instant.js'
import { nearest } from '../../core/nearest.js'
import type { Ended } from '../command.js'
import type { Terminal } from '../terminal.js'
import { documentOf } from '../version.js'
import { type Past, readPast } from './read-past.js'
import { type Sampled, sampledAt } from './sampled.js'
import { decisionLine, decisionText, migrationLine, sampledLine } from './words.js'

export interface ExplainOptions {
  readonly in?: string
  readonly at?: string
  readonly run?: string
  readonly json: boolean
}

export async function explainCommand(
  volume: string,
  options: ExplainOptions,
  terminal: Terminal,
): Promise<Ended> {
  if (options.in === undefined) {
    throw refused(
      'CLUSTER_MISSING',
      'no live cluster can be asked',
      'name the directory of a run with --in',
    )
  }
  const directory = options.in
  const until = untilOf(options.at)
  const past = await readPast(directory, { volume, run: options.run ?? null, until })
  if (!past.volumes.has(volume)) {
    const guess = nearest(volume, [...past.volumes])
    const hint = guess === null ? 'see the volumes in report.html' : `did you mean ${guess}?`
    throw refused('VOLUME_UNKNOWN', `${directory} has no volume ${volume}`, hint)
  }
  const sampled = await sampledAt(directory, past.run, volume, past.untilUs)
  if (options.json)
    terminal.answer(JSON.stringify(documentOf('explanation', content(volume, past, sampled))))
  else tell(volume, past, sampled, terminal)
  return 0
}

function content(volume: string, past: Past, sampled: Sampled | null): object {
  const { run, decisions } = past
  const atUs = instantOf(past, sampled)
  const decision = decisions.at(-1) ?? null
  const migrations = past.migrations.map(migrationContent)
  return { volume, run, atUs, sampled, decision, decisions, migrations }
}

/** What scripts may rely on; the journal's own record is the operator's affair. */
function migrationContent({ atUs, record }: Past['migrations'][number]): object {
  const { name, spec, status } = record
  const { fromTier, toTier, requestedBy, reason, heatIops, sizeBytes } = spec
  return {
    atUs,
    name,
    fromTier,
    toTier,
    requestedBy,
    reason,
    heatIops,
    sizeBytes,
    startedUs: status?.startedUs ?? null,
    finishedUs: status?.finishedUs ?? null,
    outcome: status?.outcome ?? null,
    why: status?.why ?? null,
    message: status?.message ?? '',
  }
}

/** A history ends with the last thing that happened, samples with the run. */
function instantOf({ untilUs, lastUs }: Past, sampled: Sampled | null): number {
  return Number.isFinite(untilUs) ? untilUs : Math.max(lastUs, sampled?.atUs ?? 0)
}

/** Lines of each list at the most. */
const listed = 12

function tell(volume: string, past: Past, sampled: Sampled | null, terminal: Terminal): void {
  const { run, decisions, migrations } = past
  const atUs = instantOf(past, sampled)
  const inForce = decisions.at(-1)
  terminal.answer(`${volume} at ${formatInstant(atUs)}, run ${run}`)
  terminal.answer(inForce === undefined ? 'No round has looked at it yet.' : decisionText(inForce))
  if (sampled !== null) terminal.answer(sampledLine(sampled))
  if (decisions.length > 1) terminal.answer('\nBefore that, newest first:')
  for (const row of decisions.slice(0, -1).reverse().slice(0, listed)) {
    terminal.answer(`  ${formatInstant(row.atUs)}  ${decisionLine(row)}`)
  }
  if (migrations.length > 0) terminal.answer('\nIts migrations, newest first:')
  for (const row of [...migrations].reverse().slice(0, listed)) {
    terminal.answer(`  ${formatInstant(row.atUs)}  ${migrationLine(row.record)}`)
  }
}

/** Whether it can be understood is told before a long history is read. */
function untilOf(text: string | undefined): (startUs: number) => number {
  if (text === undefined) return () => Number.POSITIVE_INFINITY
  const sinceStart = parseDuration(text)
  if (sinceStart !== null) return startUs => startUs + sinceStart
  const instant = parseInstant(text)
  if (instant !== null) return () => instant
  const hint = 'give 2026-01-09T03:00:00Z, or a time from the start as 3d4h'
  throw refused('USAGE', `--at is ${JSON.stringify(text)}`, hint)
}

function refused(
  code: 'USAGE' | 'CLUSTER_MISSING' | 'VOLUME_UNKNOWN',
  message: string,
  hint: string,
): Refused {
  return new Refused([{ code, message, where: {}, hint }])
}
