/**
 * Coded volumes at the series grain. A read goes to the place of its data shard; what falls on
 * missing places is made from several, and answered by the slowest of them. A write is answered by
 * the journal, and goes to its stripe in the same interval: whole stripes where one request covers
 * them, else each touched shard is patched, because a series tells no offsets. What the journal
 * holds is in memory as well: nothing is read from it.
 */
import type { StripeGeometry } from '../../src/core/stripe.js'
import type { CodedRoute } from '../data-path.js'
import { type CodedCounts, noCodedCounts } from './coded-counts.js'
import { codedPlan } from './coded-plan.js'
import { type CodedShares, codedShares } from './coded-shares.js'
import type { PoolLoad } from './pool-load.js'
import type { SeriesTally } from './series-tally.js'
import { slowestWaitUs } from './slowest.js'

interface CodedRow {
  readonly route: CodedRoute
  readonly shares: CodedShares
  /** Reads that are lost, as far as they are no whole one yet. */
  lostRest: number
}

/** Of one volume in one interval, on average. */
interface Pieces {
  /** Shards that one request touches. */
  readonly shards: number
  /** Bytes of each that go over the device: whole blocks, because only they can be checked. */
  readonly bytes: number
}

export class CodedSeries {
  readonly counts: CodedCounts = noCodedCounts()
  private readonly rows = new Map<number, CodedRow>()

  constructor(
    private readonly load: PoolLoad,
    private readonly tally: SeriesTally,
  ) {}

  set(volume: number, route: CodedRoute | null): void {
    if (route === null) this.rows.delete(volume)
    else {
      const plan = codedPlan(route.geometry.code, route.missing)
      this.rows.set(volume, { route, shares: codedShares(plan), lostRest: 0 })
    }
  }

  has(volume: number): boolean {
    return this.rows.has(volume)
  }

  /** What an interval's requests bring the pools. */
  offer(
    volume: number,
    reads: number,
    readBytes: number,
    writes: number,
    writeBytes: number,
  ): void {
    const row = this.rows.get(volume)
    if (row === undefined) return
    if (reads > 0) this.offerReads(row, reads, readBytes / reads)
    if (writes > 0 && row.route.journal.length > 0) this.offerWrites(row, writes, writeBytes)
  }

  private offerReads({ route, shares }: CodedRow, reads: number, size: number): void {
    const pieces = piecesOf(route.geometry, size)
    const count = (reads * pieces.shards) / shares.cells
    for (let place = 0; place < shares.direct.length; place++) {
      this.addRead(route.pools[place], count * shares.direct[place], pieces.bytes)
    }
    for (const { places, cells } of shares.rebuilt) {
      for (const place of places) this.addRead(route.pools[place], count * cells, pieces.bytes)
    }
  }

  private offerWrites(row: CodedRow, writes: number, writeBytes: number): void {
    const { route, shares } = row
    for (const pool of route.journal) {
      this.load.writes[pool] += writes
      this.load.writeBytes[pool] += writeBytes
    }
    const { stripeBytes, shardBytes } = route.geometry
    const size = writeBytes / writes
    const whole = Math.floor(size / stripeBytes)
    if (whole > 0) {
      for (const place of shares.present) {
        this.destageWrite(route.pools[place], writes * whole, shardBytes)
      }
      this.counts.destagedStripes += writes * whole
    }
    const rest = size - whole * stripeBytes
    if (rest > 0) this.patch(row, writes, piecesOf(route.geometry, rest))
  }

  /** Parity, or what stands in for a lost shard, is read and written once for all pieces. */
  private patch({ route, shares }: CodedRow, writes: number, pieces: Pieces): void {
    const { patchReads, patchWrites, patchable, cells } = shares
    const count = writes / cells
    for (let place = 0; place < route.pools.length; place++) {
      const pool = route.pools[place]
      const reads = pieces.shards * patchReads.own[place] + patchReads.others[place]
      const written = pieces.shards * patchWrites.own[place] + patchWrites.others[place]
      this.addRead(pool, count * reads, pieces.bytes)
      this.counts.destageReadBytes += count * reads * pieces.bytes
      this.destageWrite(pool, count * written, pieces.bytes)
    }
    this.counts.patchedShards += count * pieces.shards * patchable
  }

