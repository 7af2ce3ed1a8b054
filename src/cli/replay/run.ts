/** Runs `replay`: file by file, each with the memory that it begins with. */
import { counted } from '../../../reports/figures.js'
import { Refused } from '../../core/errors.js'
import { formatInstant } from '../../core/instant.js'
import type { RecordingEntry } from '../../live/recording-reader.js'
import { Replay } from '../../live/recording-replay.js'
import type { Ended } from '../command.js'
import type { Terminal } from '../terminal.js'
import { documentOf } from '../version.js'
import { type Difference, firstDifference } from './difference.js'
import { brokenRecording, entriesOf, recordingFiles } from './recording-files.js'

export interface ReplayOptions {
  readonly json: boolean
}

export interface ReplayFigures {
  readonly rounds: number
  readonly decisions: number
  readonly starts: number
  /** Null: all alike. */
  readonly difference: (Difference & Place) | null
}

interface Place {
  readonly file: string
  readonly line: number
  readonly round: number
  readonly atUs: number
}

export async function replayCommand(
  directory: string,
  options: ReplayOptions,
  terminal: Terminal,
): Promise<Ended> {
  const figures = await replayed(directory, text => terminal.note(text))
  if (options.json) terminal.answer(JSON.stringify(documentOf('replay', figures)))
  else for (const line of linesOf(figures)) terminal.answer(line)
  return figures.difference === null ? 0 : 1
}

async function replayed(directory: string, note: (text: string) => void): Promise<ReplayFigures> {
  let [rounds, decisions, starts] = [0, 0, 0]
  for (const file of await recordingFiles(directory)) {
    let replay: Replay | null = null
    for await (const { line, entry } of entriesOf(file, note)) {
      if (entry.kind === 'header') replay = new Replay(entry.header.settings)
      if (replay === null) continue
      const taking = replay
      const difference = await guarded(file, line, () => take(taking, entry))
      if (entry.kind !== 'round') continue
      const { round, number } = entry
      const atUs = round.instantsUs.at(-1) ?? round.observation.atUs
      rounds += 1
      decisions += round.decisions.length
      starts += round.starts.length
      if (difference === null) continue
      const place = { file, line, round: number, atUs }
      return { rounds, decisions, starts, difference: { ...place, ...difference } }
    }
  }
  return { rounds, decisions, starts, difference: null }
}

async function take(replay: Replay, entry: RecordingEntry): Promise<Difference | null> {
  if (entry.kind === 'memory') replay.restore(entry.picture)
  if (entry.kind === 'absorbed') replay.absorb(entry.absorbed)
  if (entry.kind !== 'round') return null
  return firstDifference(entry.round, await replay.round(entry.round))
}

/** What no loop was ever given stops the core; the line that holds it is to be named. */
async function guarded<Found>(
  file: string,
  line: number,
  taking: () => Promise<Found>,
): Promise<Found> {
  try {
    return await taking()
  } catch (error) {
    if (error instanceof Refused) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw brokenRecording(file, line, `the core stops at it: ${why}`)
  }
}

function linesOf({ rounds, decisions, starts, difference }: ReplayFigures): readonly string[] {
  const all =
    `${counted(rounds, 'round', 'rounds')}, ${counted(decisions, 'decision', 'decisions')}` +
    `, ${counted(starts, 'start', 'starts')}`
  if (difference === null) return [`${all}: all alike`]
  const { file, line, round, atUs, volume, what, recorded, replayed: now } = difference
  return [
    `${all}: then a difference`,
    `  ${file}:${line}, round ${round}, ${formatInstant(atUs)}`,
    `  ${what}${volume === null ? '' : ` of volume ${volume}`}`,
    `  recorded: ${recorded === null ? 'none' : JSON.stringify(recorded)}`,
    `  replayed: ${now === null ? 'none' : JSON.stringify(now)}`,
  ]
}
