/**
 * `operator --record`: files of a recording, a new one every so many bytes, the oldest removed
 * above a cap. Whatever goes wrong with them is a warning, once: the operator goes on, and the
 * recording ends.
 */
import type { FileHandle } from 'node:fs/promises'
import { mkdir, open, readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { OperatorSettings } from '../../core/settings.js'
import { type RecordedRound, recordedPorts } from '../../live/recording.js'
import { type HeaderLine, recordingSchema } from '../../live/recording-line.js'
import { Replay } from '../../live/recording-replay.js'
import { Trail } from '../../live/recording-trail.js'
import { RecordingWriter } from '../../live/recording-writer.js'
import type { Identity } from '../../loop.js'
import type { Ports } from '../../ports.js'
import { programVersion } from '../version.js'
import type { Log } from './log.js'

export interface RecordingLimits {
  /** Of rounds in one file; what it begins with is not counted. */
  readonly fileBytes: number
  /** Of all files; the newest stays, however large. */
  readonly allBytes: number
  /** Rounds that wait to be written: where a disk does not answer, memory is not filled. */
  readonly waitingRounds: number
}

export const usualLimits: RecordingLimits = {
  fileBytes: 16 * 1_048_576,
  allBytes: 256 * 1_048_576,
  waitingRounds: 100,
}

const lastWritesMs = 2000

export class Recorder {
  private readonly trail: Trail
  private readonly replay: Replay
  private writing: Promise<void> = Promise.resolve()
  private waiting = 0
  private isOver = false
  private rounds = 0
  private writer = new RecordingWriter()
  private file: FileHandle | null = null
  private fileBytes = 0
  private header: HeaderLine | null = null

  constructor(
    private readonly directory: string,
    private readonly settings: OperatorSettings,
    private readonly log: Log,
    private readonly limits: RecordingLimits = usualLimits,
  ) {
    this.trail = new Trail(settings.scrapeIntervalUs)
    this.replay = new Replay(settings, absorbed => this.trail.add(absorbed))
  }

  /** The same ports, whose rounds are recorded. Once. */
  over(ports: Ports, { operator, epoch }: Identity): Ports {
    const { settings } = this
    const couchestor = programVersion()
    this.header = { schema: recordingSchema, couchestor, operator, epoch, settings }
    const { dryRun } = settings
    return recordedPorts(ports, { epoch, dryRun }, round => this.take(round))
  }

  /** When what it took is written, or the disk was waited for long enough. */
  async close(): Promise<void> {
    const late = new AbortController()
    const { signal } = late
    const closed = this.writing.then(() => this.file?.close()).catch(() => {})
    await Promise.race([closed, sleep(lastWritesMs, undefined, { signal }).catch(() => {})])
    late.abort()
    this.isOver = true
  }

  private take(round: RecordedRound): void {
    if (this.isOver) return
    if (this.waiting >= this.limits.waitingRounds) {
      this.end('the disk does not keep up')
      return
    }
    this.waiting += 1
    this.writing = this.writing
      .then(() => this.write(round))
      .catch((error: unknown) => this.end(error instanceof Error ? error.message : String(error)))
      .finally(() => {
        this.waiting -= 1
      })
  }

  private end(why: string): void {
    if (this.isOver) return
    this.isOver = true
    const fields = { why, directory: this.directory }
    this.log({ level: 'warn', message: 'nothing more is recorded', fields })
  }

  private async write(round: RecordedRound): Promise<void> {
    if (this.isOver) return
    if (this.file === null || this.fileBytes >= this.limits.fileBytes) await this.beginFile()
    this.rounds += 1
    const text = `${JSON.stringify(this.writer.round(round, this.rounds))}\n`
    await this.file?.appendFile(text)
    this.fileBytes += Buffer.byteLength(text)
    const replayed = await this.replay.round(round)
    if (replayed.kind === 'astray') this.end(replayed.why)
  }

  private async beginFile(): Promise<void> {
    await this.file?.close()
    this.file = null
    await mkdir(this.directory, { recursive: true })
    const names = await recordingNames(this.directory)
    const number = numberOf(names.at(-1) ?? '') + 1
    await this.removeOldest(names)
    const name = `recording-${String(number).padStart(8, '0')}.ndjson`
    this.file = await open(join(this.directory, name), 'ax')
    this.fileBytes = 0
    this.writer = new RecordingWriter()
    const picture = this.replay.picture()
    await this.file.appendFile(`${JSON.stringify(this.header)}\n`)
    if (picture === null) return
    for (const line of this.writer.begin(picture, this.trail.all())) {
      await this.file.appendFile(`${JSON.stringify(line)}\n`)
    }
  }

  /** So many that another file has room. */
  private async removeOldest(names: readonly string[]): Promise<void> {
    const paths = names.map(name => join(this.directory, name))
    const sizes = await Promise.all(paths.map(async path => (await stat(path)).size))
    let bytes = sizes.reduce((sum, size) => sum + size, this.limits.fileBytes)
    for (const [place, path] of paths.entries()) {
      if (bytes <= this.limits.allBytes) return
      await unlink(path)
      bytes -= sizes[place]
    }
  }
}

/** Files of recordings in a directory, the oldest first. */
export async function recordingNames(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory)
  return names
    .filter(name => numberOf(name) > 0)
    .sort((one, other) => numberOf(one) - numberOf(other))
}

function numberOf(name: string): number {
  return Number(/^recording-(\d+)\.ndjson$/.exec(name)?.[1] ?? 0)
}
