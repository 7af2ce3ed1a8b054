/** Coded volumes request by request: where each goes, when it is done, what follows it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { presets } from '../../../sim/devices/preset.js'
import { Stations } from '../../../sim/devices/stations.js'
import { codedPlan } from '../../../sim/replay/coded-plan.js'
import { type Code, membersOf, shardsOf, sizeOf } from '../../../src/core/code.js'
import { codedReplay, devicesOf, mebibyte, routeOf, second, visitsOf } from './coded-cluster.js'
import { codeAndMissing, fourTwo, tenFour, twelveTwoTwo } from './codes.js'
import type { Row } from './rows.js'

const disk = presets['hdd-7200']
const quarter = 262_144
const read = (atUs: number, offset: number, bytes = 4096): Row => ({
  atUs,
  volume: 0,
  operation: 0,
  bytes,
  offset,
})
const write = (atUs: number, offset: number, bytes = 4096): Row => ({
  ...read(atUs, offset, bytes),
  operation: 1,
})

describe('a small read', () => {
  it('is one visit where its shard stands, of a whole block, rotated by group', () => {
    fc.assert(
      fc.property(fc.nat({ max: 100_000 }), fc.nat({ max: mebibyte - 4096 }), (stripe, inside) => {
        const inStripe = inside - (inside % 4096)
        const replay = codedReplay(routeOf(fourTwo, 0), [read(0, stripe * mebibyte + inStripe)])
        replay.advance(second)
        const place = (Math.floor(inStripe / quarter) + Math.floor(stripe / 4)) % 6
        const expected = Array.from({ length: 8 }, (_, pool) => (pool === place ? 1 : 0))
        expect(visitsOf(replay, 8)).toEqual(expected)
        const alone = new Stations([disk])
        const doneUs = alone.visit(0, 0, 65_536, 0, 0, 1)
        expect(replay.tally.volumeLatencySumUs[0]).toBeCloseTo(doneUs, 6)
        expect(replay.tally.volumeReadBytes[0]).toBe(4096)
        expect(replay.coded.counts.degradedReads).toBe(0)
      }),
      { numRuns: 50 },
    )
  })

  it('of a missing shard needs those that it is made from, and waits for the slowest', () => {
    fc.assert(
      fc.property(codeAndMissing, fc.nat({ max: 63 }), ([code, missing], stripe) => {
        const route = routeOf(code, missing)
        const replay = codedReplay(route, [read(0, stripe * mebibyte)])
        replay.advance(second)
        const plan = codedPlan(code, missing)
        const rotation = Math.floor(stripe / 4) % plan.places
        const cell = rotation * plan.dataShards
        const places = membersOf(plan.reads[cell])
        const visits = visitsOf(replay, plan.places)
        expect(visits).toEqual(visits.map((_, place) => (places.includes(place) ? 1 : 0)))
        expect(replay.tally.lost).toBe(places.length === 0 ? 1 : 0)
        expect(replay.tally.served).toBe(places.length === 0 ? 0 : 1)
        const isDegraded = plan.degraded[cell] === 1 && places.length > 0
        expect(replay.coded.counts.degradedReads).toBe(isDegraded ? 1 : 0)
      }),
    )
  })

  it('waits for the pool that is busiest of k', () => {
    const route = routeOf(fourTwo, 0b1)
    // Stripe 0 stands unturned: shard 0 is missing, and made from shards 1, 2, 3 and parity 4.
    const busy = Array.from({ length: 5 }, (_, nth) => read(0, 3 * quarter + 65_536 * (nth % 3)))
    const replay = codedReplay(route, [...busy, read(1, 0)])
    replay.advance(second)
    const alone = new Stations([disk])
    let doneUs = 0
    for (const one of busy) doneUs = alone.visit(0, 0, 65_536, 0, 0, one.offset - 3 * quarter)
    doneUs = alone.visit(0, 0, 65_536, 1, 0, 0)
    expect(replay.tally.volumeLatencyMaxUs[0]).toBeCloseTo(doneUs - 1, 6)
    expect(visitsOf(replay, 6)).toEqual([0, 1, 1, 6, 1, 0])
  })
})

describe('a long read', () => {
  it('of a whole stripe reads each data shard once', () => {
    const replay = codedReplay(routeOf(fourTwo, 0), [read(0, 0, mebibyte)])
    replay.advance(second)
    expect(visitsOf(replay, 6)).toEqual([1, 1, 1, 1, 0, 0])
    expect(replay.tally.served).toBe(1)
  })

  it('of a whole stripe reads nothing twice to make what is missing', () => {
    const replay = codedReplay(routeOf(fourTwo, 0b11), [read(0, 0, mebibyte)])
    replay.advance(second)
    expect(visitsOf(replay, 6)).toEqual([0, 0, 1, 1, 1, 1])
    expect(replay.coded.counts.degradedReads).toBe(1)
  })

  it('across stripes touches both, and is lost when a part of it cannot be read', () => {
    const rows = [read(0, mebibyte - 4096, 8192)]
    const replay = codedReplay(routeOf(tenFour, 0, { stripesPerGroup: 1 }), rows)
    replay.advance(second)
    // Shard 9 of the first stripe, shard 0 of the second, which is turned by one.
    expect(visitsOf(replay, 3)).toEqual([0, 1, 0])
    expect(replay.stations.visits(9)).toBe(1)
    const lost = codedReplay(routeOf(tenFour, 0b1111_1100_0000_00, { stripesPerGroup: 1 }), rows)
    lost.advance(second)
    expect(lost.tally.lost).toBe(1)
  })
})

describe('a write', () => {
  it('is done when the slowest of the journal has it, and patches its stripe later', () => {
    const replay = codedReplay(routeOf(fourTwo, 0), [write(0, 300_000)])
    replay.advance(29 * second)
    expect(visitsOf(replay, 8)).toEqual([0, 0, 0, 0, 0, 0, 1, 1])
    expect(replay.tally.volumeLatencySumUs[0]).toBeCloseTo(4096 / 3000 + 250, 6)
    replay.advance(40 * second)
    // Shard 1 and both parities, read and written.
    expect(visitsOf(replay, 8)).toEqual([0, 2, 0, 0, 2, 2, 1, 1])
    expect(replay.coded.counts).toEqual({
      degradedReads: 0,
      journalWrites: 1,
      journalBytes: 4096,
      destagedStripes: 0,
      patchedShards: 1,
      destageReadBytes: 3 * 65_536,
      destageWriteBytes: 3 * 65_536,
    })
    expect(replay.tally.volumeWrites[0]).toBe(1)
  })

  it('patches 2 (1 + m) blocks of Reed-Solomon, 2 (2 + g) of an LRC', () => {
    const requests = (code: Code): number => {
      const replay = codedReplay(routeOf(code, 0), [write(0, 0)])
      replay.advance(60 * second)
      return visitsOf(replay, shardsOf(code)).reduce((sum, one) => sum + one, 0)
    }
    expect(requests(fourTwo)).toBe(6)
    expect(requests(tenFour)).toBe(10)
    expect(requests(twelveTwoTwo)).toBe(8)
  })

  it('that with others fills a stripe is written with it whole, and nothing is read', () => {
    const rows = Array.from({ length: 256 }, (_, nth) => write(1000 * nth, 4096 * nth))
    const replay = codedReplay(routeOf(fourTwo, 0), rows)
    replay.advance(60 * second)
    expect(visitsOf(replay, 6)).toEqual([1, 1, 1, 1, 1, 1])
    expect(replay.coded.counts).toMatchObject({
      journalWrites: 256,
      destagedStripes: 1,
      patchedShards: 0,
      destageReadBytes: 0,
      destageWriteBytes: 6 * quarter,
    })
  })

  it('of one block again and again patches it once an interval', () => {
    const rows = Array.from({ length: 100 }, (_, nth) => write(100_000 * nth, 4096 * (nth % 8)))
    const replay = codedReplay(routeOf(fourTwo, 0), rows)
    replay.advance(60 * second)
    expect(visitsOf(replay, 6)).toEqual([2, 0, 0, 0, 2, 2])
    expect(replay.coded.counts.patchedShards).toBe(1)
  })

  it('leaves the journal after the interval of the policy', () => {
    const route = routeOf(fourTwo, 0, { destageIntervalUs: 2 * second })
    const replay = codedReplay(route, [write(0, 0), write(10 * second, 0)])
    replay.advance(5 * second)
    expect(replay.stations.visits(0)).toBe(2)
    replay.advance(11 * second)
    expect(replay.stations.visits(0)).toBe(2)
    replay.advance(15 * second)
    expect(replay.stations.visits(0)).toBe(4)
  })

  it('stays in the journal while too little is there, and leaves it when it is back', () => {
    const replay = codedReplay(routeOf(fourTwo, 0b111), [write(0, 0), write(1, 65_536)])
    replay.advance(100 * second)
    expect(replay.tally.served).toBe(2)
    expect(visitsOf(replay, 6)).toEqual([0, 0, 0, 0, 0, 0])
    replay.setRoute(0, routeOf(fourTwo, 0))
    replay.advance(200 * second)
    expect(visitsOf(replay, 6)).toEqual([2, 0, 0, 0, 2, 2])
    expect(replay.coded.counts.destageWriteBytes).toBe(3 * 2 * 65_536)
  })

  it('of a whole stripe stays in the journal while too little is there', () => {
    const replay = codedReplay(routeOf(fourTwo, 0b111), [write(0, 0, mebibyte)])
    replay.advance(100 * second)
    expect(visitsOf(replay, 6)).toEqual([0, 0, 0, 0, 0, 0])
    replay.setRoute(0, routeOf(fourTwo, 0b11))
    replay.advance(200 * second)
    expect(visitsOf(replay, 6)).toEqual([0, 0, 1, 1, 1, 1])
    expect(replay.coded.counts.destagedStripes).toBe(1)
  })

  it('stays in the journal when what its patch needs goes away in the middle of it', () => {
    const replay = codedReplay(routeOf(fourTwo, 0), [write(0, 0)])
    replay.advance(30 * second)
    // Old bytes are being read.
    expect(visitsOf(replay, 6)).toEqual([1, 0, 0, 0, 1, 1])
    replay.setRoute(0, routeOf(fourTwo, 0b111))
    replay.advance(100 * second)
    expect(visitsOf(replay, 6)).toEqual([1, 0, 0, 0, 1, 1])
    replay.setRoute(0, routeOf(fourTwo, 0))
    replay.advance(200 * second)
    expect(visitsOf(replay, 6)).toEqual([3, 0, 0, 0, 3, 3])
    expect(replay.coded.counts.patchedShards).toBe(1)
  })

  it('is lost without a journal', () => {
    const replay = codedReplay(routeOf(fourTwo, 0, { journal: [] }), [write(0, 0)])
    replay.advance(second)
    expect(replay.tally.lost).toBe(1)
  })

  it('never reads or writes a missing place', () => {
    const rows = fc.array(
      fc.record({
        offset: fc.nat({ max: 8 * mebibyte }),
        bytes: fc.integer({ min: 1, max: mebibyte }),
      }),
      { minLength: 1, maxLength: 10 },
    )
    fc.assert(
      fc.property(codeAndMissing, rows, ([code, missing], drawn) => {
        const replay = codedReplay(
          routeOf(code, missing),
          drawn.map(({ offset, bytes }, nth) => write(nth, offset, bytes)),
        )
        replay.advance(100 * second)
        const visits = visitsOf(replay, shardsOf(code))
        for (const place of membersOf(missing)) expect(visits[place]).toBe(0)
        const written = visits.some(one => one > 0)
        if (sizeOf(missing) === 0) expect(written).toBe(true)
        expect(replay.tally.served).toBe(drawn.length)
      }),
      { numRuns: 50 },
    )
  })
})

describe('the queue of a coded volume', () => {
  it('holds as many requests as that of any other', () => {
    const rows = Array.from({ length: 40 }, (_, nth) => read(nth, 5 * nth * mebibyte))
    const ends = (depth: number): readonly [number, number] => {
      const replay = codedReplay(routeOf(fourTwo, 0), rows, devicesOf(fourTwo), depth)
      replay.advance(100 * second)
      return [replay.tally.served, replay.tally.volumeLatencyMaxUs[0]]
    }
    const [served, deepUs] = ends(128)
    const [servedOne, shallowUs] = ends(1)
    expect([served, servedOne]).toEqual([40, 40])
    // One at a time no disk finds others waiting, nor works beside another one.
    expect(shallowUs).toBeGreaterThan(3 * deepUs)
  })
})
