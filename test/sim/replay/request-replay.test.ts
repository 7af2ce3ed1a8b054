/** The replay against the event-by-event form: the same latencies, losses and copies. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventByEvent, type PlainCopy } from '../../../bench/replay/event-by-event.js'
import type { Device } from '../../../sim/devices/preset.js'
import { ioTimeoutUs } from '../../../sim/replay/request-replay.js'
import { chunkBytes } from '../../../sim/replay/transfers.js'
import { type Cluster, replayed, type Seen } from './replayed.js'
import type { Row } from './rows.js'

/** Odd figures, so that completions of different stations do not fall on one instant. */
const devices: readonly Device[] = [
  flash({ readServiceUs: 101.3, writeServiceUs: 173.7, channels: 3 }),
  flash({ readServiceUs: 1009.1, writeServiceUs: 2003.9, channels: 1 }),
  disk(12_667.7, 5952.3),
  disk(9001.9, 4111.1),
]

function flash(figures: {
  readonly readServiceUs: number
  readonly writeServiceUs: number
  readonly channels: number
}): Device {
  return { kind: 'flash', ...figures, readBytesPerUs: 97.3, writeBytesPerUs: 53.9, source: 'test' }
}

function disk(aloneUs: number, deepUs: number): Device {
  const positioning = [
    { depth: 1, serviceUs: aloneUs },
    { depth: 16, serviceUs: deepUs },
  ]
  return {
    kind: 'disk',
    readPositioning: positioning,
    writePositioning: positioning,
    bytesPerUs: 271.3,
    source: 'test',
  }
}

function eventByEvent(cluster: Cluster, rows: readonly Row[], copies: readonly PlainCopy[]): Seen {
  const routes = cluster.pools.map(pools => ({ readable: pools, writable: pools }))
  const { devices: own, queueDepth } = cluster
  const options = { devices: own, routes, queueDepth, ioTimeoutUs, chunkBytes }
  const requests = rows.map(row => ({ ...row, isWrite: row.operation === 1 }))
  const { latencyUs, copyEndUs } = new EventByEvent(options, requests).run(copies)
  const volumes = cluster.pools.length
  const served = new Array<number>(volumes).fill(0)
  const lost = new Array<number>(volumes).fill(0)
  const sumUs = new Array<number>(volumes).fill(0)
  const maxUs = new Array<number>(volumes).fill(0)
  rows.forEach((row, index) => {
    const ownUs = latencyUs[index]
    if (Number.isNaN(ownUs)) {
      lost[row.volume] += 1
      return
    }
    served[row.volume] += 1
    sumUs[row.volume] += ownUs
    maxUs[row.volume] = Math.max(maxUs[row.volume], ownUs)
  })
  const ends = [...copyEndUs].map(([id, endUs]): [number, number] => [id, Math.ceil(endUs)])
  return {
    served,
    lost,
    latencySumUs: sumUs,
    latencyMaxUs: maxUs,
    copyEndUs: ends.sort((left, right) => left[0] - right[0]),
  }
}

function expectAlike(fast: Seen, plain: Seen): void {
  expect(fast.served).toEqual(plain.served)
  expect(fast.lost).toEqual(plain.lost)
  expect(fast.copyEndUs).toEqual(plain.copyEndUs)
  fast.latencySumUs.forEach((sumUs, volume) => {
    expect(sumUs).toBeCloseTo(plain.latencySumUs[volume], 3)
    expect(fast.latencyMaxUs[volume]).toBeCloseTo(plain.latencyMaxUs[volume], 3)
  })
}

const pool = fc.nat({ max: devices.length - 1 })

/** Rows with gaps of the given lengths, at whole microseconds; now and then a sequential run. */
function drawnRows(
  volumes: number,
  gapUs: fc.Arbitrary<number>,
  least: number,
): fc.Arbitrary<Row[]> {
  const row = fc.record({
    gapUs,
    volume: fc.nat({ max: volumes - 1 }),
    operation: fc.nat({ max: 1 }),
    sectors: fc.integer({ min: 1, max: 300 }),
    isSequential: fc.boolean(),
    block: fc.nat({ max: 1_000_000 }),
  })
  return fc.array(row, { minLength: least, maxLength: 250 }).map(drawn => {
    let atUs = 0
    let end = 0
    return drawn.map(({ gapUs: gap, volume, operation, sectors, isSequential, block }) => {
      atUs += gap
      const offset = isSequential ? end : block * 4096
      end = offset + sectors * 512
      return { atUs, volume, operation, bytes: sectors * 512, offset }
    })
  })
}

const drawnCopies = fc
  .array(
    fc.record({
      gapUs: fc.nat({ max: 100_000 }),
      sourcePool: pool,
      targetPool: pool,
      chunks: fc.nat({ max: 5 }),
    }),
    { maxLength: 3 },
  )
  .map(drawn => {
    let atUs = 0
    return drawn.map(({ gapUs, sourcePool, targetPool, chunks }, id) => {
      // No copy begins at the instant of another event: their order is a matter of taste.
      atUs += gapUs + 0.37
      return { id, atUs, sourcePool, targetPool, bytes: chunks * chunkBytes + 1 + id * 4099 }
    })
  })

const drawnPools = fc.array(fc.uniqueArray(pool, { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 4,
})

describe('the replay of requests and the same model event by event', () => {
  const alike = (
    gapUs: fc.Arbitrary<number>,
    depths: readonly number[],
    runs: number,
    own: readonly Device[] = devices,
    least = 1,
  ): void => {
    const drawn = drawnPools.chain(pools =>
      fc.tuple(
        fc.constant(pools),
        drawnRows(pools.length, gapUs, least),
        drawnCopies,
        fc.constantFrom(...depths),
      ),
    )
    fc.assert(
      fc.property(drawn, ([pools, rows, copies, queueDepth]) => {
        const cluster = { devices: own, pools, queueDepth }
        expectAlike(replayed(cluster, rows, copies), eventByEvent(cluster, rows, copies))
      }),
      { numRuns: runs },
    )
  }

  it('give the same latencies, losses and ends of copies at every load', () => {
    alike(fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 20_000 })), [128], 150)
  })

  it('agree where requests wait for room in a short queue', () => {
    alike(fc.nat({ max: 2000 }), [1, 2, 5, 8, 16], 250)
  })

  it('agree where requests are given up', () => {
    // No sum of some is a sum of others: two completions of one instant may come in either order.
    const sluggish = [
      flash({ readServiceUs: 1_301_337.13, writeServiceUs: 1_707_071.71, channels: 3 }),
      flash({ readServiceUs: 9_103_459.57, writeServiceUs: 4_913_827.91, channels: 2 }),
      disk(2_302_901.33, 1_104_673.87),
      disk(3_107_993.41, 709_841.03),
    ]
    // Requests that arrive together are given up together, and their slots come free together.
    alike(fc.integer({ min: 1, max: 500_000 }), [2, 16, 128], 150, sluggish, 200)
  })

  it('agree where requests of one instant come together', () => {
    alike(fc.constantFrom(0, 0, 0, 50_000), [3, 16], 100)
  })
})
