/** A replay of rows and copies to its end, and what it can tell of it. */
import { expect } from 'vitest'
import type { PlainCopy } from '../../../bench/replay/event-by-event.js'
import type { Transfer } from '../../../sim/data-path.js'
import type { Device } from '../../../sim/devices/preset.js'
import { RequestReplay } from '../../../sim/replay/request-replay.js'
import { type Row, rowsSource } from './rows.js'

const second = 1_000_000

export interface Cluster {
  readonly devices: readonly Device[]
  readonly pools: readonly (readonly number[])[]
  readonly queueDepth: number
}

/** What both forms can tell: counts and latencies by volume, losses, when copies ended. */
export interface Seen {
  readonly served: readonly number[]
  readonly lost: readonly number[]
  readonly latencySumUs: readonly number[]
  readonly latencyMaxUs: readonly number[]
  readonly copyEndUs: readonly (readonly [number, number])[]
}

export function replayed(
  cluster: Cluster,
  rows: readonly Row[],
  copies: readonly PlainCopy[],
): Seen {
  const volumes = cluster.pools.length
  const replay = new RequestReplay(rowsSource(rows, volumes), {
    devices: cluster.devices,
    volumes,
    originUs: 0,
    scrapeIntervalUs: 15 * second,
    watched: [],
    queueDepth: cluster.queueDepth,
    onScrape: () => {},
  })
  cluster.pools.forEach((pools, volume) => {
    replay.setRoute(volume, { published: true, readable: pools, writable: pools })
  })
  const copyEndUs: [number, number][] = []
  const advance = (untilUs: number): void => {
    for (let end = replay.advance(untilUs); end !== null; end = replay.advance(untilUs)) {
      copyEndUs.push([end.id, end.atUs])
    }
  }
  for (const copy of copies) {
    advance(copy.atUs)
    replay.startTransfer(transferOf(copy), copy.atUs)
  }
  advance((rows[rows.length - 1]?.atUs ?? 0) + 3600 * second)
  expect(replay.isEmpty).toBe(true)
  const { tally } = replay
  return {
    served: cluster.pools.map((_, one) => tally.volumeReads[one] + tally.volumeWrites[one]),
    lost: [...tally.volumeLost],
    latencySumUs: [...tally.volumeLatencySumUs],
    latencyMaxUs: [...tally.volumeLatencyMaxUs],
    copyEndUs: copyEndUs.sort((left, right) => left[0] - right[0]),
  }
}

function transferOf({ id, bytes, sourcePool, targetPool }: PlainCopy): Transfer {
  const reads = [{ pool: sourcePool, share: 1 }]
  return { id, bytes, reads, writes: [{ pool: targetPool, share: 1 }] }
}
