/** The files of a run's directory. All but run.json are the same on every machine. */
import { existsSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { reportPage } from '../../../reports/page.js'
import { directoryReadme } from '../../../reports/readme.js'
import type { ReportInput } from '../../../reports/run.js'
import { lineOf } from '../../../sim/history.js'
import type { Simulation } from '../../../sim/simulate.js'
import type { SimulationDocument } from '../../core/result.js'
import { type LoadedScenario, resolvedText } from '../scenario/load.js'
import { programVersion } from '../version.js'
import type { SimulateOptions } from './options.js'
import type { OutDirectory } from './out-directory.js'
import { hostFacts } from './run.js'

export interface RunFiles {
  readonly out: OutDirectory
  readonly document: SimulationDocument
  readonly simulation: Simulation
  readonly loaded: LoadedScenario
  readonly input: ReportInput
  readonly options: SimulateOptions
}

export function writeOut(files: RunFiles): void {
  const { out, document, simulation, loaded, input } = files
  const write = (name: string, text: string): void => writeFileSync(join(out.partial, name), text)
  write('result.json', `${JSON.stringify(document, null, 1)}\n`)
  const header = `# Repeats the run: couchestor simulate ${repeating(files)}\n`
  write('scenario.yaml', resolvedText(loaded, out.path, header))
  writeHistory(join(out.partial, 'history.ndjson'), simulation)
  write('report.html', reportPage(input))
  write('README.md', directoryReadme(document.scenario, document.runs[0].name))
  write('run.json', `${JSON.stringify(runFacts(files), null, 1)}\n`)
}

/** All that a command line says is in the document, but what is swept and compared with. */
function repeating({ options, out }: RunFiles): string {
  const words = ['scenario.yaml']
  if (options.sweep !== undefined) words.push('--sweep', options.sweep)
  for (const name of options.against) {
    words.push('--against', existsSync(name) ? relative(out.path, name) : name)
  }
  return words.map(word => (/^[\w.,/=:-]+$/.test(word) ? word : `'${word}'`)).join(' ')
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
