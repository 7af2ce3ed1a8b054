/**
 * The runs that a command line asks for: the policy or a sweep of it, then what it is set against.
 */
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import {
  type BaselineName,
  baselineNames,
  type Planned,
  planBaseline,
  planRun,
  policiesOf,
  type RunPlan,
} from '../../../sim/baselines.js'
import type { Scenario } from '../../../sim/scenario/model.js'
import { Refused } from '../../core/errors.js'
import { isObject } from '../../core/field.js'
import { nearest } from '../../core/nearest.js'
import { type LoadedScenario, loadPolicies, scenarioOf } from '../scenario/load.js'
import { parseSetting, withSetting, yamlValue } from '../scenario/set-path.js'
import type { SimulateOptions } from './options.js'
import { usage } from './request.js'

/** One run, and the scenario that it is of: in a sweep each has its own. */
export interface Variant {
  readonly scenario: Scenario
  readonly plan: RunPlan
  /** True for what the policy is set against. */
  readonly isBaseline: boolean
}

export function variantsOf(loaded: LoadedScenario, options: SimulateOptions): readonly Variant[] {
  const scenario = scenarioOf(loaded)
  const against = options.against.length === 0 ? defaultBaselines(options) : options.against
  return [
    ...policyVariants(scenario, loaded, options),
    ...against.map(name => baselineVariant(scenario, loaded, name)),
  ]
}

/** A sweep is set against one thing: its runs are set against each other. */
function defaultBaselines(options: SimulateOptions): readonly string[] {
  return options.sweep === undefined ? ['frozen', 'all-hot'] : ['frozen']
}

function policyVariants(
  scenario: Scenario,
  loaded: LoadedScenario,
  options: SimulateOptions,
): readonly Variant[] {
  if (options.sweep === undefined) {
    const name = policiesOf(scenario)
      .map(policy => policy.name)
      .join('+')
    return [variant(scenario, planned(planRun(scenario, name, policiesOf(scenario))), false)]
  }
  const { path } = parseSetting(options.sweep, '--sweep')
  const values = options.sweep.slice(path.length + 1).split(',')
  return values.map(text => {
    const setting = { path, value: yamlValue(text) }
    const document = withSetting(loaded.document, setting, '--sweep')
    const changed = isObject(document) ? scenarioOf({ ...loaded, document }) : scenario
    const plan = planned(planRun(changed, `${path}=${text}`, policiesOf(changed)))
    return variant(changed, plan, false)
  })
}

function baselineVariant(scenario: Scenario, loaded: LoadedScenario, name: string): Variant {
  const known = baselineNames.find((one): one is BaselineName => one === name)
  if (known !== undefined) return variant(scenario, planned(planBaseline(scenario, known)), true)
  if (name === 'oracle') {
    const hint = 'choose frozen, all-hot, all-cold or a policy file'
    throw usage('the offline optimum cannot be computed yet', hint)
  }
  if (!existsSync(name)) {
    const guess = nearest(name, baselineNames) ?? baselineNames.join(', ')
    throw usage(
      `--against ${name} is neither a baseline nor a file`,
      `choose ${guess}, or a policy`,
    )
  }
  const document = { ...loaded.document, policies: loadPolicies([name]) }
  const other = scenarioOf({ ...loaded, document })
  const plan = planned(planRun(other, basename(name).replace(/\.ya?ml$/, ''), other.policies))
  return variant(other, plan, true)
}

function variant(scenario: Scenario, plan: RunPlan, isBaseline: boolean): Variant {
  return { scenario, plan, isBaseline }
}

function planned(answer: Planned): RunPlan {
  if (answer.kind === 'planned') return answer.plan
  const { name, replicas, place } = answer.volume
  const message = `volume ${name} has no room for ${replicas} replicas on the ${place} tier at the start`
  const hint = 'give that tier more pools, or more nodes, or place the volume elsewhere'
  const where = { field: 'cluster.volumes' }
  throw new Refused([{ code: 'SCENARIO_FULL', message, where, hint }])
}
