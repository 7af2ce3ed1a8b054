/**
 * What coding adds to the replay of a fleet: the same thousand volumes and month without a code,
 * with one whose stripes are only modelled, and with the default sample of them really encoded. In
 * turns, from one process. `npm run bench:coding` writes docs/benchmarks.md.
 */
import { planRun } from '../../sim/baselines.js'
import { openWorkload } from '../../sim/open-workload.js'
import { runScenario } from '../../sim/run.js'
import type { Scenario } from '../../sim/scenario/model.js'
import { usualCoding } from '../../sim/scenario/usual-coding.js'
import {
  type LoadedScenario,
  loadScenarioFile,
  located,
  scenarioOf,
} from '../../src/cli/scenario/load.js'
import type { RunResult } from '../../src/core/result.js'
import type { TraceSource } from '../../traces/batch.js'
import { untold } from '../../traces/unfinished.js'
import { median } from '../measure.js'
import { provenance, table, writePart } from '../page.js'

const file = 'scenarios/fleet-1000.yaml'
const turns = 3
const mostRatio = 1.5

interface Contestant {
  readonly name: string
  readonly scenario: Scenario
  readonly cpuSeconds: number[]
  readonly wallSeconds: number[]
  result: RunResult | null
}

async function main(): Promise<void> {
  const loaded = loadScenarioFile(file)
  const { sample } = usualCoding
  const parts = `${sample.numerator}/${sample.denominator}`
  const contestants = [
    contestant('mirrored', scenarioOf(loaded)),
    contestant('coded, modelled alone', coded(loaded, '0/1')),
    contestant(`coded, ${parts} of the stripes really`, coded(loaded, parts)),
  ]
  const [{ scenario }] = contestants
  const source = await openWorkload(scenario, one => located(loaded.directory, one), untold)
  for (let turn = 0; turn < turns; turn++) {
    for (const one of contestants) await runOnce(one, source)
  }
  source.close()
  const lines = linesOf(contestants)
  process.stdout.write(`${lines.join('\n')}\n`)
  writePart('coding', lines)
}

function contestant(name: string, scenario: Scenario): Contestant {
  return { name, scenario, cpuSeconds: [], wallSeconds: [], result: null }
}

/** The same scenario whose policy names 4 + 2 for cold volumes. */
function coded(loaded: LoadedScenario, sample: string): Scenario {
  const code = { metadata: { name: 'rs-4-2' }, spec: { dataShards: 4, parityShards: 2 } }
  const manifest = { apiVersion, kind: 'ErasureCodingPolicy', ...code }
  const { policies } = loaded.document
  const document = {
    ...loaded.document,
    policies: [manifest, ...(Array.isArray(policies) ? policies.map(naming) : [])],
    coding: { sample },
  }
  return scenarioOf({ ...loaded, document })
}

const apiVersion = 'storage.billyronks.io/v1'

function naming(policy: unknown): unknown {
  const { spec, ...rest } = Object(policy)
  return { ...rest, spec: { ...spec, ecPolicyRef: 'rs-4-2' } }
}

async function runOnce(one: Contestant, source: TraceSource): Promise<void> {
  const { scenario } = one
  const planned = planRun(scenario, one.name, scenario.policies)
  if (planned.kind === 'impossible') throw new Error(`no room for ${planned.volume.name}`)
  const before = process.cpuUsage()
  const beganMs = performance.now()
  const { result } = await runScenario(scenario, planned.plan, source, () => {})
  const { user, system } = process.cpuUsage(before)
  one.cpuSeconds.push((user + system) / 1_000_000)
  one.wallSeconds.push((performance.now() - beganMs) / 1000)
  if (one.result !== null && one.result.historyHash !== result.historyHash) {
    throw new Error('the same seed gave two histories')
  }
  one.result = result
}

function linesOf(contestants: readonly Contestant[]): readonly string[] {
  const [mirrored] = contestants
  const base = median(mirrored.cpuSeconds)
  const rows = contestants.map(({ name, cpuSeconds, wallSeconds, result }) => [
    name,
    `${median(cpuSeconds).toFixed(2)} s`,
    `${median(wallSeconds).toFixed(2)} s`,
    `${(median(cpuSeconds) / base).toFixed(2)}`,
    `${result?.erasureCoding?.volumes ?? 0}`,
    `${result?.erasureCoding?.proved?.stripes ?? 0}`,
  ])
  const last = contestants[contestants.length - 1]
  const ratio = median(last.cpuSeconds) / base
  const verdict = ratio <= mostRatio ? 'holds' : '**missed**'
  const head = ['', 'CPU', 'wall', 'ratio', 'volumes coded', 'stripes really encoded']
  return [
    '## Coding in the twin',
    '',
    `${provenance()} Written by \`npm run bench:coding\`: ${file}, the median of ${turns} turns.`,
    'CPU is that of all threads of the process.',
    '',
    ...table(head, rows),
    '',
    `Claim: with the default sample a run takes at most ${mostRatio} × the CPU time of the same ` +
      `without coding: ${ratio.toFixed(2)}, ${verdict}.`,
  ]
}

await main()
