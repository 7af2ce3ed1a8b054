/** `--set PATH=VALUE` on a scenario's document: list items by index or by name, values as YAML. */
import { parse } from 'yaml'
import { Refused } from '../../core/errors.js'
import { isObject } from '../../core/field.js'
import { nearest } from '../../core/nearest.js'

/** What was changed, and by which option: list items stand there by index. */
export interface Change {
  readonly option: string
  readonly path: readonly string[]
}

interface Setting {
  readonly option: string
  /** As it was typed. */
  readonly path: string
  readonly value: unknown
}

export function parseSetting(text: string, option: string): Setting {
  const at = text.indexOf('=')
  if (at <= 0) {
    const message = `${JSON.stringify(text)} is no PATH=VALUE`
    throw wrong(option, message, 'give policies.0.spec.dryRun=true')
  }
  return { option, path: text.slice(0, at), value: yamlValue(text.slice(at + 1)) }
}

/** A value as a YAML file writes it; what is no YAML is a text. */
function yamlValue(text: string): unknown {
  try {
    return parse(text)
  } catch {
    return text
  }
}

/** A copy of the document with one value replaced or added; the document itself stays as it is. */
export function withSetting(
  document: Readonly<Record<string, unknown>>,
  text: string,
  option: string,
): { readonly document: Readonly<Record<string, unknown>>; readonly change: Change } {
  const setting = parseSetting(text, option)
  const parts = setting.path.split(/\.|\[|\]\.?/).filter(part => part !== '')
  const walked: string[] = []
  const changed = replaced(document, parts, setting, walked)
  if (!isObject(changed)) {
    throw wrong(option, `${JSON.stringify(setting.path)} is no path`, 'give policies.0.spec')
  }
  return { document: changed, change: { option, path: walked } }
}

function replaced(
  node: unknown,
  parts: readonly string[],
  setting: Setting,
  walked: string[],
): unknown {
  const [part, ...rest] = parts
  if (part === undefined) return setting.value
  const { option, path } = setting
  if (Array.isArray(node)) {
    const index = indexIn(node, part)
    if (index < 0) {
      const names = node.map((item, at) => nameOf(item) ?? String(at))
      const guess = nearest(part, names) ?? names.join(', ')
      throw wrong(option, `${path} names no item ${part}`, `choose one of: ${guess}`)
    }
    walked.push(String(index))
    return node.map((item: unknown, at) =>
      at === index ? replaced(item, rest, setting, walked) : item,
    )
  }
  if (node !== undefined && node !== null && !isObject(node)) {
    throw wrong(option, `${path} goes on below a plain value`, 'check the path')
  }
  walked.push(part)
  const own =
    node !== undefined && node !== null && Object.hasOwn(node, part) ? node[part] : undefined
  return { ...node, [part]: replaced(own, rest, setting, walked) }
}

function indexIn(items: readonly unknown[], part: string): number {
  const index = Number(part)
  if (Number.isInteger(index) && index >= 0 && index < items.length) return index
  return items.findIndex(item => nameOf(item) === part)
}

/** What an item of a list is called: its own name, or that of its metadata. */
function nameOf(item: unknown): string | null {
  if (!isObject(item)) return null
  if (typeof item.name === 'string') return item.name
  return isObject(item.metadata) && typeof item.metadata.name === 'string'
    ? item.metadata.name
    : null
}

function wrong(option: string, message: string, hint: string): Refused {
  return new Refused([{ code: 'USAGE', message, where: { field: option }, hint }])
}
