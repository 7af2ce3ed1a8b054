/** A whole simulation: the scenario's policies first, then what they are set against. */
import type { Assumption, SimulationDocument, TraceTotals } from '../src/core/result.js'
import type { TraceSource } from '../traces/batch.js'
import type { RunPlan } from './baselines.js'
import { compareRuns } from './results/compare.js'
import { type Run, runScenario } from './run.js'
import type { Scenario } from './scenario/model.js'

export type SimulationContent = Omit<
  SimulationDocument,
  'schema' | 'couchestor' | 'wallSeconds' | 'requestsPerSecond' | 'digests'
>

export interface Simulation {
  readonly content: SimulationContent
  readonly runs: readonly Run[]
}

/** Told how far all runs together are, from 0 to 1, and the name of the one that runs. */
export type SimulationProgress = (share: number, name: string) => void

/** One run with the scenario that it is of; runs of one scenario may share their source. */
export interface SimulationRun {
  readonly scenario: Scenario
  readonly plan: RunPlan
  readonly source: TraceSource
  readonly isBaseline: boolean
}

export async function simulate(
  wanted: readonly SimulationRun[],
  progress: SimulationProgress,
): Promise<Simulation> {
  const runs: Run[] = []
  for (const [index, { scenario, plan, source }] of wanted.entries()) {
    const tell = (share: number): void => progress((index + share) / wanted.length, plan.name)
    runs.push(await runScenario(scenario, plan, source, tell))
  }
  const first = wanted.findIndex(one => one.isBaseline)
  const compared = runs.map((run, index) =>
    first < 0 || index === first ? run : { ...run, result: compareRuns(run, runs[first]) },
  )
  const [{ scenario, source }] = wanted
  const content: SimulationContent = {
    seed: scenario.seed,
    scenario: scenario.name,
    trace: totalsOf(source, runs[0]),
    assumptions: [...scenario.assumptions, ...displacedOf(wanted.map(one => one.plan))],
    runs: compared.map(run => run.result),
  }
  return { content, runs: compared }
}

/** A series is counted as it is replayed: whole requests, with what is left carried on. */
function totalsOf(source: TraceSource, run: Run): TraceTotals {
  if (source.grain === 'requests') {
    const { requests, reads, writes, readBytes, writeBytes } = source
    return { requests, reads, writes, readBytes, writeBytes, volumes: source.volumes.length }
  }
  const { result, detail } = run
  const sum = (of: (volume: (typeof detail.volumes)[number]) => number): number =>
    detail.volumes.reduce((total, volume) => total + of(volume), 0)
  return {
    requests: result.servedRequests + result.lostRequests,
    reads: null,
    writes: null,
    readBytes: Math.floor(sum(volume => volume.readBytes)),
    writeBytes: Math.floor(sum(volume => volume.writeBytes)),
    volumes: source.volumes.length,
  }
}

function displacedOf(plans: readonly RunPlan[]): readonly Assumption[] {
  return plans.flatMap(plan =>
    plan.displaced === 0
      ? []
      : [
          {
            name: `${plan.name}: volumes without room`,
            value: plan.displaced,
            source: 'they begin where the scenario puts them, because that tier’s pools are full',
          },
        ],
  )
}
