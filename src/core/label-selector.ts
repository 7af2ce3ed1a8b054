/** Parsing of label selectors as manifests write them. */
import {
  bad,
  good,
  isObject,
  type Kind,
  type Parsed,
  type Problem,
  unknownFields,
} from './field.js'
import type { LabelExpression, LabelSelector } from './selector.js'

const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const

export const labelSelector: Kind<LabelSelector> = {
  name: 'label selector',
  parse: (raw, path) => {
    if (!isObject(raw)) return bad(path, raw, 'give {matchLabels: {key: value}}')
    const problems: Problem[] = unknownFields(['matchLabels', 'matchExpressions'], raw, path)
    const labels = parseLabels(raw.matchLabels ?? {}, `${path}.matchLabels`)
    const expressions = parseExpressions(raw.matchExpressions ?? [], `${path}.matchExpressions`)
    if (!labels.ok) problems.push(...labels.problems)
    if (!expressions.ok) problems.push(...expressions.problems)
    return labels.ok && expressions.ok && problems.length === 0
      ? good({ matchLabels: labels.value, matchExpressions: expressions.value })
      : { ok: false, problems }
  },
}

export function parseLabels(raw: unknown, path: string): Parsed<Readonly<Record<string, string>>> {
  if (!isObject(raw)) return bad(path, raw, 'give {key: value}')
  const labels: Record<string, string> = {}
  for (const [key, value] of Object.entries(raw)) {
    if (typeof value !== 'string') return bad(`${path}.${key}`, value, 'give a text in quotes')
    labels[key] = value
  }
  return good(labels)
}

function parseExpressions(raw: unknown, path: string): Parsed<readonly LabelExpression[]> {
  if (!Array.isArray(raw)) return bad(path, raw, 'give a list of {key, operator, values}')
  const expressions: LabelExpression[] = []
  for (const [index, item] of raw.entries()) {
    const at = `${path}[${index}]`
    if (!isObject(item)) return bad(at, item, 'give {key, operator, values}')
    const operator = operators.find(known => known === item.operator)
    if (typeof item.key !== 'string') return bad(`${at}.key`, item.key, 'give a label key')
    if (operator === undefined) {
      return bad(`${at}.operator`, item.operator, `give one of ${operators.join(', ')}`)
    }
    const values = Array.isArray(item.values) ? item.values.map(String) : []
    const takesValues = operator === 'In' || operator === 'NotIn'
    if (takesValues !== values.length > 0) {
      return bad(
        `${at}.values`,
        item.values,
        `${operator} takes ${takesValues ? 'values' : 'none'}`,
      )
    }
    expressions.push({ key: item.key, operator, values })
  }
  return good(expressions)
}
