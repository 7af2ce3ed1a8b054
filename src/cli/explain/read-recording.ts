/** What an operator's recording says of one volume, read line by line. */
import { Refused } from '../../core/errors.js'
import type { MigrationRecord } from '../../core/record.js'
import type { DecisionRow } from '../../core/result.js'
import type { RecordedRound } from '../../live/recording.js'
import { entriesOf, recordingFiles } from '../replay/recording-files.js'
import type { Past, Wanted } from './read-past.js'
import { namesOf, unknownVolume, volumeNamed } from './volume-names.js'

export interface RecordedPast {
  /** The PersistentVolume. */
  readonly volume: string
  readonly past: Past
}

/** Its run is the operator that made it. */
export async function readRecording(
  path: string,
  wanted: Wanted,
  note: (text: string) => void,
): Promise<RecordedPast> {
  if (wanted.run !== null) {
    const message = 'a recording has no runs'
    throw new Refused([{ code: 'USAGE', message, where: { field: '--run' }, hint: 'leave it out' }])
  }
  const reader = new Rounds(wanted)
  let operator = ''
  for (const file of await recordingFiles(path)) {
    for await (const { entry } of entriesOf(file, note)) {
      if (entry.kind === 'header') operator = entry.header.operator
      if (entry.kind === 'round') reader.take(entry.round)
    }
  }
  return reader.past(path, operator)
}

class Rounds {
  private untilUs: number | null = null
  private lastUs = 0
  private id: string | null = null
  private name = ''
  private volumes: RecordedRound['observation']['cluster']['volumes'] = []
  private readonly decisions: DecisionRow[] = []
  private readonly last = new Map<string, { atUs: number; record: MigrationRecord }>()

  constructor(private readonly wanted: Wanted) {}

  take(round: RecordedRound): void {
    const atUs = round.instantsUs.at(-1) ?? round.observation.atUs
    this.untilUs ??= this.wanted.until(atUs)
    this.lastUs = Math.max(this.lastUs, atUs)
    this.meet(round)
    if (atUs > this.untilUs || this.id === null) return
    for (const decision of round.decisions) {
      if (decision.volume === this.id) this.decisions.push({ ...decision, atUs })
    }
    for (const record of round.records) {
      if (record.spec.volume !== this.id) continue
      const before = this.last.get(record.name)?.record.version
      if (before !== record.version) this.last.set(record.name, { atUs, record })
    }
  }

  past(path: string, run: string): RecordedPast {
    const { untilUs, lastUs, decisions } = this
    const volumes = new Set(this.volumes.flatMap(namesOf))
    if (this.id === null) {
      const where = { text: `${path} has`, hint: 'name a PersistentVolume, or a claim as in a/b' }
      throw unknownVolume(this.wanted.volume, volumes, where)
    }
    const migrations = [...this.last.values()]
    const past = { run, untilUs: untilUs ?? lastUs, lastUs, volumes, decisions, migrations }
    return { volume: this.name, past }
  }

  private meet({ observation }: RecordedRound): void {
    const { volumes } = observation.cluster
    if (volumes === this.volumes) return
    this.volumes = volumes
    const found = volumeNamed(volumes, this.id ?? this.wanted.volume)
    this.id ??= found?.id ?? null
    this.name = found?.name ?? this.name
  }
}
