/**
 * Requests of coded volumes, one by one. A read goes to the shards that its bytes lie in, whole
 * blocks of them; where a shard cannot be read, the same blocks of others are, and the slowest
 * counts. A write is done when the slowest copy of the journal has it, and goes to its stripe
 * later. Trailers of blocks are taken to be in the coder's memory.
 */
import type { CodedRoute } from '../data-path.js'
import type { Stations } from '../devices/stations.js'
import { type CodedCounts, noCodedCounts } from './coded-counts.js'
import { firstPlace, type PlaceSet } from './coded-plan.js'
import { CodedVolume, type Piece } from './coded-volume.js'
import { Destage } from './destage.js'
import { DirtyStripe } from './dirty-stripe.js'

export class CodedRequests {
  readonly counts: CodedCounts = noCodedCounts()
  readonly destage: Destage
  /** The slowest pool of the request that was sent last, -1 where none could take it. */
  slowest = -1
  private readonly volumes = new Map<number, CodedVolume>()
  private doneUs = 0

  constructor(private readonly stations: Stations) {
    this.destage = new Destage(stations, this.counts)
  }

  has(volume: number): boolean {
    return this.volumes.has(volume)
  }

  set(volume: number, route: CodedRoute | null): void {
    const known = this.volumes.get(volume)
    if (route === null) {
      if (known !== undefined) this.destage.forget(known)
      this.volumes.delete(volume)
    } else if (known === undefined) this.volumes.set(volume, new CodedVolume(volume, route))
    else known.set(route)
  }

  /** Answers when it is done; `slowest` tells by whom. */
  send(volume: number, operation: number, bytes: number, atUs: number, offset: number): number {
    this.slowest = -1
    this.doneUs = 0
    const own = this.volumes.get(volume)
    if (own === undefined) return 0
    if (operation === 0) this.read(own, own.pieces(offset, bytes), atUs)
    else this.write(own, own.pieces(offset, bytes), bytes, atUs)
    return this.doneUs
  }

  private read(own: CodedVolume, pieces: readonly Piece[], atUs: number): void {
    const { plan } = own
    const cell = own.cell(pieces[0].stripe, pieces[0].shard)
    if (pieces.length === 1 && plan.degraded[cell] === 0) {
      this.visit(own, plan.reads[cell], pieces[0], atUs)
      return
    }
    const isUnreadable = ({ stripe, shard }: Piece): boolean =>
      plan.reads[own.cell(stripe, shard)] === 0
    if (pieces.some(isUnreadable)) return
    let isDegraded = false
    for (let first = 0; first < pieces.length; ) {
      let end = first + 1
      while (end < pieces.length && pieces[end].stripe === pieces[first].stripe) end++
      if (this.readStripe(own, pieces, first, end, atUs)) isDegraded = true
      first = end
    }
    if (isDegraded) this.counts.degradedReads += 1
  }

  /** Pieces of one stripe: those that are there first, then those that are made from others. */
  private readStripe(
    own: CodedVolume,
    pieces: readonly Piece[],
    first: number,
    end: number,
    atUs: number,
  ): boolean {
    const { plan, route } = own
    /** Places whose whole shard is read already. */
    let atHand: PlaceSet = 0
    let isDegraded = false
    for (const degraded of [0, 1]) {
      for (let index = first; index < end; index++) {
        const piece = pieces[index]
        const cell = own.cell(piece.stripe, piece.shard)
        if (plan.degraded[cell] !== degraded) continue
        if (degraded === 1) isDegraded = true
        this.visit(own, plan.reads[cell] & ~atHand, piece, atUs)
        if (piece.to - piece.from === route.geometry.shardBytes) atHand |= plan.reads[cell]
      }
    }
    return isDegraded
  }

  private write(own: CodedVolume, pieces: readonly Piece[], bytes: number, atUs: number): void {
    const { journal, geometry } = own.route
    if (journal.length === 0) return
    for (const pool of journal) {
      const stream = own.journalStream
      this.note(pool, this.stations.visit(pool, 1, bytes, atUs, stream, own.journalEnd))
    }
    own.journalEnd += bytes
    this.counts.journalWrites += 1
    this.counts.journalBytes += bytes
    for (const { stripe, shard, from, to } of pieces) {
      const dirty = own.dirty.get(stripe) ?? new DirtyStripe(geometry)
      own.dirty.set(stripe, dirty)
      dirty.write(shard, from, to)
    }
    this.destage.wake(own, atUs)
  }

  /** The blocks of a piece, read at each of these places side by side. */
  private visit(own: CodedVolume, places: PlaceSet, piece: Piece, atUs: number): void {
    const { blockBytes, shardBytes } = own.route.geometry
    const begin = Math.floor(piece.from / blockBytes) * blockBytes
    const end = Math.min(shardBytes, Math.ceil(piece.to / blockBytes) * blockBytes)
    const offset = piece.stripe * shardBytes + begin
    for (let rest = places; rest !== 0; rest &= rest - 1) {
      const pool = own.route.pools[firstPlace(rest)]
      this.note(pool, this.stations.visit(pool, 0, end - begin, atUs, own.index, offset))
    }
  }

  private note(pool: number, doneUs: number): void {
    if (doneUs < this.doneUs) return
    this.doneUs = doneUs
    this.slowest = pool
  }
}
