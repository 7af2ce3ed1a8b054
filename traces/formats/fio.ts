/** fio's I/O logs, versions 2 and 3, as fio's HOWTO and iolog.c describe them. */
import { operations } from '../batch.js'
import { linesOf } from '../lines.js'
import { refuse } from '../problem.js'
import type { RequestSink } from '../request-sink.js'
import type { RequestFormat } from './format.js'
import { wholeNumber, wideNumber } from './number.js'

export const fio: RequestFormat = {
  grain: 'requests',
  name: 'fio-iolog',
  places: 'line',
  title: 'fio iolog v2 or v3',
  matches: head => /^fio version [23] iolog/.test(head.lines[0] ?? ''),
  read,
}

const actions: Readonly<Record<string, number>> = {
  read: operations.read,
  write: operations.write,
  trim: operations.other,
  sync: operations.other,
  datasync: operations.other,
}
const noRows: ReadonlySet<string> = new Set(['add', 'open', 'close'])

async function read(file: string, sink: RequestSink): Promise<void> {
  let version = 0
  /** Version 2 has no times, only waits: the clock is the sum of them. */
  let waitedUs = 0
  for await (const { first, lines } of linesOf(file)) {
    for (let index = 0; index < lines.length; index++) {
      const line = lines[index].trim()
      const number = first + index
      if (line === '') continue
      if (number === 1) {
        version = line.includes('version 2') ? 2 : 3
        continue
      }
      const fields = line.split(/\s+/)
      if (version === 3) {
        const atUs = fields.shift()
        const time = wholeNumber(atUs ?? '')
        if (time === null) throw wrong(file, number, `${JSON.stringify(atUs)} is not a time`)
        take(file, sink, fields, time, number)
      } else if (fields[1] === 'wait') {
        const wait = wholeNumber(fields[2] ?? '')
        if (wait === null) throw wrong(file, number, 'wait has no microseconds')
        waitedUs += wait
      } else {
        take(file, sink, fields, waitedUs, number)
      }
    }
  }
}

function take(
  file: string,
  sink: RequestSink,
  fields: readonly string[],
  timeUs: number,
  line: number,
): void {
  const [name, action, offsetText, lengthText] = fields
  if (name === undefined || action === undefined) throw wrong(file, line, 'the row has no action')
  if (noRows.has(action)) return
  const operation = actions[action]
  if (operation === undefined) throw wrong(file, line, `${JSON.stringify(action)} is not an action`)
  const offset = wideNumber(offsetText ?? '0', 1)
  const length = wholeNumber(lengthText ?? '0')
  if (offset === null || length === null || length > 0xffff_ffff) {
    throw wrong(file, line, 'offset and length must be whole numbers')
  }
  const volume = sink.volumes.indexOf(name)
  sink.add(timeUs, volume, operation, offset.low, offset.high, length, Number.NaN, line)
}

function wrong(file: string, line: number, message: string): Error {
  return refuse('TRACE_ROW', message, { file, line }, 'check that the log is whole')
}
