/**
 * What a run's history says of one volume, read line by line: a history may be larger than memory.
 */
import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Refused } from '../../core/errors.js'
import type { HistoryEntry } from '../../core/event.js'
import type { MigrationRecord } from '../../core/record.js'
import type { DecisionRow } from '../../core/result.js'

export interface Past {
  readonly run: string
  readonly startUs: number
  readonly endUs: number
  readonly volumes: ReadonlySet<string>
  readonly decisions: readonly DecisionRow[]
  /** The first and the last record of each migration. */
  readonly migrations: readonly { readonly atUs: number; readonly record: MigrationRecord }[]
}

type Line = HistoryEntry & { readonly run: string }

export async function readPast(
  directory: string,
  volume: string,
  wanted: string | null,
): Promise<Past> {
  const file = join(directory, 'history.ndjson')
  if (!existsSync(file)) {
    const hint = 'name the directory that simulate wrote'
    throw new Refused([
      { code: 'FILE_MISSING', message: 'there is no history', where: { file }, hint },
    ])
  }
  const reader = new PastReader(volume, wanted)
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
    return JSON.parse(line)
  } catch {
    const hint = 'run the simulation again'
    const where = { file, line: number }
    throw new Refused([
      { code: 'HISTORY_BROKEN', message: 'the line is no entry of a history', where, hint },
    ])
  }
}

class PastReader {
  private run: string | null
  private startUs = Number.POSITIVE_INFINITY
  private endUs = 0
  private readonly runs = new Set<string>()
  private readonly volumes = new Set<string>()
  private readonly decisions: DecisionRow[] = []
  private readonly last = new Map<
    string,
    { readonly atUs: number; readonly record: MigrationRecord }
  >()

  constructor(
    private readonly volume: string,
    private readonly wanted: string | null,
  ) {
    this.run = wanted
  }

  take(line: Line): void {
    this.run ??= line.run
    this.runs.add(line.run)
    if (line.run !== this.run) return
    this.startUs = Math.min(this.startUs, line.atUs)
    this.endUs = Math.max(this.endUs, line.atUs)
    if ('volume' in line) this.volumes.add(line.volume)
    if (line.kind === 'decision') {
      this.volumes.add(line.decision.volume)
      if (line.decision.volume !== this.volume) return
      this.decisions.push({ ...line.decision, atUs: line.atUs })
    } else if (line.kind === 'record' && line.record.spec.volume === this.volume) {
      this.last.set(line.record.name, { atUs: line.atUs, record: line.record })
    }
  }

  past(directory: string): Past {
    if (this.wanted !== null && !this.runs.has(this.wanted)) {
      const message = `${directory} has no run ${this.wanted}`
      const hint = `its runs: ${[...this.runs].join(', ')}`
      throw new Refused([{ code: 'USAGE', message, where: { field: '--run' }, hint }])
    }
    const { run, startUs, endUs, volumes, decisions } = this
    return {
      run: run ?? '',
      startUs,
      endUs,
      volumes,
      decisions,
      migrations: [...this.last.values()],
    }
  }
}
