/** What the flags of `simulate` do to a run. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { SimulationDocument } from '../../src/core/result.js'
import { smallScenario } from '../e2e/small-scenario.js'
import { run, scratch } from './in-process.js'

const { file, path } = scratch()
const scenario = file('small.yaml', smallScenario.replace('until: 1d', 'until: 6h'))
let runs = 0

interface Simulated {
  readonly status: number
  readonly notes: string
  readonly document: SimulationDocument
  readonly out: string
  /** The resolved scenario. */
  readonly resolved: unknown
}

async function simulated(...words: readonly string[]): Promise<Simulated> {
  runs += 1
  const out = path(`run-${runs}`)
  const { status, out: answer, notes } = await run('simulate', ...words, '--out', out, '--json')
  const document: SimulationDocument = JSON.parse(answer)
  const resolved: unknown = parse(readFileSync(`${out}/scenario.yaml`, 'utf8'))
  return { status, notes, document, out, resolved }
}

const policy = (name: string, high: number): string => `apiVersion: storage.billyronks.io/v1
kind: StoragePolicy
metadata: {name: ${name}}
spec:
  hotPoolSelector: {matchLabels: {storage-tier: hot}}
  coldPoolSelector: {matchLabels: {storage-tier: cold}}
  highWatermarkIOPS: ${high}
  warmWatermarkIOPS: 0
  lowWatermarkIOPS: 40
`

describe('--set', () => {
  test.each([
    'policies.0.spec.dryRun=true',
    'policies.tiers.spec.dryRun=true',
    'policies[0].spec.dryRun=true',
    'loop.dryRun=true',
  ])('%s: nothing moves any more', async setting => {
    const { document } = await simulated(scenario, '--set', setting)
    expect(document.runs[0].migrations.decided).toBe(0)
  })

  test('the last of two wins, and the resolved scenario has it', async () => {
    const { document, resolved } = await simulated(scenario, '--set', 'seed=3', '--set', 'seed=4')
    expect(document.seed).toBe(4)
    expect(resolved).toMatchObject({ seed: 4 })
  })

  test('--set comes after --seed and --policy', async () => {
    const other = file('other.yaml', policy('other', 500))
    const words = [scenario, '--policy', other, '--seed', '9']
    const set = ['--set', 'policies.other.spec.highWatermarkIOPS=600']
    const { resolved } = await simulated(...words, ...set)
    expect(resolved).toMatchObject({
      seed: 9,
      policies: [{ metadata: { name: 'other' }, spec: { highWatermarkIOPS: 600 } }],
    })
  })
})

describe('--sweep', () => {
  test('is one run for each value, set against frozen', async () => {
    const sweep = 'policies.tiers.spec.lowWatermarkIOPS=0,40'
    const { document } = await simulated(scenario, '--sweep', sweep)
    expect(document.runs.map(one => one.name)).toEqual([
      'policies.tiers.spec.lowWatermarkIOPS=0',
      'policies.tiers.spec.lowWatermarkIOPS=40',
      'frozen',
    ])
    expect(document.runs[0].historyHash).not.toBe(document.runs[1].historyHash)
  })

  test('each run is the one that --set makes', async () => {
    const swept = await simulated(scenario, '--sweep', 'seed=3,4', '--against', 'all-hot')
    const set = await simulated(scenario, '--set', 'seed=4', '--against', 'all-hot')
    expect(swept.document.runs[1].historyHash).toBe(set.document.runs[0].historyHash)
    expect(swept.document.runs).toHaveLength(3)
  })

  test.each(['cluster.pools.cold.count=3,4', 'cluster.volumes.db.count=1,2', 'until=1h,2h'])(
    '%s changes the cluster, and works',
    async sweep => {
      const { status, document, out } = await simulated(scenario, '--sweep', sweep)
      expect(status).toBe(0)
      expect(document.runs).toHaveLength(3)
      expect(existsSync(`${out}/report.html`)).toBe(true)
      const volumeSeconds = document.runs.map(one => {
        const { hot, warm, cold } = one.tierVolumeSeconds
        return hot + warm + cold
      })
      if (sweep.includes('pools')) expect(volumeSeconds[0]).toBe(volumeSeconds[1])
      else expect(volumeSeconds[0]).toBeLessThan(volumeSeconds[1])
    },
  )

  test('a value twice is one run', async () => {
    const { document } = await simulated(scenario, '--sweep', 'seed=3,3')
    expect(document.runs).toHaveLength(2)
  })
})

