/** Bad input to the other commands. */
import { chmodSync, mkdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { smallScenario } from '../e2e/small-scenario.js'
import { run, scratch } from './in-process.js'
import { expectTold } from './told.js'

const { file, path } = scratch()
const good = file('good.yaml', smallScenario)
mkdirSync(path('directory'))

describe('the other commands tell what is wrong with', () => {
  const broken = (name: string, line: string): string => {
    mkdirSync(path(name))
    file(`${name}/history.ndjson`, `${line}\n`)
    return path(name)
  }

  test.each([
    { words: ['explain', 'a'], status: 4, told: /--in \[CLUSTER_MISSING\]/ },
    { words: ['explain', 'a', '--in', path('directory')], status: 3, told: /no history/ },
    { words: ['explain', 'a', '--in', broken('b1', 'nonsense')], status: 3, told: /line 1/ },
    { words: ['explain', 'a', '--in', broken('b2', 'null')], status: 3, told: /HISTORY_BROKEN/ },
    { words: ['explain', 'a', '--in', broken('b3', '{"run": 1}')], status: 3, told: /line 1/ },
    { words: ['explain', 'a', '--in', broken('b4', '')], status: 3, told: /HISTORY_BROKEN/ },
    { words: ['explain', 'a', '--in', path('b1'), '--at', 'noon'], status: 2, told: /"noon"/ },
    { words: ['config', 'show', 'simulat'], status: 2, told: /did you mean simulate\?/ },
    { words: ['completion', 'tcsh'], status: 2, told: /bash, zsh, fish/ },
    { words: ['scenario', 'new', '--out', good], status: 2, told: /OUT_EXISTS/ },
    { words: ['scenario', 'new', '--out', path('no/a.yaml')], status: 3, told: /FILE_MISSING/ },
    { words: ['scenario', 'new', '--trace', path('directory')], status: 3, told: /NOT_A_FILE/ },
    { words: ['simulatte'], status: 2, told: /did you mean simulate/ },
    { words: ['simulate', '--polcy', 'a'], status: 2, told: /did you mean --policy/ },
    { words: ['simulate', '--seed'], status: 2, told: /argument missing/ },
    { words: ['trace'], status: 2, told: /no command is given/ },
  ])('$words', async ({ words, status, told }) => {
    await expectTold({ words, status, told: [told] })
  })

  test('a file that may not be read, unless nothing is denied to this user', async () => {
    const denied = file('denied.yaml', smallScenario)
    chmodSync(denied, 0)
    const ran = await run('simulate', denied, '--out', path('denied-run'))
    const isRoot = process.getuid?.() === 0
    expect(ran.status).toBe(isRoot ? 0 : 3)
    if (!isRoot) expect(ran.notes).toMatch(/may not be read .*denied.yaml.*\[FILE_DENIED\]/)
  })
})
