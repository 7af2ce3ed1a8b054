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

/** Every document of a file; all its errors at once. `-` is standard input. */
export function readYaml(file: string): readonly YamlDocument[] {
  const text = readFileSync(file === '-' ? 0 : file, 'utf8')
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })
  const errors: OperatingError[] = []
  const found: YamlDocument[] = []
  for (const document of Array.isArray(documents) ? documents : []) {
    for (const error of document.errors) {
      errors.push({
        code: 'YAML_INVALID',
        message: error.message,
        where: { file, line: lines.linePos(error.pos[0]).line },
        hint: 'mend the YAML',
      })
    }
    if (document.contents === null) continue
    found.push({
      value: document.toJS(),
      lineOf: path => lines.linePos(offsetOf(document, path)).line,
    })
  }
  if (errors.length > 0) throw new Refused(errors)
  return found
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