describe('--limit', () => {
  test.each([
    { limit: 'lostRequests<=0', status: 0 },
    { limit: 'lostRequests<0', status: 1 },
    { limit: 'latencyUs.all.mean<=10ms', status: 0 },
    { limit: 'latencyUs.all.mean<=1us', status: 1 },
    { limit: 'migrations.movedBytes>=1GiB', status: 0 },
    { limit: 'migrations.movedBytes>1TiB', status: 1 },
    { limit: 'blocked.tier-full<=0', status: 0 },
    { limit: 'slower<=20', status: 0 },
    { limit: 'laws.violations<=0', status: 0 },
    { limit: 'latencyUs.all.p99<=1s', status: 1 },
    { limit: 'lowerBound.ratio<=2', status: 1 },
  ])('$limit ends with $status', async ({ limit, status }) => {
    const ran = await simulated(scenario, '--limit', limit)
    expect(ran.status).toBe(status)
    if (status === 0) expect(ran.notes).toBe('')
    else expect(ran.notes).toMatch(/^limit passed: /)
  })

  test('a figure that is missing cannot hold, and every limit passed is told', async () => {
    const words = ['--limit', 'latencyUs.all.p99<=1s', '--limit', 'lostRequests<0']
    const { notes } = await simulated(scenario, ...words)
    expect(notes.split('\n')).toEqual([
      expect.stringMatching(/latencyUs.all.p99 has no figure/),
      expect.stringMatching(/lostRequests is 0, which passes lostRequests<0/),
    ])
  })
})

describe('--against', () => {
  test('frozen and all-hot by default', async () => {
    const { document } = await simulated(scenario)
    expect(document.runs.map(one => one.name)).toEqual(['tiers', 'frozen', 'all-hot'])
  })

  test('a policy file, and runs of one name are told apart', async () => {
    const other = file('tiers.yaml', policy('tiers', 500))
    const { document } = await simulated(scenario, '--against', other, '--against', 'all-cold')
    expect(document.runs.map(one => one.name)).toEqual(['tiers', 'tiers (2)', 'all-cold'])
    expect(document.runs[0].slowerVolumes).not.toBeNull()
    expect(document.runs[1].slowerVolumes).toBeNull()
  })
})

describe('--out', () => {
  test('is not replaced without --force, and with it only where a run was', async () => {
    const out = path('out')
    expect((await run('simulate', scenario, '--out', out)).status).toBe(0)
    expect((await run('simulate', scenario, '--out', out)).notes).toMatch(/OUT_EXISTS/)
    expect((await run('simulate', scenario, '--out', out, '--force')).status).toBe(0)
    mkdirSync(path('other'))
    file('other/precious.txt', 'mine')
    const refused = await run('simulate', scenario, '--out', path('other'), '--force')
    expect(refused.notes).toMatch(/no directory of a run/)
    expect(readdirSync(path('other'))).toEqual(['precious.txt'])
  })

  test('holds what the contract lists', async () => {
    const { out } = await simulated(scenario)
    expect(readdirSync(out).sort()).toEqual([
      'README.md',
      'decisions.parquet',
      'history.ndjson',
      'migrations.parquet',
      'report.html',
      'result.json',
      'run.json',
      'scenario.yaml',
      'series.parquet',
    ])
  })
})

describe('a trace', () => {
  const trace = file('web.csv', '0,0,4096,r,0.5\n0,8,512,w,1.25\n1,0,512,W,200.0\n')

  test('without a scenario one is sized, and every assumption is said', async () => {
    const { document, resolved } = await simulated('--trace', trace)
    expect(document.trace).toMatchObject({ requests: 3, reads: 1, writes: 2, volumes: 2 })
    const assumed = document.assumptions.map(one => one.name)
    for (const name of ['volume size', 'replicas', 'policy', 'prices', 'device']) {
      expect(assumed).toContain(name)
    }
    expect(document.runs[0].cost).toBeNull()
    expect(resolved).toMatchObject({ name: 'web' })
  })

  test('which policy was assumed is not said when one is given', async () => {
    const other = file('given.yaml', policy('given', 500))
    const { document } = await simulated('--trace', trace, '--policy', other)
    expect(document.assumptions.map(one => one.name)).not.toContain('policy')
    expect(document.runs[0].policy).toBe('given')
  })

  test('with a scenario it goes where the scenario’s first workload went', async () => {
    const { resolved } = await simulated(scenario, '--trace', trace)
    expect(resolved).toMatchObject({ workload: [{ spread: { over: 'db', by: 'volume' } }] })
  })
})
