/**
 * Runs `explain`: from a run's directory, a recording or the live cluster to the decision in force,
 * in words.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseDuration } from '../../core/duration.js'
import { Refused } from '../../core/errors.js'
import { formatInstant, parseInstant } from '../../core/instant.js'
import type { RoundFlags } from '../cluster/one-round.js'
import type { Ended } from '../command.js'
import { isRecording } from '../replay/recording-files.js'
import type { Terminal } from '../terminal.js'
import { documentOf } from '../version.js'
import { explainLive } from './live.js'
import { type Past, readPast, type Wanted } from './read-past.js'
import { readRecording } from './read-recording.js'
import { type Sampled, sampledAt } from './sampled.js'
import { unknownVolume } from './volume-names.js'
import { decisionLine, decisionText, migrationLine, sampledLine } from './words.js'

export interface ExplainOptions extends RoundFlags {
  readonly in?: string
  readonly at?: string
  readonly run?: string
  readonly json: boolean
}

/** What is told of the volume, wherever it was read. */
interface Told {
  /** As the answer names it. */
  readonly volume: string
  readonly past: Past
  /** Where it was read. */
  readonly source: string
  readonly sampled: Sampled | null
  /** What is said where nothing was decided. */
  readonly undecided: string
}

export async function explainCommand(
  volume: string,
  options: ExplainOptions,
  terminal: Terminal,
): Promise<Ended> {
  const told = await toldOf(volume, options, text => terminal.note(text))
  if (options.json) terminal.answer(JSON.stringify(documentOf('explanation', content(told))))
  else tell(told, terminal)
  return 0
}

async function toldOf(
  volume: string,
  options: ExplainOptions,
  note: (text: string) => void,
): Promise<Told> {
  const { in: directory, at, run } = options
  if (directory === undefined) {
    if (at !== undefined || run !== undefined) {
      throw refused('USAGE', 'a live cluster has no past', 'name with --in what has one')
    }
    const live = await explainLive(volume, options, note)
    return { ...live, source: 'live', sampled: null }
  }
  const wanted = { volume, run: run ?? null, until: untilOf(at) }
  if (existsSync(join(directory, 'history.ndjson')) || !(await isRecording(directory))) {
    return ofRun(directory, wanted)
  }
  const recorded = await readRecording(directory, wanted, note)
  const source = `recorded by ${recorded.past.run}`
  return { ...recorded, source, sampled: null, undecided }
}

const undecided = 'No round has looked at it yet.'

async function ofRun(directory: string, wanted: Wanted): Promise<Told> {
  const past = await readPast(directory, wanted)
  const { volume } = wanted
  if (!past.volumes.has(volume)) {
    const where = { text: `${directory} has`, hint: 'see the volumes in report.html' }
    throw unknownVolume(volume, past.volumes, where)
  }
  const sampled = await sampledAt(directory, past.run, volume, past.untilUs)
  return { volume, past, source: `run ${past.run}`, sampled, undecided }
}

function content({ volume, past, sampled }: Told): object {
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

function tell(
  { volume, past, source, sampled, undecided: nothing }: Told,
  terminal: Terminal,
): void {
  const { decisions, migrations } = past
  const atUs = instantOf(past, sampled)
  const inForce = decisions.at(-1)
  terminal.answer(`${volume} at ${formatInstant(atUs)}, ${source}`)
  terminal.answer(inForce === undefined ? nothing : decisionText(inForce))
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

function refused(code: 'USAGE', message: string, hint: string): Refused {
  return new Refused([{ code, message, where: {}, hint }])
}
