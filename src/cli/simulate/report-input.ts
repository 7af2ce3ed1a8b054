/** What the report is made from, gathered from a simulation and the document that it ran. */
import type { PoolGroup, ReportInput } from '../../../reports/run.js'
import { poolTiers } from '../../../sim/pool-tiers.js'
import type { Scenario } from '../../../sim/scenario/model.js'
import type { Simulation } from '../../../sim/simulate.js'
import { isObject } from '../../core/field.js'
import type { SimulationDocument } from '../../core/result.js'
import type { LoadedScenario } from '../scenario/load.js'
import type { Variant } from './variants.js'

export function reportInputOf(
  document: SimulationDocument,
  simulation: Simulation,
  variants: readonly Variant[],
  loaded: LoadedScenario,
): ReportInput {
  const baseline = variants.findIndex(variant => variant.isBaseline)
  const [{ scenario, plan }] = variants
  return {
    document,
    details: simulation.runs.map(run => run.detail),
    description: scenario.description,
    baseline: baseline < 0 ? null : baseline,
    poolGroups: poolGroupsOf(loaded, scenario, poolTiers(scenario.pools, plan.policies)),
  }
}

/** Lines of the document, each with the pools that it stands for. */
function poolGroupsOf(
  loaded: LoadedScenario,
  scenario: Scenario,
  tierOfPool: ReturnType<typeof poolTiers>,
): readonly PoolGroup[] {
  const { cluster } = loaded.document
  const lines: readonly unknown[] =
    isObject(cluster) && Array.isArray(cluster.pools) ? cluster.pools : []
  const groups: PoolGroup[] = []
  let first = 0
  lines.forEach((line, index) => {
    const count = isObject(line) && typeof line.count === 'number' ? line.count : 1
    const tier = tierOfPool[first]
    const pool = scenario.pools[first]
    first += count
    if (tier === null || tier === undefined || pool === undefined) return
    const { capacityBytes } = pool
    groups.push({ path: `cluster.pools.${index}`, tier, pools: count, capacityBytes })
  })
  return groups
}
