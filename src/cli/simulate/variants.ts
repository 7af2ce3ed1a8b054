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
import { nearest } from '../../core/nearest.js'
import { changed, type LoadedScenario, scenarioOf } from '../scenario/load.js'
import { loadPolicies, replacedPolicies } from '../scenario/policies.js'
import { parseSetting } from '../scenario/set-path.js'
import { errorsOf } from '../scenario/yaml-file.js'
import { usage } from '../usage.js'
import type { SimulateOptions } from './options.js'

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
  return distinct([
    ...policyVariants(scenario, loaded, options),
    ...[...new Set(against)].map(name => baselineVariant(scenario, loaded, name)),
  ])
}

/** Runs are told apart by their names: a second one of a name says so. */
function distinct(variants: readonly Variant[]): readonly Variant[] {
  const taken = new Set<string>()
  return variants.map(one => {
    let { name } = one.plan
    for (let number = 2; taken.has(name); number++) name = `${one.plan.name} (${number})`
    taken.add(name)
    return { ...one, plan: { ...one.plan, name } }
  })
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
    return [
      variant(scenario, planned(planRun(scenario, name, policiesOf(scenario)), loaded), false),
    ]
  }
  const { path } = parseSetting(options.sweep, '--sweep')
  const values = [...new Set(options.sweep.slice(path.length + 1).split(','))]
  if (values.includes('')) {
    throw usage('--sweep has an empty value', `write --sweep ${path}=A,B,C`)
  }
  return values.map(text => {
    const one = changed(loaded, `${path}=${text}`, '--sweep')
    const own = scenarioOf(one)
    const plan = planned(planRun(own, `${path}=${text}`, policiesOf(own)), one)
    return variant(own, plan, false)
  })
}

function baselineVariant(scenario: Scenario, loaded: LoadedScenario, name: string): Variant {
  const known = baselineNames.find((one): one is BaselineName => one === name)
  if (known !== undefined)
    return variant(scenario, planned(planBaseline(scenario, known), loaded), true)
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
  const policies = replacedPolicies(loaded.document.policies, loadPolicies([name]))
  const document = { ...loaded.document, policies }
  const own = { ...loaded, document }
  const other = scenarioOf(own)
  const plan = planned(planRun(other, basename(name).replace(/\.ya?ml$/, ''), other.policies), own)
  return variant(other, plan, true)
}

function variant(scenario: Scenario, plan: RunPlan, isBaseline: boolean): Variant {
  return { scenario, plan, isBaseline }
}

/** The plan, or the error that says which volume has no room. */
export function planned(answer: Planned, loaded: LoadedScenario): RunPlan {
  if (answer.kind === 'planned') return answer.plan
  const { name, replicas, place } = answer.volume
  const what = `${replicas} ${replicas === 1 ? 'replica' : 'replicas'} on the ${place} tier`
  const message = `volume ${name} has no room for ${what} at the start`
  const hint = 'give that tier more pools, or more nodes, or place the volume elsewhere'
  const [error] = errorsOf(
    [{ code: 'FIELD_INVALID', path: '.cluster.volumes', message, hint }],
    loaded.source?.file ?? null,
    loaded.source?.yaml ?? null,
  )
  throw new Refused([{ ...error, code: 'SCENARIO_FULL' }])
}
