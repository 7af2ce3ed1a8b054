/** Runs `simulate`: from the request to the runs, their files, and the words about them. */
import { cpus } from 'node:os'
import { join, relative } from 'node:path'
import { type Digests, writeParquet } from '../../../reports/parquet.js'
import { terminalReport } from '../../../reports/terminal.js'
import { openWorkload } from '../../../sim/open-workload.js'
import { type Simulation, type SimulationRun, simulate } from '../../../sim/simulate.js'
import type { SimulationDocument } from '../../core/result.js'
import type { Ended } from '../command.js'
import * as interrupt from '../interrupt.js'
import { type LoadedScenario, located } from '../scenario/load.js'
import type { Terminal } from '../terminal.js'
import { documentOf } from '../version.js'
import { parseLimit, passedLimits } from './limits.js'
import type { SimulateOptions } from './options.js'
import { closeOut, openOut, refuseOccupied } from './out-directory.js'
import { reportInputOf } from './report-input.js'
import { requestOf } from './request.js'
import { type Variant, variantsOf } from './variants.js'
import { writeOut } from './write-out.js'

export async function simulateCommand(
  scenario: string | null,
  options: SimulateOptions,
  terminal: Terminal,
): Promise<Ended> {
  const limits = options.limit.map(parseLimit)
  if (options.out !== undefined) refuseOccupied(options.out, options.force)
  const loaded = await requestOf(scenario, options)
  const variants = variantsOf(loaded, options)
  const [first] = variants
  const name = `${first.scenario.name}-${first.scenario.seed}`.replace(/[^\w.-]+/g, '-')
  const out = openOut(options.out ?? join('couchestor-out', name), options.force)
  const startedMs = performance.now()
  const simulation = await runAll(loaded, variants, terminal)
  const wallSeconds = Math.round(performance.now() - startedMs) / 1000
  const details = simulation.runs.map(run => run.detail)
  const digests = await writeParquet(out.partial, details)
  const document = answerOf(simulation, wallSeconds, digests)
  const input = reportInputOf(document, simulation, variants, loaded)
  writeOut({ out, document, simulation, loaded, input, options })
  closeOut(out)
  const passed = passedLimits(limits, document.runs[0])
  const broken = document.runs.flatMap(run => run.laws.violations)
  if (options.json) terminal.answer(JSON.stringify(document))
  else terminal.answer(terminalReport(input, { ...shape(terminal), out: shownPath(out.path) }))
  for (const text of passed) terminal.note(`limit passed: ${text}`)
  return passed.length > 0 || broken.length > 0 ? 1 : 0
}

async function runAll(
  loaded: LoadedScenario,
  variants: readonly Variant[],
  terminal: Terminal,
): Promise<Simulation> {
  const { directory } = loaded
  const opened: SimulationRun[] = []
  try {
    for (const variant of variants) {
      const before = opened.find(one => one.scenario === variant.scenario)
      const source =
        before?.source ??
        (await openWorkload(variant.scenario, file => located(directory, file), interrupt))
      opened.push({ ...variant, source })
    }
    return await simulate(opened, (share, name) =>
      terminal.progress(`${name}: ${Math.floor(share * 100)} %`),
    )
  } finally {
    for (const source of new Set(opened.map(one => one.source))) source.close()
  }
}

function answerOf(
  simulation: Simulation,
  wallSeconds: number,
  digests: Digests,
): SimulationDocument {
  const { content } = simulation
  const replayed = content.trace.requests * content.runs.length
  const requestsPerSecond = wallSeconds > 0 ? Math.round(replayed / wallSeconds) : 0
  const document = { ...content, wallSeconds, requestsPerSecond, digests }
  return { ...documentOf('simulation', document), schema: 'couchestor.simulation/v1' }
}

function shape(terminal: Terminal): { readonly color: boolean; readonly columns: number } {
  return { color: terminal.color, columns: terminal.columns }
}

/** As a person would type it from where they are. */
function shownPath(path: string): string {
  const near = relative(process.cwd(), path)
  return near.startsWith('..') ? path : near
}

/** What may differ from machine to machine stands in one file. */
export function hostFacts(): Readonly<Record<string, unknown>> {
  return {
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cpu: cpus()[0]?.model ?? null,
    commandLine: process.argv.slice(2),
  }
}
