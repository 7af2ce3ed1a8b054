/** A scenario that somebody mangled either runs or is refused in words: it is never a defect. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadScenarioFile } from '../../src/cli/scenario/load.js'
import type { SimulateOptions } from '../../src/cli/simulate/options.js'
import { variantsOf } from '../../src/cli/simulate/variants.js'
import { Refused } from '../../src/core/errors.js'
import { smallScenario } from '../e2e/small-scenario.js'
import { scratch } from './in-process.js'

const { file } = scratch()

const options: SimulateOptions = {
  trace: [],
  policy: [],
  against: [],
  set: [],
  limit: [],
  force: false,
  json: false,
}

const scraps = [
  '',
  '0',
  '-1',
  '1e308',
  '.nan',
  '.inf',
  'null',
  'true',
  '[]',
  '{}',
  '[[]]',
  '{a: 1}',
  '"x"',
  '9007199254740993',
  '1PiB',
  '999999d',
  '2026-13-45',
  '\u0000',
  '*a',
  '&a x',
  '!!binary aGk=',
  '!!set {a, b}',
  '<<: {a: 1}',
  '? {a: 1} : 2',
  'constructor',
  '__proto__: {a: 1}',
  '- - -',
  '"\\ud800"',
]

interface Edit {
  readonly at: number
  readonly length: number
  readonly scrap: string
}

const edit = fc.record({
  at: fc.nat(),
  length: fc.nat(12),
  scrap: fc.oneof(fc.constantFrom(...scraps), fc.string({ maxLength: 6 })),
})

/** Cuts at words more often than inside of them. */
function mangled(text: string, { at, length, scrap }: Edit): string {
  const places = [...text.matchAll(/\b|$/g)].map(match => match.index)
  const place = places[at % places.length]
  return text.slice(0, place) + scrap + text.slice(place + length)
}

/** What became of it, with the errors in words. */
function outcomeOf(text: string): string {
  try {
    const loaded = loadScenarioFile(file('mangled.yaml', text))
    variantsOf(loaded, options)
    return 'runs'
  } catch (error) {
    if (!(error instanceof Refused)) return `a defect: ${String(error)}`
    const isSaid = error.errors.every(one => one.message !== '' && one.hint !== '')
    return isSaid && error.errors.length > 0 ? 'refused' : 'refused without words'
  }
}

test('a mangled text', () => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), edits => {
      const outcome = outcomeOf(edits.reduce(mangled, smallScenario))
      expect(['runs', 'refused']).toContain(outcome)
    }),
    { numRuns: 600 },
  )
})

test('a text of anything', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), text => {
      expect(['runs', 'refused']).toContain(outcomeOf(text))
    }),
  )
})

test('each scrap in the place of each value', () => {
  const lines = smallScenario.split('\n')
  for (const [number, line] of lines.entries()) {
    const value = /^(\s*(?:- )?\w+: )(.+)$/.exec(line)
    if (value === null) continue
    for (const scrap of scraps) {
      const text = lines.with(number, `${value[1]}${scrap}`).join('\n')
      const outcome = outcomeOf(text)
      expect({ line, scrap, outcome }).toEqual({
        line,
        scrap,
        outcome: expect.stringMatching(/^(runs|refused)$/),
      })
    }
  }
})
