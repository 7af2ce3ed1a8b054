/** The CustomResourceDefinitions: those that are checked in are those that the table gives. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { definitionFiles } from '../../src/cli/definition-files.js'
import { definitions } from '../../src/core/crd.js'

describe('the files of the definitions', () => {
  it.each(Object.entries(definitionFiles()))('%s is as `npm run docs` writes it', (path, text) => {
    expect(readFileSync(path, 'utf8')).toBe(text)
    expect(parse(text)).toEqual(definitions()[path])
  })

  it('are all that stand there', () => {
    const there = readdirSync('crds').map(file => `crds/${file}`)
    expect(new Set(there)).toEqual(new Set(Object.keys(definitionFiles())))
  })
})
