/** Each ready scenario shows what it is there for, and breaks no law. */
import { describe, expect, it } from 'vitest'
import { planBaseline, planRun, policiesOf } from '../../sim/baselines.js'
import { openWorkload } from '../../sim/open-workload.js'
import type { Run } from '../../sim/run.js'
import { simulate } from '../../sim/simulate.js'
import { loadScenarioFile, located, scenarioOf } from '../../src/cli/scenario/load.js'
import { loadPolicies, replacedPolicies } from '../../src/cli/scenario/policies.js'
import { untold } from '../../traces/unfinished.js'
import { scratch } from '../cli/in-process.js'

// Its traces are kept there.
scratch()

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

  it('a cold year: each code beside copies, with money, repairs and durability', async () => {
    const codes = await coldYear(['cold-rs-4-2', 'cold-rs-10-4', 'cold-lrc-12-2-2'])
    const [mirrored] = await coldYear(['cold-mirrored'])
    expect(mirrored.result.erasureCoding).toBeNull()
    expect(mirrored.result.rebuilds.bytes).toBeGreaterThan(0)
    expect(mirrored.result.durability.map(row => row.code)).toEqual(['replicas-3'])
    const raw: number[] = []
    for (const { result, detail } of [...codes, mirrored]) {
      expect(result.laws.violations).toEqual([])
      expect(result.laws.checked).toBeGreaterThan(0)
      expect(detail.policies).toHaveLength(1)
    }
    for (const { result, detail } of codes) {
      const { erasureCoding: coding, durability, cost } = result
      expect(coding?.volumes).toBeGreaterThanOrEqual(104)
      expect(coding?.lostStripes).toBe(0)
      expect(coding?.repairedShards).toBeGreaterThan(0)
      expect(coding?.degradedReads).toBeGreaterThan(0)
      expect(coding?.conversions.back).toBeGreaterThan(0)
      expect(coding?.proved?.rebuiltShards).toBeGreaterThan(0)
      expect(coding?.codedBytes).toBeLessThan(0.55 * (coding?.replicaBytes ?? 0))
      raw.push(coding?.codedBytes ?? 0)
      expect(durability.map(row => row.repairRateFrom)).toEqual(['repairs', 'repairs'])
      expect(durability[1].code).toBe('replicas-3')
      // What coding says it saves is what the run costs less, as far as nothing else differs.
      const less = (mirrored.result.cost?.storage ?? 0) - (cost?.storage ?? 0)
      const saved = coding?.savings.money?.total ?? 0
      expect(saved / less).toBeGreaterThan(0.95)
      expect(saved / less).toBeLessThan(1.05)
      expect(detail.formSeries.at(-1)?.savedBytes).toBeGreaterThan(0)
    }
    expect([...raw].sort((a, b) => b - a)).toEqual(raw)
    const [rs42, rs104, lrc] = codes.map(({ result }) => result.durability[0])
    expect(rs42.lossProbabilityPerYear).toBeGreaterThan(lrc.lossProbabilityPerYear)
    expect(lrc.lossProbabilityPerYear).toBeGreaterThan(rs104.lossProbabilityPerYear)
    // A lost shard of LRC is made again from its local group: less is read than for 10 + 4.
    const [, wide, local] = codes.map(({ result }) => result.erasureCoding?.repairedBytes ?? 0)
    expect(local).toBeLessThan(0.8 * wide)
  }, 300_000)
})

/** The scenario under policies of files, which name codes that the scenario has. */
async function coldYear(names: readonly string[]): Promise<readonly Run[]> {
  const file = loadScenarioFile('scenarios/cold-year.yaml')
  const runs = names.map(name => {
    const others = loadPolicies([`scenarios/policies/${name}.yaml`])
    const policies = replacedPolicies(file.document.policies, others)
    const scenario = scenarioOf({ ...file, document: { ...file.document, policies } })
    const planned = planRun(scenario, name, scenario.policies)
    if (planned.kind === 'impossible') throw new Error(`no room for ${planned.volume.name}`)
    return { scenario, plan: planned.plan, isBaseline: false }
  })
  const [{ scenario }] = runs
  const source = await openWorkload(scenario, one => located(file.directory, one), untold)
  return (
    await simulate(
      runs.map(one => ({ ...one, source })),
      () => {},
    )
  ).runs
}
