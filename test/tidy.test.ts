/**
 * The house as a test: no rule has a list of exemptions, and each shows that it would find a
 * breach.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { knownCommands, wrongCommands } from './tidy/commands.js'
import { importTable } from './tidy/imports.js'
import { brokenLinks } from './tidy/links.js'
import { untested, unused } from './tidy/reached.js'
import { shortFiles, shortFunctions, shortLines } from './tidy/sizes.js'
import { type FileRule, readSources, repository } from './tidy/source.js'
import { bannedText, clearNames, readTexts, saysWhatItIs } from './tidy/texts.js'
import { exactWords, honestTypes, noConsole, nothingSilenced, wholeTests } from './tidy/words.js'

const sources = readSources()
const texts = readTexts()

const rules: Readonly<Record<string, FileRule>> = {
  'the table of who may import whom holds': importTable,
  'a file has at most 300 lines': shortFiles,
  'a function has at most 50 lines': shortFunctions,
  'a line has at most 100 columns': shortLines,
  'core and sim read no clock, draw no chance and know no locale': exactWords,
  'types are not silenced': honestTypes,
  'checkers are not silenced': nothingSilenced,
  'nothing prints past the terminal': noConsole,
  'every test runs, on the real thing': wholeTests,
  'a file begins by saying what it is': saysWhatItIs,
}

describe('the house', () => {
  for (const [name, rule] of Object.entries(rules)) {
    test(name, () => {
      expect(sources.flatMap(rule)).toEqual([])
    })
  }

  test('names of files say what is in them', () => {
    expect(texts.flatMap(({ path }) => clearNames(path))).toEqual([])
  })

  test('no text holds what is never written', () => {
    expect(texts.flatMap(bannedText)).toEqual([])
  })

  test('every file is used', () => {
    expect(unused(sources, entries())).toEqual([])
  })

  test('every file is reached by a test of its part', () => {
    expect(untested(sources)).toEqual([])
  })

  test('documents name commands and options that are there', () => {
    const known = knownCommands(packageText())
    const documents = texts.filter(({ path }) => path.endsWith('.md'))
    expect(documents.length).toBeGreaterThan(0)
    expect(documents.flatMap(document => wrongCommands(document, known))).toEqual([])
  })

  test('documents link to files that are there', () => {
    expect(texts.filter(({ path }) => path.endsWith('.md')).flatMap(brokenLinks)).toEqual([])
  })
})

/** The program, and what the package's scripts run. */
function entries(): readonly string[] {
  const named = packageText().matchAll(/[\w./-]+\.(?:js|mjs)\b/g)
  const scripts = [...named].map(([path]) => path.replace(/^dist\//, '').replace(/\.js$/, '.ts'))
  return ['src/cli/main.ts', 'scripts/mutation-setup.mjs', ...scripts]
}

function packageText(): string {
  return readFileSync(join(repository, 'package.json'), 'utf8')
}
