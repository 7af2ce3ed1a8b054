/**
 * What a run's history says of one volume, read line by line: a history may be larger than memory.
 */
import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Refused } from '../../core/errors.js'
import type { HistoryEntry } from '../../core/event.js'
import { isObject } from '../../core/field.js'
import type { MigrationRecord } from '../../core/record.js'
import type { DecisionRow } from '../../core/result.js'

export interface Past {
  readonly run: string
  /** The instant that was asked for; infinite: the end of the run. */
  readonly untilUs: number
  /** Of the run's last entry. */
  readonly lastUs: number
  readonly volumes: ReadonlySet<string>
  /** Up to that instant. */
  readonly decisions: readonly DecisionRow[]
  /** The last record of each migration up to that instant, and when it was written. */
  readonly migrations: readonly { readonly atUs: number; readonly record: MigrationRecord }[]
}

/** What is looked for: which volume, in which run, and up to when, from the run's start on. */
export interface Wanted {
  readonly volume: string
  /** Null: the first run. */
  readonly run: string | null
  readonly until: (startUs: number) => number
}

type Line = HistoryEntry & { readonly run: string }

export async function readPast(directory: string, wanted: Wanted): Promise<Past> {
  const file = join(directory, 'history.ndjson')
  if (!existsSync(file)) {
    const hint = 'name the directory that simulate wrote'
    throw new Refused([
      { code: 'FILE_MISSING', message: 'there is no history', where: { file }, hint },
    ])
  }
  const reader = new PastReader(wanted)
  const lines = createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  })
  let number = 0
  for await (const line of lines) {
    number += 1
    reader.take(parsed(line, file, number))
  }
  return reader.past(directory)
}

function parsed(line: string, file: string, number: number): Line {
  try {
    const value: unknown = JSON.parse(line)
    if (isLine(value)) return value
  } catch {
    // What is no JSON is no entry either: said below.
  }
  const hint = 'run the simulation again'
  const where = { file, line: number }
  throw new Refused([
    { code: 'HISTORY_BROKEN', message: 'the line is no entry of a history', where, hint },
  ])
}

/** As much as tells an entry from anything else: the rest is what the program itself wrote. */
function isLine(value: unknown): value is Line {
  if (!isObject(value)) return false
  const { run, kind, atUs, decision, record } = value
  if (typeof run !== 'string' || typeof kind !== 'string' || typeof atUs !== 'number') return false
  if (kind === 'decision') return isObject(decision)
  return kind !== 'record' || (isObject(record) && isObject(record.spec))
}

class PastReader {
  private run: string | null
  private untilUs: number | null = null
  private lastUs = 0
  private readonly runs = new Set<string>()
  private readonly volumes = new Set<string>()
  private readonly decisions: DecisionRow[] = []
  private readonly last = new Map<
    string,
    { readonly atUs: number; readonly record: MigrationRecord }
  >()

  constructor(private readonly wanted: Wanted) {
    this.run = wanted.run
  }

  take(line: Line): void {
    this.run ??= line.run
    this.runs.add(line.run)
    if (line.run !== this.run) return
    this.untilUs ??= this.wanted.until(line.atUs)
    this.lastUs = Math.max(this.lastUs, line.atUs)
    if ('volume' in line) this.volumes.add(line.volume)
    if (line.kind === 'decision') this.volumes.add(line.decision.volume)
    if (line.atUs <= this.untilUs) this.keep(line)
  }

  private keep(line: Line): void {
    const { volume } = this.wanted
    if (line.kind === 'decision' && line.decision.volume === volume) {
      this.decisions.push({ ...line.decision, atUs: line.atUs })
    } else if (line.kind === 'record' && line.record.spec.volume === volume) {
      this.last.set(line.record.name, { atUs: line.atUs, record: line.record })
    }
  }

  past(directory: string): Past {
    if (this.run === null || !this.runs.has(this.run)) {
      const message = `${directory} has no run ${this.run ?? 'at all'}`
      const hint = `its runs: ${[...this.runs].join(', ')}`
      throw new Refused([{ code: 'USAGE', message, where: { field: '--run' }, hint }])
    }
    const { run, volumes, decisions, lastUs } = this
    const untilUs = this.untilUs ?? lastUs
    return { run, untilUs, lastUs, volumes, decisions, migrations: [...this.last.values()] }
  }
}
