/**
 * One seed, one history: a run's directory repeats itself, but for run.json and the clock's keys.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { SimulationDocument } from '../../src/core/result.js'
import { couchestor, scratch } from './program.js'
import { scenarioIn } from './small-scenario.js'

const cwd = scratch()
scenarioIn(cwd)
writeFileSync(
  join(cwd, 'requests.csv'),
  Array.from({ length: 2000 }, (_, row) => `${row % 3},${row * 8},4096,r,${row / 100}`).join('\n'),
)

async function simulated(from: string, out: string, words: readonly string[]): Promise<void> {
  const all = ['simulate', ...words, '--out', join(cwd, out)]
  const ended = await couchestor(all, {
    cwd: join(cwd, from),
    env: { COUCHESTOR_CACHE: join(cwd, '.cache') },
  })
  expect(ended).toMatchObject({ status: 0, notes: '' })
}

function resultOf(run: string): Omit<SimulationDocument, 'wallSeconds' | 'requestsPerSecond'> {
  const text = readFileSync(join(cwd, run, 'result.json'), 'utf8')
  const { wallSeconds, requestsPerSecond, ...rest }: SimulationDocument = JSON.parse(text)
  expect([wallSeconds, requestsPerSecond].every(Number.isFinite)).toBe(true)
  return rest
}

/** All that must be equal byte by byte; Parquet is equal by the digests in result.json. */
const free = ['run.json', 'result.json']

function expectEqual(one: string, other: string): void {
  expect(resultOf(other)).toEqual(resultOf(one))
  const names = readdirSync(join(cwd, one)).sort()
  expect(readdirSync(join(cwd, other)).sort()).toEqual(names)
  for (const name of names) {
    if (free.includes(name) || name.endsWith('.parquet')) continue
    const [first, second] = [one, other].map(run => readFileSync(join(cwd, run, name), 'utf8'))
    expect({ name, isEqual: first === second }).toEqual({
      name,
      isEqual: true,
    })
  }
}

/** The line of the resolved scenario that says how it is run again. */
function repeating(run: string): readonly string[] {
  const [line] = readFileSync(join(cwd, run, 'scenario.yaml'), 'utf8').split('\n')
  const words = /^# Repeats the run: couchestor simulate (.+)$/.exec(line)?.[1] ?? ''
  return words.split(' ').map(word => word.replace(/^'(.*)'$/, '$1'))
}

interface Case {
  readonly name: string
  readonly words: readonly string[]
}

const cases: readonly Case[] = [
  { name: 'a scenario', words: ['small.yaml'] },
  { name: 'with its seed set', words: ['small.yaml', '--seed', '11'] },
  { name: 'with a value set', words: ['small.yaml', '--set', 'loop.roundInterval=120s'] },
  { name: 'against something', words: ['small.yaml', '--against', 'all-cold'] },
  { name: 'a sweep', words: ['small.yaml', '--sweep', 'policies.0.spec.lowWatermarkIOPS=0,40'] },
  { name: 'a trace', words: ['--trace', 'requests.csv'] },
  {
    name: 'a trace with columns',
    words: ['--trace', 'requests.csv', '--columns', 'volume=1,offset=2,length=3,op=4,time=5:s'],
  },
]

describe('what repeats a run', () => {
  test.each(cases)('its resolved scenario: $name', async ({ name, words }) => {
    const first = `first-${name.replaceAll(' ', '-')}`
    await simulated('.', first, words)
    await simulated(first, `${first}-again`, repeating(first))
    expectEqual(first, `${first}-again`)
  })

  test('its seed, and nothing of the clock', async () => {
    await simulated('.', 'one', ['small.yaml', '--seed', '5'])
    await simulated('.', 'two', ['small.yaml', '--seed', '5'])
    await simulated('.', 'three', ['small.yaml', '--seed', '6'])
    expectEqual('one', 'two')
    expect(resultOf('three').runs[0].historyHash).not.toBe(resultOf('one').runs[0].historyHash)
  })
})
