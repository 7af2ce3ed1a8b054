/**
 * One run: a world under one set of policies, from its first instant to its last, and what came of
 * it.
 */
import type { HistoryEntry } from '../src/core/event.js'
import { watchLaws } from '../src/core/laws.js'
import type { RunDetail, RunResult } from '../src/core/result.js'
import type { TraceSource } from '../traces/batch.js'
import type { RunPlan } from './baselines.js'
import type { Engine } from './engine/engine.js'
import { lawFactsOf } from './law-facts.js'
import { Operators } from './operators.js'
import { poolTiers } from './pool-tiers.js'
import { ioTimeoutUs } from './replay/request-replay.js'
import { collect } from './results/collect.js'
import { Sampler } from './results/sampler.js'
import type { Scenario } from './scenario/model.js'
import { watchedVolumes } from './watched.js'
import { World } from './world.js'

export interface Run {
  readonly result: RunResult
  readonly detail: RunDetail
  readonly history: readonly HistoryEntry[]
}

/** Told now and then how far a run is, from 0 to 1. */
export type Progress = (share: number) => void

/** Instants at which progress is told. */
const steps = 50

export async function runScenario(
  scenario: Scenario,
  plan: RunPlan,
  source: TraceSource,
  progress: Progress,
): Promise<Run> {
  source.rewind()
  const watched = watchedVolumes(scenario, source)
  const laws = watchLaws(lawFactsOf(scenario, plan.policies))
  const world = new World({
    scenario,
    policies: plan.policies,
    placement: plan.placement,
    source,
    watched,
    watch: laws.hear,
  })
  const tierOfPool = poolTiers(scenario.pools, plan.policies)
  const endUs = endOf(scenario, source)
  const windowsUs = plan.policies.map(policy => policy.spec.samplingWindowUs)
  const lengthUs = endUs - scenario.startUs
  const sampler = new Sampler(world, tierOfPool, Math.max(...windowsUs), lengthUs)
  sampler.start()
  tellProgress(world.engine, lengthUs, progress)
  const operators = new Operators(world, scenario.loop)
  operators.start()
  try {
    await world.engine.run(endUs)
  } finally {
    await world.close()
  }
  if (operators.defect !== null) throw operators.defect
  laws.end(endUs)
  return collect({ scenario, plan, world, sampler, tierOfPool, endUs, laws: laws.result() })
}

/** Until the trace ends and the last request of it is done or given up. */
function endOf(scenario: Scenario, source: TraceSource): number {
  if (scenario.untilUs !== null) return scenario.startUs + scenario.untilUs
  const restUs = source.grain === 'requests' ? ioTimeoutUs : 0
  return scenario.startUs + Math.ceil(source.lastUs) + restUs
}

function tellProgress(engine: Engine, lengthUs: number, progress: Progress): void {
  const startUs = engine.nowUs
  const again = (step: number): void => {
    progress(step / steps)
    if (step === steps) return
    const atUs = startUs + Math.floor((lengthUs * (step + 1)) / steps)
    engine.schedule(atUs, () => again(step + 1))
  }
  again(0)
}
