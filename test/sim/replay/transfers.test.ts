/** Transfers of any number of legs, in both grains: how long they take, and what stops them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DataPath, Leg, Transfer } from '../../../sim/data-path.js'
import type { FlashDevice } from '../../../sim/devices/preset.js'
import { RequestReplay } from '../../../sim/replay/request-replay.js'
import { SeriesReplay } from '../../../sim/replay/series-replay.js'
import { chunkBytes } from '../../../sim/replay/transfers.js'
import { rowsSource } from './rows.js'
import { seriesOf } from './series.js'

const second = 1_000_000
const hour = 3600 * second
const pools = 6

/** Each pool of another speed, so that the slowest of a chunk is one of them. */
const devices: readonly FlashDevice[] = Array.from({ length: pools }, (_, pool) => ({
  kind: 'flash',
  readServiceUs: 100 + 37 * pool,
  writeServiceUs: 130 + 53 * ((pool * 5) % pools),
  channels: 2,
  readBytesPerUs: 500 - 41 * pool,
  writeBytesPerUs: 300 + 17 * pool,
  source: 'test',
}))

const grains = ['requests', 'series'] as const

function idlePath(grain: (typeof grains)[number]): DataPath {
  const common = { devices, volumes: 1, originUs: 0, scrapeIntervalUs: 60 * second }
  if (grain === 'series') {
    return new SeriesReplay(seriesOf([], 1, second / 4), { ...common, onScrape: () => {} })
  }
  return new RequestReplay(rowsSource([], 1), { ...common, watched: [], onScrape: () => {} })
}

/** When it is finished; null: not within the hour. */
function endUs(path: DataPath, transfer: Transfer): number | null {
  path.startTransfer(transfer, 0)
  return path.advance(hour)?.atUs ?? null
}

function legUs({ pool, share }: Leg, isRead: boolean, bytes: number): number {
  const device = devices[pool]
  return isRead
    ? device.readServiceUs + Math.floor(bytes * share) / device.readBytesPerUs
    : device.writeServiceUs + Math.floor(bytes * share) / device.writeBytesPerUs
}

const drawnLegs = (least: number): fc.Arbitrary<readonly Leg[]> =>
  fc.uniqueArray(
    fc.record({
      pool: fc.nat({ max: pools - 1 }),
      share: fc.constantFrom(1, 0.5, 0.25, 0.125),
    }),
    { minLength: least, maxLength: pools, selector: leg => leg.pool },
  )

const drawnTransfer = fc.record({
  id: fc.nat({ max: 1000 }),
  bytes: fc.integer({ min: 1, max: 12 }).map(chunks => chunks * chunkBytes),
  reads: drawnLegs(1),
  writes: drawnLegs(0),
})

describe('a transfer alone', () => {
  it.each(grains)('takes the slowest read and the slowest write of each chunk: %s', grain => {
    fc.assert(
      fc.property(drawnTransfer, transfer => {
        const slowest = (legs: readonly Leg[], isRead: boolean): number =>
          Math.max(0, ...legs.map(leg => legUs(leg, isRead, chunkBytes)))
        const chunkUs = slowest(transfer.reads, true) + slowest(transfer.writes, false)
        const expectedUs = (transfer.bytes / chunkBytes) * chunkUs
        const found = endUs(idlePath(grain), transfer)
        expect(Math.abs((found ?? 0) - expectedUs)).toBeLessThanOrEqual(1.01)
      }),
    )
  })

  it.each(grains)('is never faster than it may be: %s', grain => {
    fc.assert(
      fc.property(drawnTransfer, fc.integer({ min: 1, max: 400 }), (transfer, perUs) => {
        const alone = endUs(idlePath(grain), transfer) ?? 0
        const limited = endUs(idlePath(grain), { ...transfer, bytesPerSecond: perUs * second }) ?? 0
        expect(limited).toBeGreaterThanOrEqual(Math.floor(transfer.bytes / perUs))
        expect(limited).toBeGreaterThanOrEqual(alone)
        expect(limited).toBeLessThanOrEqual(Math.max(alone, transfer.bytes / perUs) + 2)
      }),
    )
  })

  it('moves every byte of each leg once', () => {
    fc.assert(
      fc.property(drawnTransfer, fc.nat({ max: chunkBytes - 1 }), (transfer, more) => {
        const path = idlePath('requests')
        if (!(path instanceof RequestReplay)) throw new Error('requests are replayed by requests')
        const bytes = transfer.bytes + more
        expect(endUs(path, { ...transfer, bytes })).not.toBeNull()
        const chunks = Math.ceil(bytes / chunkBytes)
        for (let pool = 0; pool < pools; pool++) {
          const legs = [...transfer.reads, ...transfer.writes].filter(leg => leg.pool === pool)
          expect(path.stations.visits(pool)).toBe(chunks * legs.length)
        }
      }),
    )
  })
})

