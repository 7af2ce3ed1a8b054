/** How the program ends badly: one line for each error, a document with --json, and the status. */
import { CommanderError } from 'commander'
import { Defect, errorCodes, type OperatingError, Refused } from '../core/errors.js'
import type { Terminal } from './terminal.js'
import { documentOf } from './version.js'

/** Says what went wrong and answers the exit status. */
export function fail(error: unknown, terminal: Terminal, json: boolean): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0
  const errors = operatingErrors(error)
  for (const one of errors) terminal.note(errorLine(one))
  const [first] = errors
  if (json) terminal.answer(JSON.stringify(errorDocument(first, errors)))
  if (first.code === 'INTERNAL') {
    terminal.note(`Please report it with this: ${detail(error)}`)
  }
  return errorCodes[first.code].status
}

/** `error: WHAT (WHERE): WHAT TO DO [CODE]`. */
export function errorLine(error: OperatingError): string {
  const { message, hint, code } = error
  const place = placeText(error)
  const where = place === '' ? '' : ` (${place})`
  return `error: ${message}${where}: ${hint} [${code}]`
}

function errorDocument(
  first: OperatingError,
  errors: readonly OperatingError[],
): Readonly<Record<string, unknown>> {
  const { code, message, where, hint } = first
  const others = errors.slice(1).map(one => ({ ...one }))
  return documentOf('error', { code, message, where: { file: null, ...where }, hint, others })
}

function placeText({ where }: OperatingError): string {
  const parts: string[] = []
  if (where.file !== undefined) parts.push(where.file)
  if (where.line !== undefined) parts.push(`line ${where.line}`)
  if (where.byte !== undefined) parts.push(`byte ${where.byte}`)
  if (where.field !== undefined) parts.push(where.field)
  return parts.join(', ')
}

function operatingErrors(error: unknown): readonly [OperatingError, ...OperatingError[]] {
  if (error instanceof Refused) {
    const [first, ...others] = error.errors
    if (first !== undefined) return [first, ...others]
  }
  if (error instanceof CommanderError) return [usageError(error)]
  const known = systemError(error)
  if (known !== null) return [known]
  const message = error instanceof Error ? error.message : String(error)
  const hint = 'report it, with the command that you ran'
  return [{ code: 'INTERNAL', message, where: {}, hint }]
}

/** Commander puts what to do, where it knows it, into brackets on a second line. */
function usageError(error: CommanderError): OperatingError {
  if (error.code === 'commander.help') {
    const hint = 'name one; --help lists them'
    return { code: 'USAGE', message: 'no command is given', where: {}, hint }
  }
  const [what, hint] = error.message.replace(/^error: /, '').split('\n')
  const suggestion = /^\((.+)\)$/.exec(hint ?? '')
  return {
    code: 'USAGE',
    message: what?.replace(/\.$/, '') ?? 'the command line is not understood',
    where: {},
    hint: suggestion === null ? 'see --help' : suggestion[1].toLowerCase(),
  }
}

type Told = Pick<OperatingError, 'code' | 'message' | 'hint'>

const denied: Told = {
  code: 'FILE_DENIED',
  message: 'the file may not be read or written',
  hint: 'check its permissions, or choose another place',
}
const full: Told = {
  code: 'DISK_FULL',
  message: 'there is no room left on the disk',
  hint: 'free some, or choose another place with --out or COUCHESTOR_CACHE',
}
const missing = (message: string, hint: string): Told => ({ code: 'FILE_MISSING', message, hint })

/** What an operating system refuses at any time. */
const systemErrors: Readonly<Record<string, Told>> = {
  ENOSPC: full,
  EDQUOT: full,
  EACCES: denied,
  EPERM: denied,
  EROFS: denied,
  ENOENT: missing('there is no such file', 'check the path'),
  EISDIR: missing('this is a directory', 'name a file'),
  ENOTDIR: missing('a part of the path is no directory', 'check the path'),
  EEXIST: missing('a file stands where a directory is needed', 'choose another place'),
  ELOOP: missing('the path is a circle of links', 'check the path'),
  ENAMETOOLONG: missing('the path is too long', 'choose a shorter one'),
}

function systemError(error: unknown): OperatingError | null {
  if (!(error instanceof Error) || error instanceof Defect || !('code' in error)) return null
  const { code } = error
  const told =
    typeof code === 'string'
      ? Object.entries(systemErrors).find(([one]) => one === code)
      : undefined
  if (told === undefined) return null
  const where = 'path' in error && typeof error.path === 'string' ? { file: error.path } : {}
  return { ...told[1], where }
}

function detail(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return text
    .split('\n')
    .map(line => line.trim())
    .slice(0, 4)
    .join(' | ')
}
