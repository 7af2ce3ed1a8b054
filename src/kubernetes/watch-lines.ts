/** The body of a watch: an event a line, over chunks that end anywhere, even within a character. */
import { isRecord, objectOf, parsed } from './answer.js'
import type { WatchEvent } from './api.js'
import { GatheredText } from './gathered-text.js'
import { type GatheredTogether, inThisProcess, largestOf } from './gathered-together.js'

/** Lines out of chunks of bytes; what is left of the last is kept for the next chunk. */
export class Lines {
  private readonly kept: GatheredText

  constructor(private readonly together: GatheredTogether = inThisProcess) {
    this.kept = new GatheredText(together)
  }

  /** The lines that this chunk ends. */
  push(chunk: Buffer): readonly string[] {
    const lines: string[] = []
    let from = 0
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
      this.kept.add(chunk.subarray(from, at))
      lines.push(this.kept.take())
      from = at + 1
    }
    this.kept.add(chunk.subarray(from))
    return lines
  }

  /** Of the line that no end was seen of. */
  keptBytes(): number {
    return this.kept.bytes
  }

  /** Why no end of that line is waited for; null: it may go on. */
  tooMuch(mostBytes: number): string | null {
    if (this.keptBytes() > mostBytes) return `an event is larger than ${mostBytes} bytes`
    if (!this.kept.isGivenUp) return null
    return `an event was ${largestOf(this.together)}`
  }

  /** When no more is read of them. */
  end(): void {
    this.kept.drop()
  }
}

const newline = 0x0a

/** Null where the line is no event. */
export function eventOf(line: string): WatchEvent | null {
  const document = parsed(line)
  if (!isRecord(document)) return null
  const { type, object } = document
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED': {
      const whole = objectOf(object)
      return whole === null ? null : { type, object: whole }
    }
    case 'BOOKMARK': {
      const version = versionOf(object)
      return version === null ? null : { type, version }
    }
    case 'ERROR': {
      if (!isRecord(object) || typeof object.code !== 'number') return null
      const message = typeof object.message === 'string' ? object.message : ''
      return { type, status: object.code, message }
    }
    default:
      return null
  }
}

/** A bookmark's object has no name. */
function versionOf(object: unknown): string | null {
  if (!isRecord(object) || !isRecord(object.metadata)) return null
  const { resourceVersion } = object.metadata
  return typeof resourceVersion === 'string' && resourceVersion !== '' ? resourceVersion : null
}
