/** A column file as one input among others: what was converted before is merged with the rest. */
import { openColumns } from '../open-columns.js'
import type { RequestSink } from '../request-sink.js'
import type { SeriesSink } from '../series-sink.js'
import type { Format } from './format.js'
import type { Quantity } from './series/unit.js'

/** The format is called as that of the raw trace. */
export function convertedFormat(file: string): Format {
  const source = openColumns(file)
  const { grain, footer } = source
  source.close()
  const common = { name: footer.format, places: 'line', matches: () => false } as const
  return grain === 'requests'
    ? { ...common, title: 'column file of requests', grain, read: readRequests }
    : { ...common, title: 'column file of a series', grain, read: readSeries }
}

async function readRequests(file: string, sink: RequestSink): Promise<void> {
  const source = openColumns(file)
  if (source.grain !== 'requests') return source.close()
  const volumes = source.volumes.map(name => sink.volumes.indexOf(name))
  let number = 0
  for (let rows = source.next(); rows !== null; rows = source.next()) {
    for (let row = 0; row < rows.count; row++) {
      number += 1
      sink.add(
        rows.timeUs[row],
        volumes[rows.volume[row]],
        rows.operation[row],
        rows.offsetLow[row],
        rows.offsetHigh[row],
        rows.lengthBytes[row],
        rows.responseUs?.[row] ?? Number.NaN,
        number,
      )
    }
  }
  source.close()
}

async function readSeries(file: string, sink: SeriesSink): Promise<void> {
  const source = openColumns(file)
  if (source.grain !== 'series') return source.close()
  let number = 0
  for (let batch = source.next(); batch !== null; batch = source.next()) {
    for (let row = 0; row < batch.count; row++) {
      number += 1
      sink.point(batch.startUs)
      const volume = source.volumes[batch.volume[row]]
      const put = (quantity: Quantity, value: number): void => {
        if (Number.isNaN(value)) return
        const series = sink.indexOf(volume, { quantity, kind: 'amount', scale: 1 })
        sink.sample(series, batch.startUs, value, number)
      }
      put('reads', batch.reads[row])
      put('writes', batch.writes[row])
      put('readBytes', batch.readBytes[row])
      put('writeBytes', batch.writeBytes[row])
    }
  }
  source.close()
}
