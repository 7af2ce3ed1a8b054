/** Problems of names and values that a table alone cannot see. Paths begin with a dot. */
import type { Problem } from '../../src/core/field.js'
import { nearest } from '../../src/core/nearest.js'

export function invalid(path: string, message: string, hint: string): Problem {
  return { code: 'FIELD_INVALID', path, message, hint }
}

export function unknownName(
  path: string,
  what: string,
  name: string,
  known: readonly string[],
): Problem {
  const guess = nearest(name, known)
  const listed = known.length > 12 ? `${known.slice(0, 12).join(', ')}, …` : known.join(', ')
  const hint = guess === null ? `known: ${listed}` : `did you mean ${guess}?`
  return invalid(path, `there is no ${what} ${name}`, hint)
}
