/** The coding section of a scenario that says nothing of it. */
import { assert } from '../../src/core/errors.js'
import { record } from './kinds.js'
import type { CodingSettings } from './model.js'
import { codingFields } from './tables.js'

export const usualCoding: CodingSettings = usual()

function usual(): CodingSettings {
  const parsed = record(codingFields).parse({}, '')
  assert(parsed.ok, 'every field of the coding section has a default')
  return parsed.value
}
