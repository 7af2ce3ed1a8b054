/** YAML files as values, with the line of every field, so that an error can name it. */
import { readFileSync } from 'node:fs'
import { type Document, isNode, LineCounter, parseAllDocuments } from 'yaml'
import { type OperatingError, Refused } from '../../core/errors.js'
import type { Problem } from '../../core/field.js'

export interface YamlDocument {
  readonly value: unknown
  /** The line of a field, or of the nearest thing around it that is there. */
  readonly lineOf: (path: string) => number
}

/** More than these of one file help nobody. */
const mostErrors = 20

/** Every document of a file; all its errors at once. `-` is standard input. */
export function readYaml(file: string): readonly YamlDocument[] {
  const text = textOf(file)
  const lines = new LineCounter()
  const documents = parsed(text, lines, file)
  const errors: OperatingError[] = []
  const found: YamlDocument[] = []
  for (const document of documents) {
    for (const error of document.errors) {
      errors.push(broken(file, lines.linePos(error.pos[0]).line, error.message))
    }
    if (document.contents === null || document.errors.length > 0) continue
    found.push({
      value: contentOf(document, file),
      lineOf: path => lines.linePos(offsetOf(document, path)).line,
    })
  }
  if (errors.length > 0) throw new Refused(errors.slice(0, mostErrors))
  return found
}

function textOf(file: string): string {
  let bytes: Buffer
  try {
    bytes = readFileSync(file === '-' ? 0 : file)
  } catch (error) {
    // The operating system names no path for what it opened, but could not read.
    throw error instanceof Error ? Object.assign(error, { path: file }) : error
  }
  const text = bytes.toString('utf8')
  if (bytes.includes(0) || text.includes('\ufffd')) {
    const message = 'the file is no text in UTF-8'
    throw new Refused([
      { code: 'YAML_INVALID', message, where: { file }, hint: 'give a YAML file' },
    ])
  }
  return text
}

/** Lists inside lists without end exhaust the parser's stack. */
function parsed(text: string, lines: LineCounter, file: string): readonly Document[] {
  try {
    const documents = parseAllDocuments(text, {
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'error',
    })
    return Array.isArray(documents) ? documents : []
  } catch (error) {
    throw new Refused([broken(file, 1, messageOf(error))])
  }
}

/** An alias of nothing, of itself, or one that multiplies without end is found only here. */
function contentOf(document: Document, file: string): unknown {
  try {
    const value: unknown = document.toJS()
    JSON.stringify(value)
    return value
  } catch (error) {
    const isCircle = error instanceof TypeError
    const message = isCircle ? 'an alias stands inside of what it names' : messageOf(error)
    throw new Refused([broken(file, 1, message)])
  }
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replace(/\n[\s\S]*$/, '')
}

function broken(file: string, line: number, message: string): OperatingError {
  const hint = 'mend the YAML'
  return { code: 'YAML_INVALID', message, where: { file, line }, hint }
}

/** Problems of a manifest or scenario as errors with file, line and field. */
export function errorsOf(
  problems: readonly Problem[],
  file: string | null,
  document: YamlDocument | null,
): readonly OperatingError[] {
  return problems.map(({ code, path, message, hint }) => ({
    code,
    message,
    where: {
      ...(file === null ? {} : { file }),
      ...(document === null ? {} : { line: document.lineOf(path) }),
      field: path.replace(/^\./, ''),
    },
    hint,
  }))
}

function offsetOf(document: Document, path: string): number {
  const parts = segments(path)
  for (let length = parts.length; length > 0; length--) {
    const node: unknown = document.getIn(parts.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return document.contents?.range?.[0] ?? 0
}

/** `.cluster.pools[2].device` as its names and indexes. */
export function segments(path: string): readonly (string | number)[] {
  return [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(match =>
    match[2] === undefined ? String(match[1]) : Number(match[2]),
  )
}
