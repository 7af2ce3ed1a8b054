/** Raw traces into one column file: read once, merged by (time, file order, row), and counted. */

import { sizeOfFile } from './byte-source.js'
import { ColumnWriter } from './column-writer.js'
import { detect } from './formats/detect.js'
import type { Format, ReaderOptions, RowSink } from './formats/format.js'
import { anyColumns } from './formats/separated.js'
import { refuse, Warnings } from './problem.js'
import { VolumeNames } from './rows.js'
import { Summary } from './summary.js'

export interface ConvertOptions extends ReaderOptions {
  readonly format: string | null
}

export const plainOptions: ConvertOptions = { format: null, event: 'D', columns: null }

/** Converts files into `target`; nothing stands there until it is whole. */
export async function convert(
  files: readonly string[],
  target: string,
  options: ConvertOptions,
): Promise<void> {
  for (const file of files) sizeOfFile(file)
  const chosen: Format[] = []
  for (const file of files) {
    chosen.push(options.columns === null ? await detect(file, options.format) : anyColumns)
  }
  const writer = new ColumnWriter(target)
  const volumes = new VolumeNames()
  const warnings = new Warnings()
  try {
    let hasResponses = false
    let rows = 0
    const sink: RowSink = {
      volumes,
      warnings,
      add(timeUs, volume, operation, offsetLow, offsetHigh, lengthBytes, responseUs, place) {
        rows += 1
        if (responseUs >= 0) hasResponses = true
        const late = writer.add(
          timeUs,
          volume,
          operation,
          offsetLow,
          offsetHigh,
          lengthBytes,
          responseUs,
        )
        if (late) warnings.add('TRACE_TIME_BACKWARD', place)
      },
    }
    for (const [index, file] of files.entries()) {
      const before = rows
      await chosen[index].read(file, sink, options)
      if (rows === before) {
        throw refuse('TRACE_EMPTY', 'the file holds no requests', { file }, 'name another file')
      }
    }
    finish(writer, volumes, warnings, chosen, hasResponses)
  } catch (error) {
    writer.abandon()
    throw error
  }
}

function finish(
  writer: ColumnWriter,
  volumes: VolumeNames,
  warnings: Warnings,
  chosen: readonly Format[],
  hasResponses: boolean,
): void {
  writer.settle()
  const summary = new Summary()
  const ends = new Float64Array(volumes.names.length)
  const requests = new Float64Array(volumes.names.length)
  for (const batch of writer.batches()) {
    summary.add(batch)
    for (let row = 0; row < batch.count; row++) {
      const volume = batch.volume[row]
      const end =
        batch.offsetHigh[row] * 4_294_967_296 + batch.offsetLow[row] + batch.lengthBytes[row]
      if (end > ends[volume]) ends[volume] = end
      requests[volume] += 1
    }
  }
  writer.finish({
    format: [...new Set(chosen.map(format => format.name))].join('+'),
    volumes: volumes.names,
    volumeEndBytes: [...ends],
    volumeRequests: [...requests],
    hasResponses,
    summary: summary.result(volumes.names.length),
    warnings: warnings.list(),
  })
}
