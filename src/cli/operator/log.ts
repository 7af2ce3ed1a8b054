/** The operator's log: a line each on stderr, as JSON or as text, from a level upwards. */
import { formatInstant } from '../../core/instant.js'
import { type LogLevel, type LogLine, logLevels } from '../../live/log-line.js'
import { usage } from '../usage.js'

export type Log = (line: LogLine) => void

export function logTo(
  write: (text: string) => void,
  settings: {
    readonly least: LogLevel
    readonly isJson: boolean
    readonly nowUs: () => number
    /** More fields of a line, as to which trace it belongs. */
    readonly more?: (fields: LogLine['fields']) => LogLine['fields']
  },
): Log {
  const { least, isJson, nowUs, more = () => ({}) } = settings
  const from = logLevels.indexOf(least)
  return line => {
    if (logLevels.indexOf(line.level) < from) return
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

export function logLevelOf(text: string): LogLevel {
  const level = logLevels.find(one => one === text)
  if (level !== undefined) return level
  throw usage(`--log-level has no level ${text}`, `choose one of ${logLevels.join(', ')}`)
}
