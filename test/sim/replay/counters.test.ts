/** The counters at each scrape, against the instants at which the same requests complete. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventByEvent } from '../../../bench/replay/event-by-event.js'
import type { Device } from '../../../sim/devices/preset.js'
import { ioTimeoutUs, queueDepth, RequestReplay } from '../../../sim/replay/request-replay.js'
import { chunkBytes } from '../../../sim/replay/transfers.js'
import { type Row, rowsSource } from './rows.js'

const second = 1_000_000
const scrapeIntervalUs = 5 * second
const volumes = 3

/** Slow, so that completions lie up to the timeout after their arrivals. */
const device: Device = {
  kind: 'flash',
  readServiceUs: 1_300_007.3,
  writeServiceUs: 2_100_003.9,
  channels: 2,
  readBytesPerUs: 97.3,
  writeBytesPerUs: 53.9,
  source: 'test',
}

const rows = fc
  .array(
    fc.record({
      gapUs: fc.nat({ max: 3 * second }),
      volume: fc.nat({ max: volumes - 1 }),
      operation: fc.nat({ max: 1 }),
      bytes: fc.integer({ min: 512, max: 100_000 }),
    }),
    { maxLength: 60 },
  )
  .map(drawn => {
    let atUs = 0
    return drawn.map(({ gapUs, volume, operation, bytes }): Row => {
      atUs += gapUs
      return { atUs, volume, operation, bytes, offset: 0 }
    })
  })

/** Reads, then writes of each volume, as every scrape shows them. */
function scraped(drawn: readonly Row[], depth: number, untilUs: number): number[][] {
  const seen: number[][] = []
  const replay = new RequestReplay(rowsSource(drawn, volumes), {
    devices: [device],
    volumes,
    originUs: 0,
    scrapeIntervalUs,
    watched: [],
    queueDepth: depth,
    onScrape: (_, counters) => {
      seen.push([...counters.reads, ...counters.writes])
    },
  })
  for (let volume = 0; volume < volumes; volume++) {
    replay.setRoute(volume, { published: true, readable: [0], writable: [0] })
  }
  replay.advance(untilUs)
  return seen
}

function completed(drawn: readonly Row[], depth: number, untilUs: number): number[][] {
  const routes = Array.from({ length: volumes }, () => ({ readable: [0], writable: [0] }))
  const options = { devices: [device], routes, queueDepth: depth, ioTimeoutUs, chunkBytes }
  const requests = drawn.map(row => ({ ...row, isWrite: row.operation === 1 }))
  const { latencyUs } = new EventByEvent(options, requests).run([])
  const expected: number[][] = []
  for (let atUs = scrapeIntervalUs; atUs <= untilUs; atUs += scrapeIntervalUs) {
    const counts = new Array<number>(2 * volumes).fill(0)
    drawn.forEach((row, index) => {
      if (row.atUs + latencyUs[index] <= atUs) counts[row.operation * volumes + row.volume] += 1
    })
    expected.push(counts)
  }
  return expected
}

describe('Counters', () => {
  it('show at each scrape what has completed by then, and nothing else', () => {
    fc.assert(
      fc.property(rows, fc.constantFrom(1, 2, 5, queueDepth), (drawn, depth) => {
        const untilUs = 60 * scrapeIntervalUs
        expect(scraped(drawn, depth, untilUs)).toEqual(completed(drawn, depth, untilUs))
      }),
    )
  })
})