  /** Reads that complete, of so many; the others are lost: all of a volume without a route. */
  serveReads(volume: number, count: number, bytes: number): number {
    const row = this.rows.get(volume)
    if (row === undefined) return this.lose(volume, count)
    const { route, shares } = row
    const { servedShare } = this.load
    const pieces = piecesOf(route.geometry, bytes / Math.max(1, count)).shards
    let readable = 0
    let latencyUs = 0
    for (let place = 0; place < shares.direct.length; place++) {
      const part = shares.direct[place] * servedShare[route.pools[place]]
      readable += part
      latencyUs += part * this.slowestUs(route, [place], pieces)
    }
    let rebuilt = 0
    for (const { places, cells } of shares.rebuilt) {
      const part = cells * Math.min(...places.map(place => servedShare[route.pools[place]]))
      readable += part
      rebuilt += part
      latencyUs += part * this.slowestUs(route, places, Math.max(pieces, places.length))
    }
    const lost = count * (1 - readable / shares.cells) + row.lostRest
    const served = count - Math.floor(lost)
    row.lostRest = lost - Math.floor(lost)
    this.lose(volume, count - served)
    if (readable === 0) return 0
    this.counts.degradedReads += served * Math.min(1, (pieces * rebuilt) / readable)
    const pool = route.pools[shares.present[0]]
    const servedBytes = bytes * (readable / shares.cells)
    this.tally.serve(volume, pool, 0, served, servedBytes, latencyUs / readable)
    return served
  }

  /** Writes that the journal takes, of so many. */
  serveWrites(volume: number, count: number, bytes: number): number {
    const journal = this.rows.get(volume)?.route.journal ?? []
    if (journal.length === 0) return this.lose(volume, count)
    const { servedShare, writeLatencyUs } = this.load
    let [slowest] = journal
    let share = 1
    for (const pool of journal) {
      if (writeLatencyUs[pool] >= writeLatencyUs[slowest]) slowest = pool
      share = Math.min(share, servedShare[pool])
    }
    const served = Math.floor(count * share)
    this.lose(volume, count - served)
    this.counts.journalWrites += served
    this.counts.journalBytes += bytes * share
    this.tally.serve(volume, slowest, 1, served, bytes * share, writeLatencyUs[slowest])
    return served
  }

  private lose(volume: number, count: number): number {
    if (count > 0) this.tally.lose(volume, count)
    return 0
  }

  /** Of so many reads side by side: at the slowest place, with the last wait of so many. */
  private slowestUs(route: CodedRoute, places: readonly number[], count: number): number {
    const { readLatencyUs, waitUs, waitingShare } = this.load
    let slowest = route.pools[places[0]]
    for (const place of places) {
      const pool = route.pools[place]
      if (readLatencyUs[pool] > readLatencyUs[slowest]) slowest = pool
    }
    const lastUs = slowestWaitUs(count, waitUs[slowest], waitingShare[slowest])
    return readLatencyUs[slowest] - waitUs[slowest] + lastUs
  }

  private addRead(pool: number, count: number, bytes: number): void {
    this.load.reads[pool] += count
    this.load.readBytes[pool] += count * bytes
  }

  private destageWrite(pool: number, count: number, bytes: number): void {
    this.load.writes[pool] += count
    this.load.writeBytes[pool] += count * bytes
    this.counts.destageWriteBytes += count * bytes
  }
}

/** Requests are taken to begin where a shard does, if they can: few lie across two of them. */
function piecesOf({ shardBytes, blockBytes }: StripeGeometry, size: number): Pieces {
  const shards = Math.max(1, Math.ceil(size / shardBytes))
  const blocks = Math.max(1, Math.ceil(size / shards / blockBytes))
  return { shards, bytes: Math.min(shardBytes, blocks * blockBytes) }
}