describe('transfers that meet on a pool', () => {
  /** The slowest pool of all takes what the others bring. */
  const transferTo = (id: number, from: number): Transfer => ({
    id,
    bytes: 500 * chunkBytes,
    reads: [{ pool: from, share: 1 }],
    writes: [{ pool: narrow, share: 1 }],
  })
  const narrow = 3

  it.each([2, 3, 5])('share it, %i of them, alike in both grains', count => {
    const sources = [0, 1, 2, 4, 5].slice(0, count)
    const [requests, series] = grains.map(grain => {
      const path = idlePath(grain)
      for (const [id, from] of sources.entries()) path.startTransfer(transferTo(id, from), 0)
      const ends = sources.map(() => path.advance(hour)?.atUs ?? hour)
      return ends[count - 1]
    })
    const alone = endUs(idlePath('series'), transferTo(0, sources[0])) ?? 0
    expect(series).toBeGreaterThan(alone)
    expect(series / requests).toBeGreaterThan(0.8)
    expect(series / requests).toBeLessThan(1.25)
  })
})

describe('a transfer one pool of which is down', () => {
  const quarter = (pool: number): Leg => ({ pool, share: 0.25 })
  const transfer: Transfer = {
    id: 3,
    bytes: 2000 * chunkBytes,
    reads: [quarter(0), quarter(1)],
    writes: [quarter(2), quarter(3)],
  }

  it.each(grains.flatMap(grain => [0, 1, 2, 3].map(pool => ({ grain, pool }))))(
    'stands still, and goes on when pool $pool is back: $grain',
    ({ grain, pool }) => {
      const undisturbedUs = endUs(idlePath(grain), transfer) ?? 0
      const path = idlePath(grain)
      path.startTransfer(transfer, 0)
      expect(path.advance(second)).toBeNull()
      const before = path.transferredBytes(3)
      expect(before).toBeGreaterThan(0)
      path.setPoolDown(pool, true)
      expect(path.advance(61 * second)).toBeNull()
      expect(path.transferredBytes(3) - before).toBeLessThanOrEqual(chunkBytes)
      path.setPoolDown(pool, false)
      const end = path.advance(hour)
      expect(end?.id).toBe(3)
      expect(Math.abs((end?.atUs ?? 0) - undisturbedUs - 60 * second)).toBeLessThan(20_000)
    },
  )

  it.each(grains)('goes on only when the last of two pools is back: %s', grain => {
    const path = idlePath(grain)
    path.startTransfer(transfer, 0)
    path.setPoolDown(0, true)
    path.setPoolDown(3, true)
    path.advance(second)
    path.setPoolDown(0, false)
    expect(path.advance(hour)).toBeNull()
    expect(path.transferredBytes(3)).toBe(0)
    path.setPoolDown(3, false)
    expect(path.advance(2 * hour)?.id).toBe(3)
  })

  it.each(grains)('is forgotten when it is stopped: %s', grain => {
    const path = idlePath(grain)
    path.startTransfer(transfer, 0)
    path.setPoolDown(1, true)
    path.advance(second)
    path.stopTransfer(3)
    path.setPoolDown(1, false)
    expect(path.advance(hour)).toBeNull()
    expect(path.transferredBytes(3)).toBe(0)
  })
})
