/** A column file of either grain, opened as what it holds. */
import { closeSync, fstatSync, openSync } from 'node:fs'
import { ColumnFile, type RequestFooter } from './column-file.js'
import { readFooter } from './column-layout.js'
import { refuse } from './problem.js'
import { SeriesFile, type SeriesFooter } from './series-file.js'

export type OpenedTrace = ColumnFile | SeriesFile

export function openColumns(path: string): OpenedTrace {
  const descriptor = openSync(path, 'r')
  try {
    const footer = readFooter(descriptor, fstatSync(descriptor).size)
    if (isFooter(footer)) {
      if (footer.grain === 'series') return new SeriesFile(descriptor, footer)
      return new ColumnFile(descriptor, footer)
    }
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
  closeSync(descriptor)
  const message = 'this is no column file, or it is cut off'
  throw refuse('TRACE_CUT', message, { file: path }, 'convert the trace again')
}

function isFooter(footer: unknown): footer is RequestFooter | SeriesFooter {
  if (typeof footer !== 'object' || footer === null || !('grain' in footer)) return false
  return footer.grain === 'requests' || footer.grain === 'series'
}
