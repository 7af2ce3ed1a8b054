/** Series into a column file: samples are sorted on disk, then folded into intervals. */
import { blockRows } from './column-layout.js'
import type { Input } from './convert.js'
import { namesOf } from './convert-requests.js'
import type { ReaderOptions, SeriesFormat } from './formats/format.js'
import { refuse } from './problem.js'
import { RowFile } from './row-file.js'
import type { SeriesFooter } from './series-file.js'
import { addInterval, SeriesFold, warnOfAssumptions } from './series-fold.js'
import { intervalRows, sampleRows } from './series-rows.js'
import { SeriesSink } from './series-sink.js'
import { TimeSorter } from './time-sorter.js'
import type { Unfinished } from './unfinished.js'

export async function convertSeries(
  inputs: readonly Input<SeriesFormat>[],
  target: string,
  options: ReaderOptions,
  unfinished: Unfinished,
): Promise<void> {
  const sorter = new TimeSorter(`${target}.samples`, sampleRows, unfinished)
  try {
    const sink = new SeriesSink(sorter)
    for (const { file, format } of inputs) {
      sink.beginFile(format.places)
      await format.read(file, sink, options)
      if (sink.points === 0) {
        throw refuse('TRACE_EMPTY', 'the file holds no points', { file }, 'name another file')
      }
    }
    if (sink.intervalUs === null) {
      const message = 'no volume has two instants, so that the interval is unknown'
      const hint = 'ask for a longer range'
      throw refuse('TRACE_SERIES_SHORT', message, { file: inputs[0].file }, hint)
    }
    warnOfAssumptions(sink)
    await sorter.settle()
    await writeIntervals(sorter, sink, sink.intervalUs, inputs, target, unfinished)
  } finally {
    sorter.abandon()
  }
}

async function writeIntervals(
  sorter: TimeSorter<ReturnType<typeof sampleRows.make>>,
  sink: SeriesSink,
  intervalUs: number,
  inputs: readonly Input<SeriesFormat>[],
  target: string,
  unfinished: Unfinished,
): Promise<void> {
  const file = new RowFile(target, unfinished)
  try {
    const block = intervalRows.make(blockRows)
    let firstUs = Number.POSITIVE_INFINITY
    let lastUs = Number.NEGATIVE_INFINITY
    const fold = new SeriesFold(sink, sink.firstUs, intervalUs, (startUs, row) => {
      addInterval(block, startUs, row)
      if (startUs < firstUs) firstUs = startUs
      lastUs = startUs + intervalUs
      if (block.count < blockRows) return
      file.append(block)
      block.count = 0
    })
    for await (const samples of sorter.batches()) fold.add(samples)
    fold.end()
    file.append(block)
    if (file.rows === 0) {
      const message = 'no interval has all that its volume’s series tell'
      const hint = 'ask for a longer range, or all its metrics'
      throw refuse('TRACE_SERIES_SHORT', message, { file: inputs[0].file }, hint)
    }
    const footer: SeriesFooter = {
      grain: 'series',
      rows: file.rows,
      format: namesOf(inputs),
      volumes: sink.volumes.names,
      intervalUs,
      firstUs,
      lastUs,
      points: sink.allPoints,
      firstPointUs: sink.firstUs,
      lastPointUs: sink.lastUs,
      warnings: sink.warnings.list(),
    }
    file.finish(footer)
  } catch (error) {
    file.abandon()
    throw error
  }
}
