/** The operator's log: a line each on stderr, as JSON or as text, from a level upwards. */
import { formatInstant } from '../../core/instant.js'
import { type LogLevel, type LogLine, logLevels } from '../../live/log-line.js'
import { usage } from '../usage.js'

export type Log = (line: LogLine) => void

export function logTo(
  write: (text: string) => void,
  settings: {
    /** Asked for each line: it may change. */
    readonly least: () => LogLevel
    readonly isJson: boolean
    readonly nowUs: () => number
    /** More fields of a line, as to which trace it belongs. */
    readonly more?: (fields: LogLine['fields']) => LogLine['fields']
  },
): Log {
  const { least, isJson, nowUs, more = () => ({}) } = settings
  return line => {
    if (logLevels.indexOf(line.level) < logLevels.indexOf(least())) return
    const ts = formatInstant(nowUs())
    const { level, message: msg } = line
    const fields = { ...line.fields, ...more(line.fields) }
    if (isJson) write(JSON.stringify({ ts, level, msg, ...fields }))
    else write(`${ts} ${level} ${msg}${textOf(fields)}`)
  }
}

function textOf(fields: LogLine['fields']): string {
  const words = Object.entries(fields).flatMap(([name, value]) => {
    if (value === null || value === undefined) return []
    return [` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`]
  })
  return words.join('')
}

/** The flag's level, unless a person chose another while it runs. */
export class ChosenLevel {
  private level: LogLevel
  private word: string | null = null

  constructor(private readonly flag: LogLevel) {
    this.level = flag
  }

  now(): LogLevel {
    return this.level
  }

  /** An unknown word is told once, and counts as none. */
  heard(word: string | null, log: Log): void {
    if (word === this.word) return
    this.word = word
    const known = logLevels.find(one => one === word)
    if (word !== null && known === undefined) {
      const message = 'the ConfigMap names no level of the log'
      log({ level: 'warn', message, fields: { word: word.slice(0, 40), known: logLevels } })
    }
    const next = known ?? this.flag
    if (next === this.level) return
    const line: LogLine = { level: 'info', message: 'the log has a level', fields: { next } }
    const isQuieter = logLevels.indexOf(next) > logLevels.indexOf(this.level)
    // Told under the more talkative of the two.
    if (isQuieter) log(line)
    this.level = next
    if (!isQuieter) log(line)
  }
}

export function logLevelOf(text: string): LogLevel {
  const level = logLevels.find(one => one === text)
  if (level !== undefined) return level
  throw usage(`--log-level has no level ${text}`, `choose one of ${logLevels.join(', ')}`)
}
