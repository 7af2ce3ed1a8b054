/** Who takes part: the replay as the twin runs it, and what it is measured beside. */
import { ioTimeoutUs, queueDepth, RequestReplay } from '../../sim/replay/request-replay.js'
import { cpuSeconds } from '../measure.js'
import { EventByEvent, type PlainRequest } from './event-by-event.js'
import { type Fleet, fleetOf, type RepeatedWindow } from './fleet.js'
import { bareChannels, bareDrive, scanColumns } from './peers.js'

export interface Outcome {
  readonly requests: number
  readonly visits: number
  readonly cpuSeconds: number
}

const scrapeIntervalUs = 15_000_000
const chunkBytes = 1_048_576
/** As many volumes have latency buckets of their own as in a run of `simulate`. */
const watchedVolumes = 1000
/** Each NVMe drive has 138 000 visits a second: as many as every fourth of 600 000 rows. */
const stretch = 4
const volumesOfAny = 10

/** Replica fan-out, seek, bandwidth, queue depth, counters, histograms: nothing is switched off. */
export function replayOf(source: RepeatedWindow, fleet: Fleet): RequestReplay {
  const volumes = fleet.pools.length
  const replay = new RequestReplay(source, {
    devices: fleet.devices,
    volumes,
    originUs: 0,
    scrapeIntervalUs,
    watched: Array.from({ length: Math.min(watchedVolumes, volumes) }, (_, volume) => volume),
    onScrape: () => {},
  })
  fleet.pools.forEach((pools, volume) => {
    replay.setRoute(volume, { published: true, readable: pools, writable: pools })
  })
  return replay
}

export function runReplay(source: RepeatedWindow, volumes: number, replicas: number): Outcome {
  source.rewind()
  const fleet = fleetOf(volumes, replicas)
  const replay = replayOf(source, fleet)
  const seconds = cpuSeconds(() => runToEnd(replay))
  let visits = 0
  for (let pool = 0; pool < fleet.devices.length; pool++) visits += replay.stations.visits(pool)
  return { requests: source.requests, visits, cpuSeconds: seconds }
}

export function runToEnd(replay: RequestReplay): void {
  for (let atUs = scrapeIntervalUs; !replay.isEmpty; atUs += scrapeIntervalUs) replay.advance(atUs)
}

/** One station with as many channels as the fleet's NVMe drive has, and no bandwidth. */
export function runBareChannels(source: RepeatedWindow): Outcome {
  source.rewind()
  const seconds = cpuSeconds(() => bareChannels(source, 100))
  return { requests: source.requests, visits: source.requests, cpuSeconds: seconds }
}

/** One of the fleet's NVMe drives, at a load like that of each of them with three replicas. */
export function runBareDrive(source: RepeatedWindow): Outcome {
  source.rewind()
  const [device] = fleetOf(volumesOfAny, 1).devices
  if (device.kind === 'disk') throw new Error('the first pool of the fleet is a disk')
  const seconds = cpuSeconds(() => bareDrive(source, device, stretch))
  return { requests: source.requests, visits: source.requests, cpuSeconds: seconds }
}

export function runScan(source: RepeatedWindow): Outcome {
  source.rewind()
  const seconds = cpuSeconds(() => scanColumns(source))
  return { requests: source.requests, visits: 0, cpuSeconds: seconds }
}

/** An object for each request, an event for each arrival, transfer, service and completion. */
export function runPlainObjects(
  source: RepeatedWindow,
  volumes: number,
  replicas: number,
): Outcome {
  source.rewind()
  const { devices, pools } = fleetOf(volumes, replicas)
  const routes = pools.map(own => ({ readable: own, writable: own }))
  const requests = objectsOf(source)
  const options = { devices, routes, queueDepth, ioTimeoutUs, chunkBytes }
  const replay = new EventByEvent(options, requests)
  const seconds = cpuSeconds(() => replay.run([]))
  return { requests: source.requests, visits: replay.outcome.visits, cpuSeconds: seconds }
}

function objectsOf(source: RepeatedWindow): readonly PlainRequest[] {
  const requests: PlainRequest[] = []
  for (let batch = source.next(); batch !== null; batch = source.next()) {
    for (let row = 0; row < batch.count; row++) {
      requests.push({
        atUs: batch.timeUs[row],
        volume: batch.volume[row],
        isWrite: batch.operation[row] === 1,
        bytes: batch.lengthBytes[row],
        offset: batch.offsetHigh[row] * 4_294_967_296 + batch.offsetLow[row],
      })
    }
  }
  return requests
}
