/** `--set PATH=VALUE` on a scenario's document: list items by index or by name, values as YAML. */
import { parse } from 'yaml'
import { Refused } from '../../core/errors.js'
import { isObject } from '../../core/field.js'
import { nearest } from '../../core/nearest.js'

export interface Setting {
  readonly path: string
  readonly value: unknown
}

export function parseSetting(text: string, option: string): Setting {
  const at = text.indexOf('=')
  if (at <= 0)
    throw wrong(
      option,
      `${JSON.stringify(text)} is no PATH=VALUE`,
      'give policies.0.spec.dryRun=true',
    )
  return { path: text.slice(0, at), value: yamlValue(text.slice(at + 1)) }
}

/** A value as a YAML file writes it; what is no YAML is a text. */
export function yamlValue(text: string): unknown {
  try {
    return parse(text)
  } catch {
    return text
  }
}

/** A copy of the document with one value replaced or added. */
export function withSetting(document: unknown, setting: Setting, option: string): unknown {
  const parts = setting.path.split(/\.|\[|\]\.?/).filter(part => part !== '')
  return replaced(document, parts, setting, option)
}

function replaced(
  node: unknown,
  parts: readonly string[],
  setting: Setting,
  option: string,
): unknown {
  const [part, ...rest] = parts
  if (part === undefined) return setting.value
  if (Array.isArray(node)) {
    const index = indexIn(node, part)
    if (index < 0) {
      const names = node.map((item, at) => nameOf(item) ?? String(at))
      const guess = nearest(part, names) ?? names.join(', ')
      throw wrong(option, `${setting.path} names no item ${part}`, `choose one of: ${guess}`)
    }
    return node.map((item: unknown, at) =>
      at === index ? replaced(item, rest, setting, option) : item,
    )
  }
  if (node !== undefined && node !== null && !isObject(node)) {
    throw wrong(option, `${setting.path} goes on below a plain value`, 'check the path')
  }
  return { ...node, [part]: replaced(node?.[part], rest, setting, option) }
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
