/** Kinds of values that only scenarios have, for the tables that a scenario is read by. */
import {
  bad,
  duration,
  type FieldTable,
  good,
  isObject,
  type Kind,
  oneOf,
  type ParsedBy,
  parseByTable,
} from '../../src/core/field.js'
import { parseInstant } from '../../src/core/instant.js'
import { parseLabels } from '../../src/core/label-selector.js'
import { type Labels, type Tier, tiers } from '../../src/core/model.js'
import { presets } from '../devices/preset.js'
import { unknownName } from './names.js'

/** An object that is read by a table of its own. */
export function record<Table extends FieldTable>(table: Table): Kind<ParsedBy<Table>> {
  return {
    name: 'object',
    parse: (raw, path) => {
      if (!isObject(raw)) return bad(path, raw, `give {${Object.keys(table).join(', ')}}`)
      const parsed = parseByTable(table, raw, path)
      return parsed.ok ? good(parsed.value as ParsedBy<Table>) : parsed
    },
  }
}

export const instant: Kind<number> = {
  name: 'instant',
  parse: (raw, path) => {
    const parsed = typeof raw === 'string' ? parseInstant(raw) : null
    return parsed === null
      ? bad(path, raw, 'give an instant, as 2026-01-05T00:00:00Z')
      : good(parsed)
  },
}

/** The name of a preset: told beside every other error, because nothing else has to be known. */
export const deviceName: Kind<string> = {
  name: 'device',
  parse: (raw, path) => {
    if (typeof raw !== 'string' || raw === '') return bad(path, raw, 'give the name of a preset')
    return Object.hasOwn(presets, raw)
      ? good(raw)
      : { ok: false, problems: [unknownName(path, 'device', raw, Object.keys(presets))] }
  },
}

/** YAML reads an unquoted 2.10 as the number 2.1. */
export function version<const Version extends string>(known: readonly Version[]): Kind<Version> {
  const parse = oneOf(known).parse
  return {
    name: known.join(' | '),
    parse: (raw, path) =>
      typeof raw === 'number'
        ? bad(path, raw, `put it in quotes, as "${known.at(-1)}"`)
        : parse(raw, path),
  }
}

const secondUs = 1_000_000

/** A distance of what happens again and again: below a second a run has no end. */
export const interval: Kind<number> = {
  name: duration.name,
  parse: (raw, path) => {
    const parsed = duration.parse(raw, path)
    return parsed.ok && parsed.value < secondUs ? bad(path, raw, 'give 1s or more') : parsed
  },
}

export const labels: Kind<Labels> = { name: 'labels', parse: parseLabels }

/** Figures are exact in these bounds: no price, rate or device is outside them. */
const most = 1_000_000_000
const least = 0.000_001

/** A number that is not negative: prices, shares. */
export const amount: Kind<number> = {
  name: 'number',
  parse: (raw, path) =>
    typeof raw === 'number' && raw >= 0 && raw <= most
      ? good(raw)
      : bad(path, raw, `give a number, 0 to ${most}`),
}

export const positive: Kind<number> = {
  name: 'number above 0',
  parse: (raw, path) =>
    typeof raw === 'number' && raw >= least && raw <= most * most
      ? good(raw)
      : bad(path, raw, 'give a number above 0, and no dust'),
}

/** What an assumption says: a text or a number. */
export const wordOrNumber: Kind<string | number> = {
  name: 'text or number',
  parse: (raw, path) =>
    typeof raw === 'string' || (typeof raw === 'number' && Number.isFinite(raw))
      ? good(raw)
      : bad(path, raw, 'give a text or a number'),
}

/** `{hot: …, warm: …, cold: …}`; a tier that is left out is not in the value. */
export function byTier<Value>(kind: Kind<Value>): Kind<Readonly<Partial<Record<Tier, Value>>>> {
  return {
    name: `${kind.name} by tier`,
    parse: (raw, path) => {
      if (!isObject(raw)) return bad(path, raw, 'give {hot: …, warm: …, cold: …}')
      const unknown = Object.keys(raw).find(name => !tiers.some(tier => tier === name))
      if (unknown !== undefined)
        return bad(`${path}.${unknown}`, raw[unknown], 'give hot, warm, cold')
      const found: Partial<Record<Tier, Value>> = {}
      for (const tier of tiers) {
        if (raw[tier] === undefined) continue
        const parsed = kind.parse(raw[tier], `${path}.${tier}`)
        if (!parsed.ok) return parsed
        found[tier] = parsed.value
      }
      return good(found)
    },
  }
}

/** Numbers by name: overrides of a device's figures. */
export const figures: Kind<Readonly<Record<string, number>>> = {
  name: 'figures',
  parse: (raw, path) => {
    if (!isObject(raw)) return bad(path, raw, 'give {readServiceUs: 90}')
    const found: Record<string, number> = {}
    for (const [name, value] of Object.entries(raw)) {
      const parsed = positive.parse(value, `${path}.${name}`)
      if (!parsed.ok) return parsed
      found[name] = parsed.value
    }
    return good(found)
  },
}

/** `1/4`: of four answers, one. */
export const chance: Kind<{ readonly numerator: number; readonly denominator: number }> = {
  name: 'chance',
  parse: (raw, path) => {
    const match = typeof raw === 'string' ? /^(\d{1,9})\/(\d{1,9})$/.exec(raw) : null
    const numerator = Number(match?.[1] ?? 0)
    const denominator = Number(match?.[2] ?? 0)
    return match === null || denominator === 0 || numerator > denominator
      ? bad(path, raw, 'give a chance, as 1/4')
      : good({ numerator, denominator })
  },
}
