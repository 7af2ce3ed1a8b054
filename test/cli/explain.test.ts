/** What `explain` says of a volume, at the end of a run and at any time in it. */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { smallScenario } from '../e2e/small-scenario.js'
import { run, scratch } from './in-process.js'

const { file, path } = scratch()
const directory = path('run')

interface Row {
  readonly atUs: number
  readonly verdict: string
  readonly reason: string
}

interface Explained {
  readonly run: string
  readonly atUs: number
  readonly sampled: { readonly atUs: number; readonly heatIops: number | null } | null
  readonly decision: Row | null
  readonly decisions: readonly Row[]
  readonly migrations: readonly {
    readonly startedUs: number | null
    readonly outcome: string | null
  }[]
}

beforeAll(async () => {
  const scenario = file('small.yaml', smallScenario)
  const ended = await run('simulate', scenario, '--out', directory)
  expect(ended.status).toBe(0)
})

async function explained(...words: readonly string[]): Promise<Explained> {
  const { out, status } = await run('explain', 'logs-0', '--in', directory, '--json', ...words)
  expect(status).toBe(0)
  return JSON.parse(out)
}

const startUs = Date.parse('2026-01-05T00:00:00Z') * 1000
const hourUs = 3_600_000_000

describe('explain', () => {
  test('says what is in force at the end, and what was before', async () => {
    const { out } = await run('explain', 'logs-0', '--in', directory)
    expect(out).toMatch(/^logs-0 at 2026-01-06T00:00:00Z, run tiers\n/)
    expect(out).toMatch(/stays on cold \[cold-below-high\], since /)
    expect(out).toMatch(/What would change it: At 900 IOPS or more it goes up/)
    expect(out).toMatch(/Sampled at .*: it stands on cold, its heat is \d+ IOPS/)
    expect(out).toMatch(/Its migrations, newest first:\n.*logs-0-1: hot → cold/)
  })

  test('every decision is one of the history', async () => {
    const { decisions, decision } = await explained()
    const lines = readFileSync(`${directory}/history.ndjson`, 'utf8').trim().split('\n')
    const told = lines
      .map(line => JSON.parse(line))
      .filter(one => one.run === 'tiers' && one.kind === 'decision')
      .filter(one => one.decision.volume === 'logs-0')
    expect(decisions).toEqual(told.map(one => ({ ...one.decision, atUs: one.atUs })))
    expect(decision).toEqual(decisions.at(-1))
  })

  test('an instant and a time from the start are the same', async () => {
    expect(await explained('--at', '12h')).toEqual(await explained('--at', '2026-01-05T12:00:00Z'))
  })

  test('at a time only what was known then counts', async () => {
    const { migrations } = await explained()
    const beganUs = migrations[0]?.startedUs ?? 0
    expect(beganUs).toBeGreaterThan(startUs)
    const secondsIn = Math.floor((beganUs - startUs) / 1_000_000)
    const before = await explained('--at', `${secondsIn - 60}s`)
    expect(before.migrations).toEqual([])
    const during = await explained('--at', `${secondsIn + 60}s`)
    expect(during.migrations).toEqual([expect.objectContaining({ outcome: null })])
    expect(migrations[0].outcome).toBe('completed')
    const all = await explained()
    const atUs = startUs + (secondsIn + 60) * 1_000_000
    expect(during.decisions).toEqual(all.decisions.filter(row => row.atUs <= atUs))
  })

  test('the heat is that of the last sample before the time', async () => {
    for (const hours of [1, 6, 18]) {
      const { sampled, atUs } = await explained('--at', `${hours}h`)
      expect(atUs).toBe(startUs + hours * hourUs)
      expect(sampled?.atUs).toBeLessThanOrEqual(atUs)
      expect(sampled?.atUs).toBeGreaterThan(atUs - hourUs / 2)
      expect(sampled?.heatIops).toBeGreaterThan(0)
    }
    expect((await explained('--at', '0s')).sampled).toMatchObject({ heatIops: null })
  })

  test('another run of the directory, and a run that is not there', async () => {
    expect(await explained('--run', 'frozen')).toMatchObject({ run: 'frozen', migrations: [] })
    const ran = await run('explain', 'logs-0', '--in', directory, '--run', 'frozn')
    expect(ran.notes).toMatch(/its runs: tiers, frozen, all-hot \[USAGE\]/)
  })

  test('a volume that is not there is guessed', async () => {
    const ran = await run('explain', 'log-0', '--in', directory)
    expect(ran).toMatchObject({ status: 2, out: '' })
    expect(ran.notes).toMatch(/no volume log-0: did you mean logs-0\? \[VOLUME_UNKNOWN\]/)
  })
})
