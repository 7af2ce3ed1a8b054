/** Streams, statuses and signals, as scripts see them. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as later } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { couchestor, endOf, scratch, start } from './program.js'
import { scenarioIn } from './small-scenario.js'

const cwd = scratch()
scenarioIn(cwd)
scenarioIn(cwd, 'long.yaml', [
  ['until: 1d', 'until: 3650d'],
  ['seed: 7', 'seed: 8'],
])

const leftBehind = (): readonly string[] =>
  readdirSync(cwd).filter(name => name.includes('partial'))

describe('the streams', () => {
  test('the answer is on stdout, and where nobody watches there is no progress', async () => {
    const ended = await couchestor(['simulate', 'small.yaml', '--out', 'answer'], { cwd })
    expect(ended.status).toBe(0)
    expect(ended.notes).toBe('')
    expect(ended.out).toContain('This policy costs')
    expect(ended.out).toContain(join('answer', 'report.html'))
  })

  test('with --json there is one line, and an error has a line on each stream', async () => {
    const ended = await couchestor(['simulate', 'none.yaml', '--json'], { cwd })
    expect(ended.status).toBe(3)
    expect(ended.out.trimEnd().split('\n')).toHaveLength(1)
    expect(JSON.parse(ended.out)).toMatchObject({
      schema: 'couchestor.error/v1',
      code: 'FILE_MISSING',
      where: { file: 'none.yaml' },
    })
    expect(ended.notes).toBe(
      'error: there is no such file (none.yaml): check the path [FILE_MISSING]\n',
    )
  })

  test('the environment may ask for JSON, of an error too', async () => {
    const env = { COUCHESTOR_JSON: 'true' }
    const ended = await couchestor(['simulate', 'none.yaml'], { cwd, env })
    expect(JSON.parse(ended.out)).toMatchObject({ code: 'FILE_MISSING' })
  })

  test('a reader that goes away ends it quietly', async () => {
    const child = start(['config', 'show', '--origin'], { cwd })
    child.stdout?.destroy()
    const ended = await endOf(child)
    expect(ended).toEqual({ status: 0, out: '', notes: '' })
  })

  const colorCode = '\u001b['
  test.each([
    { env: {}, colored: false },
    { env: { FORCE_COLOR: '1' }, colored: true },
    { env: { FORCE_COLOR: '1', NO_COLOR: '1' }, colored: false },
    { env: { FORCE_COLOR: '0' }, colored: false },
    { env: { FORCE_COLOR: '1', TERM: 'dumb' }, colored: true },
    { env: { TERM: 'dumb' }, colored: false },
  ])('with $env it is colored: $colored', async ({ env, colored }) => {
    const words = ['simulate', 'small.yaml', '--out', 'color', '--force']
    const ended = await couchestor(words, { cwd, env })
    expect(ended.status).toBe(0)
    expect(ended.out.includes(colorCode)).toBe(colored)
  })
})

describe('the statuses', () => {
  test.each([
    { words: '--version', status: 0 },
    { words: '--help', status: 0 },
    { words: 'simulate --help', status: 0 },
    { words: 'completion bash', status: 0 },
    { words: 'simulate small.yaml --out s1 --limit lostRequests<=0', status: 0 },
    { words: 'simulate small.yaml --out s2 --limit migrations.completed<=1', status: 1 },
    { words: '', status: 2 },
    { words: 'fly', status: 2 },
    { words: 'simulate small.yaml --fly', status: 2 },
    { words: 'simulate nothing.yaml', status: 3 },
    { words: 'explain db-0', status: 4 },
  ])('$words ends with $status', async ({ words, status }) => {
    const ended = await couchestor(words === '' ? [] : words.split(' '), { cwd })
    expect(ended.status).toBe(status)
    if (status >= 2) expect(ended.notes).toMatch(/^error: .+: .+ \[[A-Z_]+\]\n$/)
  })

  test('help begins with examples, of the program and of every command', async () => {
    const commands = [
      '',
      'simulate',
      'explain',
      'scenario',
      'scenario new',
      'config',
      'doctor',
      'trace',
      'ec',
    ]
    for (const command of [
      ...commands,
      'ec encode',
      'trace inspect',
      'config show',
      'completion',
    ]) {
      const words = command === '' ? [] : command.split(' ')
      const ended = await couchestor([...words, '--help'], { cwd })
      expect(ended.out).toMatch(/^Examples:\n {2}(source <\()?couchestor /)
    }
  })

  test.each([
    { signal: 'SIGINT', status: 130 },
    { signal: 'SIGTERM', status: 143 },
  ] as const)('$signal ends it with $status, and nothing stays', async ({ signal, status }) => {
    const out = `interrupted-${status}`
    const child = start(['simulate', 'long.yaml', '--out', out], { cwd })
    const ended = endOf(child)
    while (leftBehind().length === 0) await later(20)
    child.kill(signal)
    expect((await ended).status).toBe(status)
    expect(leftBehind()).toEqual([])
    expect(existsSync(join(cwd, out))).toBe(false)
  })

  test('an interrupted --force leaves what was there', async () => {
    await couchestor(['simulate', 'small.yaml', '--out', 'kept'], { cwd })
    const before = readdirSync(join(cwd, 'kept'))
    const child = start(['simulate', 'long.yaml', '--out', 'kept', '--force'], { cwd })
    const ended = endOf(child)
    while (leftBehind().length === 0) await later(20)
    child.kill('SIGINT')
    expect((await ended).status).toBe(130)
    expect(readdirSync(join(cwd, 'kept'))).toEqual(before)
  })

  test('a failed run leaves nothing half-written', async () => {
    writeFileSync(join(cwd, 'broken.csv'), '1,0,4096,r,0.5\n1,0,')
    const ended = await couchestor(['simulate', '--trace', 'broken.csv', '--out', 'f'], { cwd })
    expect(ended.status).toBe(3)
    expect(leftBehind()).toEqual([])
    expect(existsSync(join(cwd, 'f'))).toBe(false)
  })
})
