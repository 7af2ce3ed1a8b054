/** Kinds of values that stand in a status, or in a spec that programs write. */
import { bad, duration, good, isObject, type Kind, listOf, type Problem } from '../field.js'
import { parseInstant } from '../instant.js'
import { listedDurationSchema, schemaOf } from '../schema.js'

/** An instant in UTC; microseconds since the Unix epoch. */
export const time: Kind<number> = {
  name: 'time',
  parse: (raw, path) => {
    const parsed = typeof raw === 'string' ? parseInstant(raw) : null
    return parsed === null ? bad(path, raw, 'give a time, as 2026-01-05T06:30:00Z') : good(parsed)
  },
  schema: () => ({ type: 'string', format: 'date-time' }),
}

/** A duration in the objects of a list. */
export const listedDuration: Kind<number> = { ...duration, schema: () => listedDurationSchema }

export const number: Kind<number> = {
  name: 'number',
  parse: (raw, path) =>
    typeof raw === 'number' && Number.isFinite(raw) ? good(raw) : bad(path, raw, 'give a number'),
  schema: () => ({ type: 'number' }),
}

/** An identifier or a checksum: writers of either form are about. */
export const textOrInteger: Kind<string | number> = {
  name: 'string or integer',
  parse: (raw, path) =>
    typeof raw === 'string' || Number.isSafeInteger(raw)
      ? good(raw as string | number)
      : bad(path, raw, 'give a text or a whole number'),
  schema: () => ({
    'x-kubernetes-int-or-string': true,
    anyOf: [{ type: 'integer' }, { type: 'string' }],
  }),
}

/** Texts that are names of one thing: `as` makes them so. */
export function named<Name extends string>(kind: Kind<string>, as: (text: string) => Name) {
  const parse: Kind<Name>['parse'] = (raw, path) => {
    const parsed = kind.parse(raw, path)
    return parsed.ok ? good(as(parsed.value)) : parsed
  }
  return { name: kind.name, parse, schema: () => schemaOf(kind) } satisfies Kind<Name>
}

/** Words of ours (`rolling-back`) as resources write them (`RollingBack`). */
export function camelCased<const Word extends string>(words: readonly Word[]): Kind<Word> {
  const names = words.map(camelCase)
  return {
    name: names.join(' | '),
    parse: (raw, path) => {
      const found = words.find(word => camelCase(word) === raw)
      return found === undefined ? bad(path, raw, `give one of ${names.join(', ')}`) : good(found)
    },
    schema: () => ({ type: 'string', enum: names }),
  }
}

export function camelCase(word: string): string {
  return word
    .split('-')
    .map(part => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join('')
}

/** Figures by name. */
export function byName<Value>(kind: Kind<Value>): Kind<Readonly<Record<string, Value>>> {
  return {
    name: `${kind.name} by name`,
    parse: (raw, path) => {
      if (!isObject(raw)) return bad(path, raw, 'give {name: value}')
      const problems: Problem[] = []
      const values: [string, Value][] = []
      for (const [name, one] of Object.entries(raw)) {
        const parsed = kind.parse(one, `${path}.${name}`)
        if (parsed.ok) values.push([name, parsed.value])
        else problems.push(...parsed.problems)
      }
      return problems.length > 0 ? { ok: false, problems } : good(Object.fromEntries(values))
    },
    schema: () => ({ type: 'object', additionalProperties: schemaOf(kind) }),
  }
}

/** A list that several writers share: they own its items one by one, told apart by a key. */
export function listBy<Value>(key: string, kind: Kind<Value>): Kind<readonly Value[]> {
  const list = listOf(kind)
  return {
    ...list,
    schema: () => ({
      ...schemaOf(list),
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': [key],
    }),
  }
}
