/** One coded volume on disks with a journal on flash, replayed request by request. */
import type { CodedRoute } from '../../../sim/data-path.js'
import { type Device, type FlashDevice, presets } from '../../../sim/devices/preset.js'
import { RequestReplay } from '../../../sim/replay/request-replay.js'
import { type Code, shardsOf } from '../../../src/core/code.js'
import { stripeGeometry } from '../../../src/core/stripe.js'
import { type Row, rowsSource } from './rows.js'

export const second = 1_000_000
export const mebibyte = 1_048_576

const flash: FlashDevice = {
  kind: 'flash',
  readServiceUs: 100,
  writeServiceUs: 110,
  channels: 50,
  readBytesPerUs: 5000,
  writeBytesPerUs: 3000,
  source: 'test',
}

/** Places first, then two pools of the journal, of which the second is slower. */
export function devicesOf(code: Code, place: Device = presets['hdd-7200']): readonly Device[] {
  const journal = [flash, { ...flash, writeServiceUs: 250 }]
  return [...Array.from({ length: shardsOf(code) }, () => place), ...journal]
}

export function routeOf(code: Code, missing: number, change: Partial<CodedRoute> = {}): CodedRoute {
  const places = shardsOf(code)
  return {
    geometry: stripeGeometry(code, mebibyte),
    pools: Array.from({ length: places }, (_, place) => place),
    stripesPerGroup: 4,
    missing,
    journal: [places, places + 1],
    ...change,
  }
}

export function codedReplay(
  route: CodedRoute,
  rows: readonly Row[],
  devices = devicesOf(route.geometry.code),
  queueDepth = 128,
): RequestReplay {
  const replay = new RequestReplay(rowsSource(rows, 1), {
    devices,
    volumes: 1,
    originUs: 0,
    scrapeIntervalUs: 15 * second,
    watched: [],
    queueDepth,
    onScrape: () => {},
  })
  replay.setRoute(0, route)
  return replay
}

/** Visits of each pool. */
export function visitsOf(replay: RequestReplay, pools: number): readonly number[] {
  return Array.from({ length: pools }, (_, pool) => replay.stations.visits(pool))
}
