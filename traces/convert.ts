/** Raw traces into one column file: read once, merged by (time, file order, row), and counted. */
import { sizeOfFile } from './byte-source.js'
import { convertRequests } from './convert-requests.js'
import { convertSeries } from './convert-series.js'
import { detect } from './formats/detect.js'
import type { Format, ReaderOptions, RequestFormat, SeriesFormat } from './formats/format.js'
import { refuse } from './problem.js'
import { type Unfinished, untold } from './unfinished.js'

export interface ConvertOptions extends ReaderOptions {
  readonly format: string | null
}

export const plainOptions: ConvertOptions = {
  format: null,
  event: 'D',
  columns: null,
  unit: null,
  unitNeeded: true,
  rates: null,
}

/** A file with the format that reads it. */
export interface Input<Read extends Format> {
  readonly file: string
  readonly format: Read
}

/** Converts files into `target`; nothing stands there until it is whole. */
export async function convert(
  files: readonly string[],
  target: string,
  options: ConvertOptions,
  unfinished: Unfinished = untold,
): Promise<void> {
  for (const file of files) sizeOfFile(file)
  const requests: Input<RequestFormat>[] = []
  const series: Input<SeriesFormat>[] = []
  for (const file of files) {
    const format = await detect(file, options)
    if (format.grain === 'requests') requests.push({ file, format })
    else series.push({ file, format })
  }
  if (requests.length > 0 && series.length > 0) throw mixed(requests[0].file, series[0].file)
  if (series.length > 0) await convertSeries(series, target, options, unfinished)
  else await convertRequests(requests, target, options, unfinished)
}

function mixed(requests: string, series: string): Error {
  const message = `${requests} holds requests, this one a series`
  const hint = 'replay them one after the other'
  return refuse('TRACE_MIXED', message, { file: series }, hint)
}
