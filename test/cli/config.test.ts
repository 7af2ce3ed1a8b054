/** Flags, then the environment, then the file, then defaults; and `config show` tells which. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { smallScenario } from '../e2e/small-scenario.js'
import { run, scratch } from './in-process.js'

const { file, path } = scratch()
const scenario = file('small.yaml', smallScenario.replace('until: 1d', 'until: 1h'))
const names = [
  'COUCHESTOR_CONFIG',
  'COUCHESTOR_SEED',
  'COUCHESTOR_AGAINST',
  'COUCHESTOR_FORCE',
  'LOG_LEVEL',
  'COUCHESTOR_LOG_LEVEL',
  'NAMESPACE',
]
const before = new Map(names.map(name => [name, process.env[name]]))

beforeEach(() => {
  process.env.COUCHESTOR_CONFIG = file('config.yaml', 'simulate: {seed: 7, against: [frozen]}')
})
afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
})

interface Shown {
  readonly option: string
  readonly value: unknown
  readonly from: string
}

async function shown(option: string): Promise<Shown | undefined> {
  const { out } = await run('config', 'show', 'simulate', '--json')
  const document: { commands: { command: string; options: Shown[] }[] } = JSON.parse(out)
  return document.commands[0]?.options.find(one => one.option === option)
}

async function seedOf(...words: readonly string[]): Promise<unknown> {
  const all = ['simulate', scenario, '--out', path('run'), '--force', '--json', ...words]
  const { out } = await run(...all)
  return JSON.parse(out).seed
}

describe('where a value comes from', () => {
  test('the flag wins, then the environment, then the file, then the scenario', async () => {
    process.env.COUCHESTOR_SEED = '8'
    expect(await seedOf('--seed', '9')).toBe(9)
    expect(await seedOf()).toBe(8)
    delete process.env.COUCHESTOR_SEED
    expect(await seedOf()).toBe(7)
    process.env.COUCHESTOR_CONFIG = file('empty.yaml', '')
    expect(await seedOf()).toBe(7)
    expect(await shown('--seed')).toEqual({ option: '--seed', value: null, from: 'not set' })
  })

  test('config show says who said so', async () => {
    const from = `file ${path('config.yaml')}`
    expect(await shown('--seed')).toEqual({ option: '--seed', value: '7', from })
    expect(await shown('--against')).toEqual({ option: '--against', value: ['frozen'], from })
    process.env.COUCHESTOR_SEED = '8'
    expect(await shown('--seed')).toMatchObject({ value: '8', from: 'environment COUCHESTOR_SEED' })
    expect(await shown('--force')).toEqual({ option: '--force', value: false, from: 'default' })
  })

  test('lists and switches of the environment', async () => {
    process.env.COUCHESTOR_AGAINST = 'frozen,all-hot'
    expect(await shown('--against')).toMatchObject({ value: ['frozen', 'all-hot'] })
    process.env.COUCHESTOR_FORCE = '1'
    expect(await shown('--force')).toMatchObject({ value: true })
    process.env.COUCHESTOR_FORCE = 'false'
    expect(await shown('--force')).toMatchObject({ value: false })
    process.env.COUCHESTOR_FORCE = 'maybe'
    const ran = await run('config', 'show', 'simulate')
    expect(ran.notes).toMatch(/COUCHESTOR_FORCE is "maybe".*give true or false \[USAGE\]/)
  })

  test('the operator’s bare names of older deployments, after our own', async () => {
    const shownOfOperator = async (option: string): Promise<unknown> => {
      const { out } = await run('config', 'show', 'operator', '--json')
      const document: { commands: { options: Shown[] }[] } = JSON.parse(out)
      return document.commands[0]?.options.find(one => one.option === option)?.from
    }
    process.env.LOG_LEVEL = 'debug'
    expect(await shownOfOperator('--log-level')).toBe('environment LOG_LEVEL')
    process.env.COUCHESTOR_LOG_LEVEL = 'warn'
    expect(await shownOfOperator('--log-level')).toBe('environment COUCHESTOR_LOG_LEVEL')
    process.env.NAMESPACE = 'elsewhere'
    expect(await shownOfOperator('--namespace')).toBe('default')
  })

  test('in words, with its origin where it is asked for', async () => {
    const plain = await run('config', 'show', 'simulate')
    expect(plain.out).toContain('simulate --seed = "7"\n')
    const { out } = await run('config', 'show', 'simulate', '--origin')
    expect(out).toContain(`simulate --seed = "7"  (file ${path('config.yaml')})\n`)
  })

  test('without a name, all commands', async () => {
    const { out } = await run('config', 'show')
    for (const command of ['simulate', 'trace inspect', 'explain', 'scenario new']) {
      expect(out).toContain(`${command} --`)
    }
  })
})

describe('a file of settings with an error', () => {
  test.each([
    { text: 'simulat: {seed: 7}', told: /no command called simulat .*did you mean simulate\?/ },
    { text: 'simulate: {sed: 7}', told: /no option of simulate called sed/ },
    { text: 'simulate: 7', told: /a section is no object/ },
    { text: '[1]', told: /the file is no configuration/ },
    { text: "simulate: {force: 'yes'}", told: /simulate.force\): give true or false/ },
    { text: 'simulate: {seed: {a: 1}}', told: /simulate.seed\): give a text or a number/ },
    { text: 'simulate: [', told: /YAML_INVALID/ },
  ])('$text', async ({ text, told }) => {
    process.env.COUCHESTOR_CONFIG = file('wrong.yaml', text)
    const ran = await run('config', 'show', 'simulate')
    expect(ran).toMatchObject({ status: 3, out: '' })
    expect(ran.notes).toMatch(told)
    expect(ran.notes).toContain('wrong.yaml')
  })

  test('one that is named and not there', async () => {
    process.env.COUCHESTOR_CONFIG = path('none.yaml')
    const ran = await run('config', 'show', 'simulate')
    expect(ran.notes).toMatch(/none.yaml.*\[FILE_MISSING\]/)
  })
})
