/**
 * blkparse's text, as its default format prints it. Which event is counted decides the result: by
 * default D, issued to the device.
 */
import { operations } from '../batch.js'
import { linesOf } from '../lines.js'
import { refuse } from '../problem.js'
import type { RequestSink } from '../request-sink.js'
import type { ReaderOptions, RequestFormat } from './format.js'
import { timeUs, wholeNumber, wideNumber } from './number.js'

const event =
  /^\s*(\d+,\d+)\s+\d+\s+\d+\s+(\d+\.\d+)\s+\d+\s+([A-Z]{1,2})\s+([A-Z]+)(?:\s+(\d+)\s+\+\s+(\d+))?/

export const blkparse: RequestFormat = {
  grain: 'requests',
  name: 'blkparse',
  places: 'line',
  title: 'blkparse text',
  matches: head => event.test(head.lines[0] ?? ''),
  read,
}

async function read(file: string, sink: RequestSink, options: ReaderOptions): Promise<void> {
  for await (const { first, lines } of linesOf(file)) {
    for (let index = 0; index < lines.length; index++) {
      const line = lines[index]
      const match = event.exec(line)
      if (match === null) {
        // The summary after the events, messages and blank lines are no events.
        if (/^\s*\d+,\d+\s+\d+\s+\d+\s+\S+\s+\d+\s+[A-Z]/.test(line)) {
          const hint = 'check that the line is whole'
          throw refuse('TRACE_ROW', 'the row is no event', { file, line: first + index }, hint)
        }
        continue
      }
      if (match[3] === options.event) take(sink, match, first + index)
    }
  }
}

function take(sink: RequestSink, match: RegExpExecArray, line: number): void {
  const time = timeUs(match[2], 's')
  const sector = wideNumber(match[5] ?? '', 512)
  const sectors = wholeNumber(match[6] ?? '')
  // An event without a place, such as a flush, moves no bytes.
  if (time === null || sector === null || sectors === null) return
  const operation = operationOf(match[4])
  if (operation === null) return
  const volume = sink.volumes.indexOf(match[1])
  sink.add(time, volume, operation, sector.low, sector.high, sectors * 512, Number.NaN, line)
}

/** RWBS: D is a discard, R a read, W a write; a leading F is a flush before it; N is nothing. */
function operationOf(letters: string): number | null {
  if (letters.startsWith('D')) return operations.other
  if (letters.includes('R') && !letters.includes('W')) return operations.read
  return letters.includes('W') ? operations.write : null
}
