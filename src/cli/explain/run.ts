/** Runs `explain`: from a run's directory to the decision in force, in words. */
import { parseDuration } from '../../core/duration.js'
import { Refused } from '../../core/errors.js'
import { formatInstant, parseInstant } from '../../core/instant.js'
import { nearest } from '../../core/nearest.js'
import type { Ended } from '../command.js'
import type { Terminal } from '../terminal.js'
import { documentOf } from '../version.js'
import { type Past, readPast } from './read-past.js'
import { decisionLine, decisionText, migrationLine } from './words.js'

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
  const past = await readPast(options.in, volume, options.run ?? null)
  if (!past.volumes.has(volume)) {
    const guess = nearest(volume, [...past.volumes])
    const hint = guess === null ? 'see the volumes in report.html' : `did you mean ${guess}?`
    throw refused('VOLUME_UNKNOWN', `${options.in} has no volume ${volume}`, hint)
  }
  const atUs = options.at === undefined ? past.endUs : instantOf(options.at, past)
  const decisions = past.decisions.filter(row => row.atUs <= atUs)
  const migrations = past.migrations.filter(row => row.atUs <= atUs)
  if (options.json) {
    const inForce = decisions.at(-1) ?? null
    const content = { volume, run: past.run, atUs, decision: inForce, decisions, migrations }
    terminal.answer(JSON.stringify(documentOf('explanation', content)))
    return 0
  }
  const inForce = decisions.at(-1)
  terminal.answer(`${volume} at ${formatInstant(atUs)}, run ${past.run}`)
  terminal.answer(inForce === undefined ? 'No round has looked at it yet.' : decisionText(inForce))
  if (decisions.length > 1) terminal.answer('\nBefore that, newest first:')
  for (const row of decisions.slice(0, -1).reverse().slice(0, listed)) {
    terminal.answer(`  ${formatInstant(row.atUs)}  ${decisionLine(row)}`)
  }
  if (migrations.length > 0) terminal.answer('\nIts migrations, newest first:')
  for (const row of [...migrations].reverse().slice(0, listed)) {
    terminal.answer(`  ${formatInstant(row.atUs)}  ${migrationLine(row.record)}`)
  }
  return 0
}

/** Lines of each list at the most. */
const listed = 12

function instantOf(text: string, past: Past): number {
  const sinceStart = parseDuration(text)
  if (sinceStart !== null) return past.startUs + sinceStart
  const instant = parseInstant(text)
  if (instant !== null) return instant
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
