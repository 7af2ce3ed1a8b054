/** The files of a recording, and what stands in them line by line. */
import { createReadStream, existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Refused } from '../../core/errors.js'
import { type RecordingEntry, RecordingReader } from '../../live/recording-reader.js'
import { recordingNames } from '../operator/record.js'

export interface RecordingLine {
  readonly line: number
  readonly entry: Exclude<RecordingEntry, { readonly kind: 'broken' }>
}

/** Of a directory the oldest first; a file that is named stands alone. */
export async function recordingFiles(path: string): Promise<readonly string[]> {
  if (existsSync(path) && !statSync(path).isDirectory()) return [path]
  const names = existsSync(path) ? await recordingNames(path) : []
  if (names.length > 0) return names.map(name => join(path, name))
  const hint = 'name the directory that operator --record wrote to'
  const message = 'there is no recording'
  throw new Refused([{ code: 'FILE_MISSING', message, where: { file: path }, hint }])
}

export function isRecording(directory: string): Promise<boolean> {
  return recordingFiles(directory).then(
    () => true,
    () => false,
  )
}

/**
 * Refuses with file and line what is no recording; a last line that breaks off, as a kill leaves
 * it, is passed over with a note.
 */
export async function* entriesOf(
  file: string,
  note: (text: string) => void,
): AsyncGenerator<RecordingLine> {
  const reader = new RecordingReader()
  let number = 0
  for await (const { text, isWhole } of linesOf(file)) {
    number += 1
    const entry = reader.take(text)
    if (entry.kind !== 'broken') {
      yield { line: number, entry }
    } else if (isWhole) {
      throw brokenRecording(file, number, entry.why)
    } else {
      note(`${file}:${number} breaks off, and is passed over`)
    }
  }
}

export function brokenRecording(file: string, line: number, message: string): Refused {
  const hint = 'replay the other files one by one: each can be read alone'
  return new Refused([{ code: 'HISTORY_BROKEN', message, where: { file, line }, hint }])
}

interface Line {
  readonly text: string
  readonly isWhole: boolean
}

async function* linesOf(file: string): AsyncGenerator<Line> {
  let rest = ''
  for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
    const [first = '', ...others] = String(chunk).split('\n')
    rest += first
    for (const next of others) {
      yield { text: rest, isWhole: true }
      rest = next
    }
  }
  if (rest !== '') yield { text: rest, isWhole: false }
}
