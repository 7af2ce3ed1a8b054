/** Requests and the series made of them have the same mean latency below 0.8. */
import { describe, expect, it } from 'vitest'
import { type Device, type FlashDevice, presets } from '../../../sim/devices/preset.js'
import { stream } from '../../../sim/engine/stream.js'
import { RequestReplay } from '../../../sim/replay/request-replay.js'
import { SeriesReplay } from '../../../sim/replay/series-replay.js'
import { type Row, rowsSource } from './rows.js'
import { seriesOf } from './series.js'

const minute = 60_000_000

interface Fleet {
  readonly device: Device
  readonly pools: number
  readonly volumes: number
  readonly replicas: number
  readonly writesPercent: number
  readonly bytes: number
}

/** Poisson arrivals whose rate changes from minute to minute, between half and once and a half. */
function poissonRows(fleet: Fleet, perSecond: number, minutes: number): Row[] {
  const draw = stream(11, 'grains')
  const rows: Row[] = []
  for (let at = 0; at < minutes; at++) {
    const meanGapUs = 1_000_000 / (perSecond * (0.5 + draw.integer(1000) / 1000))
    let atUs = at * minute
    for (;;) {
      atUs += -Math.log((draw.integer(1 << 24) + 0.5) / (1 << 24)) * meanGapUs
      if (atUs >= (at + 1) * minute) break
      const operation = draw.integer(100) < fleet.writesPercent ? 1 : 0
      const bytes = Math.ceil((fleet.bytes * (1 + draw.integer(8))) / 4)
      const offset = draw.integer(1 << 30) * 512
      rows.push({
        atUs: Math.floor(atUs),
        volume: draw.integer(fleet.volumes),
        operation,
        bytes,
        offset,
      })
    }
  }
  return rows
}

interface Means {
  readonly requestsUs: number
  readonly seriesUs: number
  readonly busiest: number
  readonly served: readonly [number, number]
}

function bothGrains(fleet: Fleet, rows: readonly Row[], minutes: number): Means {
  const { volumes, pools, replicas } = fleet
  const common = {
    devices: Array.from({ length: pools }, () => fleet.device),
    volumes,
    originUs: 0,
    scrapeIntervalUs: minute,
  }
  const source = rowsSource(rows, volumes, 4096)
  const requests = new RequestReplay(source, { ...common, watched: [], onScrape: () => {} })
  const series = new SeriesReplay(seriesOf(rows, volumes, minute), {
    ...common,
    onScrape: () => {},
  })
  for (let volume = 0; volume < volumes; volume++) {
    const own = Array.from({ length: replicas }, (_, replica) => (volume + replica) % pools)
    const route = { published: true, readable: own, writable: own }
    requests.setRoute(volume, route)
    series.setRoute(volume, route)
  }
  requests.advance(minutes * minute)
  series.advance(minutes * minute)
  const channels = fleet.device.kind === 'disk' ? 1 : fleet.device.channels
  const busy = common.devices.map((_, pool) => requests.stations.busyUs(pool))
  return {
    requestsUs: mean(requests.tally),
    seriesUs: mean(series.tally),
    busiest: Math.max(...busy) / (channels * minutes * minute),
    served: [requests.tally.served, series.tally.served],
  }
}

function mean(tally: {
  readonly latencySumUs: Float64Array
  readonly latencyCount: Float64Array
}): number {
  const sum = (values: Float64Array): number => values.reduce((total, one) => total + one, 0)
  return sum(tally.latencySumUs) / sum(tally.latencyCount)
}

const flash = (figures: Partial<FlashDevice>): Device => ({
  kind: 'flash',
  readServiceUs: 100,
  writeServiceUs: 100,
  channels: 1,
  readBytesPerUs: 500,
  writeBytesPerUs: 500,
  source: 'test',
  ...figures,
})

describe('the two grains', () => {
  const disk = presets['hdd-7200']
  const narrow = flash({ readServiceUs: 4000, writeServiceUs: 9000, channels: 2 })
  const slow = flash({ readServiceUs: 8000, writeServiceUs: 8000, channels: 10 })
  const thin = flash({ readBytesPerUs: 10, writeBytesPerUs: 8 })
  const base = { pools: 1, volumes: 6, replicas: 1, writesPercent: 59, bytes: 16_384 }
  const minutes = 20

  it.each([
    { name: 'disk', device: disk, perSecond: [10, 40, 70, 85] },
    { name: 'read disk', device: disk, perSecond: [10, 40, 65], writesPercent: 0 },
    { name: 'narrow flash', device: narrow, perSecond: [30, 90, 150] },
    { name: 'wide flash', device: slow, perSecond: [200, 650] },
    { name: 'bandwidth', device: thin, perSecond: [50, 150, 280] },
    { name: '2 disks', device: disk, perSecond: [10, 30, 60], pools: 2, replicas: 2 },
    { name: '3 of 6 disks', device: disk, perSecond: [30, 100, 160], pools: 6, replicas: 3 },
    { name: '2 of 5 flash', device: narrow, perSecond: [100, 420], pools: 5, replicas: 2 },
  ])('agree on the mean latency of $name within 20 % below 0.8', ({ perSecond, ...own }) => {
    const fleet = { ...base, ...own }
    for (const rate of perSecond) {
      const { requestsUs, seriesUs, busiest, served } = bothGrains(
        fleet,
        poissonRows(fleet, rate, minutes),
        minutes,
      )
      expect(busiest).toBeLessThan(0.8)
      expect(seriesUs / requestsUs).toBeGreaterThan(0.8)
      expect(seriesUs / requestsUs).toBeLessThan(1.2)
      expect(served[1]).toBe(served[0])
    }
  })
})
