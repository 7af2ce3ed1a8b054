/** The generated documents: those that are checked in are those that the tables give. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { documents } from '../../src/core/documentation.js'
import { errorCodes } from '../../src/core/errors.js'
import { reasons } from '../../src/core/reasons.js'
import {
  erasureCodingPolicyFields,
  journalFields,
  storagePolicyFields,
} from '../../src/core/resources.js'

describe('the generated documents', () => {
  it.each(Object.entries(documents()))('%s is as `npm run docs` writes it', (path, text) => {
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  it('have a row for each code and each field', () => {
    const rowsOf = (path: string): readonly string[] =>
      [...documents()[path].matchAll(/^\| `([^`]+)` \|/gm)].map(match => match[1])
    const sorted = (names: readonly string[]): readonly string[] => [...names].sort()
    expect(sorted(rowsOf('docs/reasons.md'))).toEqual(sorted(Object.keys(reasons)))
    expect(sorted(rowsOf('docs/errors.md'))).toEqual(sorted(Object.keys(errorCodes)))
    const fields = [
      ...Object.keys(storagePolicyFields),
      ...Object.keys(erasureCodingPolicyFields).filter(name => name !== 'journalConfig'),
      ...Object.keys(journalFields).map(name => `journalConfig.${name}`),
    ]
    expect(rowsOf('docs/policy.md')).toEqual(fields)
  })

  it('leave no cell of a remedy empty', () => {
    expect(documents()['docs/reasons.md']).not.toMatch(/\|\s*\|\n/)
  })
})
