/** What the terminal says when a simulation is over. */
import { relative } from 'node:path'
import type { Simulation } from '../../../sim/simulate.js'
import type { SimulationDocument } from '../../core/result.js'
import type { Terminal } from '../terminal.js'
import type { SimulateOptions } from './options.js'

export interface Said {
  readonly document: SimulationDocument
  readonly simulation: Simulation
  readonly out: string
  readonly options: SimulateOptions
  readonly terminal: Terminal
}

export function sayResult({ document, out, terminal }: Said): void {
  const directory = relative(process.cwd(), out)
  for (const run of document.runs) terminal.answer(`${run.name}: ${JSON.stringify(run.migrations)}`)
  terminal.answer(`Report: ${directory}/report.html`)
}
