/** The report on a terminal. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { advice } from '../../reports/advice.js'
import { quoted, terminalReport, volumeToExplain } from '../../reports/terminal.js'
import { plain } from '../../reports/text.js'
import { verdict } from '../../reports/verdict.js'
import { anyInput, hostileNames } from './any-run.js'
import { reportInput, usual } from './fixture.js'

const input = reportInput()
const wide = { color: false, columns: 110, out: 'couchestor-out/quick-start-42' }
/** Words without what a terminal does to them: line breaks, indents, marks. */
const flat = (text: string): string => text.replace(/\s+/g, ' ')

describe('the report on a terminal', () => {
  const said = terminalReport(input, wide)

  test('says the sentences of the page', () => {
    for (const { text } of verdict(input)) {
      for (const word of plain(text).split(' ')) expect(flat(said)).toContain(word)
    }
    expect(flat(said)).toContain('This policy costs $1,313 a month against $2,388 with volumes')
  })

  test('tells what to change with its flags, whole and alone on a line', () => {
    for (const flag of advice(input).flatMap(one => one.flags)) {
      expect(said.split('\n')).toContain(`     ${flag}`)
    }
  })

  test('ends with where the report is and the next command', () => {
    const lines = said.split('\n')
    expect(lines.at(-2)).toBe('Report    couchestor-out/quick-start-42/report.html')
    expect(lines.at(-1)).toMatch(/^Next {6}couchestor explain \S+ --in couchestor-out\/quick/)
    expect(terminalReport(input, { ...wide, out: null })).not.toContain('Report  ')
  })

  test('has a mark beside good and bad news that is no color', () => {
    expect(said).toMatch(/^\+ Cost/m)
    expect(said).toMatch(/^! Latency/m)
    expect(said).toMatch(/^ {2}Trust/m)
  })
})

test('lines stay within the terminal, whatever the run', () => {
  fc.assert(
    fc.property(anyInput, fc.integer({ min: 60, max: 140 }), (any, columns) => {
      const lines = terminalReport(any, { ...wide, columns }).split('\n')
      const isFree = (line: string): boolean =>
        /^(?: {5}--set|Report|Next)/.test(line) || line.trim().split(' ').length === 1
      for (const line of lines.filter(one => !isFree(one))) {
        // A single word is never cut: it may stand out beyond the edge on its own.
        const longest = line.split(' ').reduce((most, word) => Math.max(most, word.length), 0)
        expect(line.length).toBeLessThanOrEqual(Math.max(columns, longest + 24))
      }
    }),
  )
})

test('no figure is broken, whatever the run', () => {
  fc.assert(
    fc.property(anyInput, any => {
      expect(terminalReport(any, wide)).not.toMatch(/\b(?:NaN|undefined|Infinity|null)\b/)
    }),
  )
})

test('color changes nothing but color', () => {
  const colored = terminalReport(input, { ...wide, color: true })
  expect(colored).toMatch(/\p{Cc}\[1m/u)
  // Trailing blanks may stand before a code that ends a style.
  const bare = colored.replace(/\p{Cc}\[\d+m/gu, '').replace(/ +$/gm, '')
  expect(bare).toBe(terminalReport(input, wide))
})

describe('hostile names', () => {
  test.each(hostileNames.map(name => [name]))('%j steers no terminal', name => {
    const hostile = reportInput({ ...usual, volumes: 6, instants: 40, name: at => `${name}${at}` })
    const said = terminalReport(hostile, wide)
    expect(said).not.toMatch(/(?!\n)\p{Cc}|[\u202e\u2066]|\p{Surrogate}/u)
  })
})

test('what is copied into a shell stays one word', () => {
  expect(quoted('couchestor-out/run-1')).toBe('couchestor-out/run-1')
  expect(quoted("it's $(rm)")).toBe(`'it'\\''s $(rm)'`)
  expect(quoted('')).toBe("''")
})

test('the volume to explain is the worst, else the one that moved most, else none', () => {
  expect(volumeToExplain(input)).toBe(input.document.runs[0].slower[0].volume)
  const runs = input.document.runs.map(run => ({ ...run, slower: [] }))
  const calm = { ...input, document: { ...input.document, runs } }
  const most = Math.max(...input.details[0].volumes.map(volume => volume.migrations))
  const named = input.details[0].volumes.find(one => one.volume === volumeToExplain(calm))
  expect(named?.migrations).toBe(most)
  const [detail] = input.details
  expect(volumeToExplain({ ...calm, details: [{ ...detail, volumes: [] }] })).toBeNull()
})
