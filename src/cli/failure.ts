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
  const where = placeText(error)
  return `error: ${error.message}${where === '' ? '' : ` (${where})`}: ${error.hint} [${error.code}]`
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
  const [what, hint] = error.message.replace(/^error: /, '').split('\n')
  const suggestion = /^\((.+)\)$/.exec(hint ?? '')
  return {
    code: 'USAGE',
    message: what ?? 'the command line is not understood',
    where: {},
    hint: suggestion === null ? 'see --help' : suggestion[1].toLowerCase(),
  }
}

/** What an operating system refuses at any time. */
function systemError(error: unknown): OperatingError | null {
  if (!(error instanceof Error) || error instanceof Defect || !('code' in error)) return null
  const file = 'path' in error && typeof error.path === 'string' ? { file: error.path } : {}
  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return {
        code: 'DISK_FULL',
        message: 'there is no room left on the disk',
        where: file,
        hint: 'free some, or choose another place with --out or COUCHESTOR_CACHE',
      }
    case 'ENOENT':
      return {
        code: 'FILE_MISSING',
        message: 'there is no such file',
        where: file,
        hint: 'check the path',
      }
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return {
        code: 'FILE_DENIED',
        message: 'the file may not be read or written',
        where: file,
        hint: 'check its permissions, or choose another place',
      }
    default:
      return null
  }
}

function detail(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return text
    .split('\n')
    .map(line => line.trim())
    .slice(0, 4)
    .join(' | ')
}
