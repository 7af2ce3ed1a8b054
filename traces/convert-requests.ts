/** Request traces into a column file. */
import { setImmediate } from 'node:timers/promises'
import type { RequestFooter } from './column-file.js'
import type { Input } from './convert.js'
import type { ReaderOptions, RequestFormat } from './formats/format.js'
import { refuse } from './problem.js'
import { RequestSink } from './request-sink.js'
import { requestRows } from './rows.js'
import { Summary } from './summary.js'
import { TimeSorter } from './time-sorter.js'
import type { Unfinished } from './unfinished.js'

export async function convertRequests(
  inputs: readonly Input<RequestFormat>[],
  target: string,
  options: ReaderOptions,
  unfinished: Unfinished,
): Promise<void> {
  const sorter = new TimeSorter(target, requestRows, unfinished)
  try {
    const sink = new RequestSink(sorter)
    for (const { file, format } of inputs) {
      sink.beginFile(format.places)
      await format.read(file, sink, options)
      if (sink.rows === 0) {
        throw refuse('TRACE_EMPTY', 'the file holds no requests', { file }, 'name another file')
      }
    }
    const written = await sorter.settle()
    written.finish(await footerOf(sorter, sink, namesOf(inputs)))
  } catch (error) {
    sorter.abandon()
    throw error
  }
}

/** Counted over the rows as they stand in the file, in time order. */
async function footerOf(
  sorter: TimeSorter<ReturnType<typeof requestRows.make>>,
  sink: RequestSink,
  format: string,
): Promise<RequestFooter> {
  const { names } = sink.volumes
  const summary = new Summary()
  const ends = new Float64Array(names.length)
  const requests = new Float64Array(names.length)
  let rows = 0
  for await (const batch of sorter.batches()) {
    summary.add(batch)
    rows += batch.count
    for (let row = 0; row < batch.count; row++) {
      const volume = batch.volume[row]
      const low = batch.offsetLow[row] + batch.lengthBytes[row]
      const end = batch.offsetHigh[row] * 4_294_967_296 + low
      if (end > ends[volume]) ends[volume] = end
      requests[volume] += 1
    }
    await setImmediate()
  }
  return {
    grain: 'requests',
    rows,
    format,
    volumes: names,
    volumeEndBytes: [...ends],
    volumeRequests: [...requests],
    hasResponses: sink.hasResponses,
    summary: summary.result(names.length),
    warnings: sink.warnings.list(),
  }
}

export function namesOf(inputs: readonly { readonly format: { readonly name: string } }[]): string {
  return [...new Set(inputs.map(({ format }) => format.name))].join('+')
}
