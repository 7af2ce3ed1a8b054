/** The files of a run's directory. All but run.json are the same on every machine. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { reportPage } from '../../../reports/page.js'
import { directoryReadme } from '../../../reports/readme.js'
import type { ReportInput } from '../../../reports/run.js'
import { lineOf } from '../../../sim/history.js'
import type { Simulation } from '../../../sim/simulate.js'
import type { SimulationDocument } from '../../core/result.js'
import { resolvedText } from '../scenario/load.js'
import { programVersion } from '../version.js'
import type { OutDirectory } from './out-directory.js'
import type { Request } from './request.js'
import { hostFacts } from './run.js'

export interface RunFiles {
  readonly out: OutDirectory
  readonly document: SimulationDocument
  readonly simulation: Simulation
  readonly request: Request
  readonly input: ReportInput
}

export function writeOut(files: RunFiles): void {
  const { out, document, simulation, request, input } = files
  const write = (name: string, text: string): void => writeFileSync(join(out.partial, name), text)
  write('result.json', `${JSON.stringify(document, null, 1)}\n`)
  write(
    'scenario.yaml',
    resolvedText(
      request.loaded,
      out.path,
      '# Repeats the run: couchestor simulate scenario.yaml\n',
    ),
  )
  writeHistory(join(out.partial, 'history.ndjson'), simulation)
  write('report.html', reportPage(input))
  write('README.md', directoryReadme(document.scenario, document.runs[0].name))
  write('run.json', `${JSON.stringify(runFacts(files), null, 1)}\n`)
}

/** One line an entry, with the run that it belongs to. */
function writeHistory(file: string, simulation: Simulation): void {
  writeFileSync(file, '')
  for (const run of simulation.runs) {
    const name = JSON.stringify(run.detail.name)
    let text = ''
    for (const entry of run.history) {
      text += `{"run":${name},${lineOf(entry).slice(1)}\n`
      if (text.length < 1 << 20) continue
      writeFileSync(file, text, { flag: 'a' })
      text = ''
    }
    writeFileSync(file, text, { flag: 'a' })
  }
}

function runFacts({ document }: RunFiles): Readonly<Record<string, unknown>> {
  return {
    couchestor: programVersion(),
    endedAt: new Date().toISOString(),
    wallSeconds: document.wallSeconds,
    requestsPerSecond: document.requestsPerSecond,
    ...hostFacts(),
  }
}
