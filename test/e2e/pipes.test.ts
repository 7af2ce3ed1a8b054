/** Programs in a pipeline: a scenario from standard input, an answer to the next command. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { couchestor, scratch } from './program.js'
import { smallScenario } from './small-scenario.js'

const cwd = scratch()
const short = smallScenario.replace('until: 1d', 'until: 1h')

describe('standard input', () => {
  test('is the scenario that - names', async () => {
    const ended = await couchestor(['simulate', '-', '--json'], { cwd, input: short })
    expect(ended).toMatchObject({ status: 0, notes: '' })
    expect(JSON.parse(ended.out)).toMatchObject({ scenario: 'scenario', seed: 7 })
    expect(existsSync(join(cwd, 'couchestor-out', 'scenario-7', 'report.html'))).toBe(true)
  })

  test('takes what scenario new prints', async () => {
    const made = await couchestor(['scenario', 'new'], { cwd })
    const words = ['simulate', '-', '--set', 'until=1h', '--out', 'new']
    const ended = await couchestor(words, { cwd, input: made.out })
    expect(ended).toMatchObject({ status: 0, notes: '' })
  })

  test('names itself in errors, and may be empty', async () => {
    const input = short.replace('seed: 7', 'sed: 7')
    const wrong = await couchestor(['simulate', '-'], { cwd, input })
    expect(wrong.status).toBe(3)
    expect(wrong.notes).toMatch(/unknown field sed \(-, line 4, sed\): did you mean seed\?/)
    const empty = await couchestor(['simulate', '-'], { cwd, input: '' })
    expect(empty.notes).toMatch(/the file is empty \(-\)/)
  })
})

describe('where results go', () => {
  test('a name is no way out of couchestor-out', async () => {
    const input = short.replace('schema:', 'name: ../../out of here\nschema:')
    const ended = await couchestor(['simulate', '-'], { cwd, input })
    expect(ended.status).toBe(0)
    expect(existsSync(join(cwd, 'couchestor-out', '..-..-out-of-here-7', 'run.json'))).toBe(true)
  })

  test('run.json alone knows the host', async () => {
    const words = ['simulate', '-', '--out', 'facts', '--seed', '3']
    await couchestor(words, { cwd, input: short })
    const facts = JSON.parse(readFileSync(join(cwd, 'facts', 'run.json'), 'utf8'))
    expect(facts).toMatchObject({ node: process.version, commandLine: words })
    const others = ['result.json', 'scenario.yaml', 'history.ndjson', 'README.md', 'report.html']
    for (const name of others) {
      const text = readFileSync(join(cwd, 'facts', name), 'utf8')
      expect({ name, isClean: !text.includes(process.version) && !text.includes(cwd) }).toEqual({
        name,
        isClean: true,
      })
    }
  })
})
