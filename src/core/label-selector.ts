/** Parsing of label selectors as manifests write them. */
import {
  bad,
  given,
  good,
  isObject,
  type Kind,
  listOf,
  type Parsed,
  type Problem,
  unknownFields,
} from './field.js'
import { listSchema, type Schema } from './schema.js'
import type { LabelExpression, LabelSelector } from './selector.js'

const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const

const expressionSchema: Schema = {
  type: 'object',
  required: ['key', 'operator'],
  properties: {
    key: { description: 'Key of the label.', type: 'string', minLength: 1 },
    operator: { description: 'What is asked of its value.', type: 'string', enum: operators },
    values: {
      description: 'Values for In and NotIn; the other operators take none.',
      type: 'array',
      items: { type: 'string' },
      'x-kubernetes-list-type': 'atomic',
    },
  },
  'x-kubernetes-validations': [
    {
      rule: "!(self.operator in ['In', 'NotIn']) || (has(self.values) && size(self.values) > 0)",
      message: 'In and NotIn take values: list at least one',
      fieldPath: '.values',
    },
    {
      rule: "self.operator in ['In', 'NotIn'] || !has(self.values) || size(self.values) == 0",
      message: 'Exists and DoesNotExist take no values: leave them out',
      fieldPath: '.values',
    },
  ],
}

const selectorSchema: Schema = {
  type: 'object',
  properties: {
    matchLabels: {
      description: 'Labels that must be there, each with its value.',
      type: 'object',
      additionalProperties: { type: 'string' },
    },
    matchExpressions: {
      description: 'What must hold of labels, all of it.',
      ...listSchema(expressionSchema),
    },
  },
}

export const labelSelector: Kind<LabelSelector> = {
  name: 'label selector',
  parse: (raw, path) => {
    if (!isObject(raw)) return bad(path, raw, 'give {matchLabels: {key: value}}')
    const problems: Problem[] = unknownFields(['matchLabels', 'matchExpressions'], raw, path)
    const labels = parseLabels(given(raw, 'matchLabels') ?? {}, `${path}.matchLabels`)
    const list = given(raw, 'matchExpressions') ?? []
    const expressions = listOf(expression).parse(list, `${path}.matchExpressions`)
    if (!labels.ok) problems.push(...labels.problems)
    if (!expressions.ok) problems.push(...expressions.problems)
    return labels.ok && expressions.ok && problems.length === 0
      ? good({ matchLabels: labels.value, matchExpressions: expressions.value })
      : { ok: false, problems }
  },
  schema: () => selectorSchema,
}

export function parseLabels(raw: unknown, path: string): Parsed<Readonly<Record<string, string>>> {
  if (!isObject(raw)) return bad(path, raw, 'give {key: value}')
  const problems: Problem[] = []
  const labels: [string, string][] = []
  for (const [key, value] of Object.entries(raw)) {
    if (typeof value === 'string') labels.push([key, value])
    else problems.push(...problemsOf(bad(`${path}.${key}`, value, 'give a text in quotes')))
  }
  return problems.length > 0 ? { ok: false, problems } : good(Object.fromEntries(labels))
}

const expression: Kind<LabelExpression> = {
  name: 'label expression',
  parse: (raw, path) => {
    if (!isObject(raw)) return bad(path, raw, 'give {key, operator, values}')
    const problems: Problem[] = unknownFields(['key', 'operator', 'values'], raw, path)
    const wrong = (name: string, hint: string): void => {
      problems.push(...problemsOf(bad(`${path}.${name}`, given(raw, name), hint)))
    }
    const { key } = raw
    const operator = operators.find(known => known === raw.operator)
    const values = parseValues(given(raw, 'values'))
    if (typeof key !== 'string' || key === '') wrong('key', 'give a label key')
    if (operator === undefined) wrong('operator', `give one of ${operators.join(', ')}`)
    if (values === null) wrong('values', 'give a list of texts')
    const takesValues = operator === 'In' || operator === 'NotIn'
    if (operator !== undefined && values !== null && takesValues !== values.length > 0) {
      wrong('values', takesValues ? `${operator} takes values` : `${operator} takes no values`)
    }
    if (typeof key !== 'string' || operator === undefined || values === null) {
      return { ok: false, problems }
    }
    return problems.length > 0 ? { ok: false, problems } : good({ key, operator, values })
  },
  schema: () => expressionSchema,
}

function parseValues(raw: unknown): readonly string[] | null {
  if (raw === undefined || raw === null) return []
  if (!Array.isArray(raw)) return null
  const values = raw.filter((value: unknown) => typeof value === 'string')
  return values.length === raw.length ? values : null
}

function problemsOf(parsed: Parsed<unknown>): readonly Problem[] {
  return parsed.ok ? [] : parsed.problems
}
