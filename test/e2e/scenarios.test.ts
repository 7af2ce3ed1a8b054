/** Each ready scenario shows what it is there for, and breaks no law. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { planBaseline, planRun, policiesOf } from '../../sim/baselines.js'
import { openWorkload } from '../../sim/open-workload.js'
import type { Run } from '../../sim/run.js'
import { simulate } from '../../sim/simulate.js'
import { loadScenarioFile, located, scenarioOf } from '../../src/cli/scenario/load.js'
import { loadPolicies } from '../../src/cli/scenario/policies.js'
import { untold } from '../../traces/unfinished.js'

const cache = mkdtempSync(join(tmpdir(), 'couchestor-scenarios-'))
process.env.COUCHESTOR_CACHE = cache
afterAll(() => rmSync(cache, { recursive: true, force: true }))

/** The scenario under its own policies, or those of a file, beside volumes left in place. */
async function runOf(name: string, policy: string | null = null): Promise<Run> {
  const file = loadScenarioFile(`scenarios/${name}.yaml`)
  const policies = policy === null ? null : loadPolicies([`scenarios/policies/${policy}.yaml`])
  const document = policies === null ? file.document : { ...file.document, policies }
  const scenario = scenarioOf({ ...file, document })
  const source = await openWorkload(scenario, one => located(file.directory, one), untold)
  const plans = [planRun(scenario, 'own', policiesOf(scenario)), planBaseline(scenario, 'frozen')]
  const runs = plans.flatMap(({ ...plan }, index) =>
    plan.kind === 'planned' ? [{ scenario, source, plan: plan.plan, isBaseline: index === 1 }] : [],
  )
  const [own, frozen] = (await simulate(runs, () => {})).runs
  for (const run of [own, frozen]) {
    expect(run.result.laws.violations).toEqual([])
    expect(run.result.laws.checked).toBeGreaterThan(0)
  }
  expect(frozen.result.migrations.decided).toBe(0)
  return own
}

function completed(run: Run, from: string, to: string): number {
  return run.detail.migrations.filter(
    row => row.outcome === 'completed' && row.fromTier === from && row.toTier === to,
  ).length
}

describe('the quick start', () => {
  it('moves both ways, saves money, and names who pays for it', async () => {
    const run = await runOf('quick-start')
    const { result } = run
    expect(completed(run, 'hot', 'cold')).toBeGreaterThan(10)
    expect(completed(run, 'hot', 'warm')).toBeGreaterThan(10)
    expect(completed(run, 'warm', 'hot')).toBeGreaterThan(10)
    // All on the hot tier cost 6,816 a month at the scenario's prices.
    expect(result.cost?.perMonth).toBeLessThan(0.7 * 6816)
    expect(result.slower.map(one => one.volume)).toContain('ledger')
    expect(result.conditions.map(one => one.condition)).toContain('WatermarksReachable')
  })

  it('flaps less with a cooling period', async () => {
    const { result } = await runOf('quick-start', 'cooling')
    expect(result.migrations.reversedWithin48h).toBe(0)
    expect(result.migrations.completed).toBeGreaterThan(20)
  })

  it('catches a bad policy: flapping, and a mark out of reach', async () => {
    const { result } = await runOf('quick-start', 'bad')
    expect(result.migrations.reversedWithin48h).toBeGreaterThan(100)
    const texts = result.conditions.map(one => `${one.condition} ${one.text}`)
    expect(texts.join()).toContain('WatermarksReachable warm 4800')
  })
})

describe('the ready scenarios', () => {
  it('three nodes: volumes of three replicas cannot move, and say so', async () => {
    const run = await runOf('three-node')
    expect(run.result.blocked['no-node-free']).toBe(6)
    const moved = new Set(run.detail.migrations.map(row => row.volume.split('-')[0]))
    expect([...moved]).toEqual(['logs'])
  })

  it('two tiers that are owned: capacity is freed, and no cash', async () => {
    const { result } = await runOf('two-tier')
    expect(result.cost?.model).toBe('owned')
    expect(result.cost?.storage).toBeGreaterThan(0)
    expect(result.capacityFreedBytes.hot).toBeGreaterThan(0)
    expect(result.latencyUs.warm.count).toBe(0)
  })

  it('a Prometheus outage: nothing starts while nobody measures', async () => {
    const { result, detail, history } = await runOf('prometheus-outage')
    expect(result.blocked['metrics-unavailable']).toBe(20)
    const startUs = history[0].atUs
    const hour = 3_600_000_000
    const inOutage = detail.migrations.filter(
      row => row.startedUs > startUs + 33 * hour && row.startedUs < startUs + 42 * hour,
    )
    expect(inOutage).toEqual([])
    expect(detail.migrations.filter(row => row.volume.startsWith('db'))).toEqual([])
  })

  it('a cold tier near full: what has no room says so', async () => {
    const { result } = await runOf('cold-near-full')
    expect(result.blocked['tier-full']).toBeGreaterThan(0)
    expect(result.migrations.completed).toBeGreaterThan(5)
  })
})
