/**
 * Looks at the world at even distances: load and fill of the tiers, load and place of every volume.
 */
import type { FormSeriesRow } from '../../src/core/coding-result.js'
import { type Tier, tiers, type VolumeTier } from '../../src/core/model.js'
import { type TierSeriesRow, tierCodes, type VolumeSeries } from '../../src/core/result.js'
import type { ModelPool } from '../mayastor/state.js'
import type { World } from '../world.js'

/** Instants of a run at the most, and cells of all volumes together. */
const mostInstants = 400
const mostCells = 8_000_000
const minuteUs = 60_000_000
const distancesUs = [1, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440].map(one => one * minuteUs)

export class Sampler {
  readonly intervalUs: number
  readonly tierRows: TierSeriesRow[] = []
  readonly formRows: FormSeriesRow[] = []
  private readonly instants: number[] = []
  private readonly counts: Float64Array[] = []
  private readonly places: Uint8Array[] = []
  private readonly latencies: Float32Array[] = []
  private readonly latencySumUs: Float64Array
  private readonly before: Record<Tier, { count: number; sumUs: number }>
  /** Instants that make one sampling window. */
  private readonly windowInstants: number

  constructor(
    private readonly world: World,
    private readonly tierOfPool: readonly (Tier | null)[],
    windowUs: number,
    lengthUs: number,
  ) {
    const volumes = world.control.volumes.length
    const instants = Math.min(mostInstants, Math.max(2, Math.floor(mostCells / volumes)))
    const longest = distancesUs[distancesUs.length - 1]
    this.intervalUs = distancesUs.find(one => lengthUs <= one * instants) ?? longest
    this.windowInstants = Math.max(1, Math.floor(windowUs / this.intervalUs))
    this.latencySumUs = new Float64Array(volumes)
    const none = { count: 0, sumUs: 0 }
    this.before = { hot: none, warm: none, cold: none }
  }

  start(): void {
    this.look()
    const { engine } = this.world
    const again = (): void => {
      this.look()
      engine.schedule(engine.nowUs + this.intervalUs, again)
    }
    engine.schedule(engine.nowUs + this.intervalUs, again)
  }

  volumeSeries(): VolumeSeries {
    const { volumes } = this.world.control
    const heatIops = new Float32Array(this.instants.length * volumes.length)
    const tier = new Uint8Array(heatIops.length)
    const meanLatencyUs = new Float32Array(heatIops.length)
    this.instants.forEach((_, row) => {
      const first = Math.max(0, row - this.windowInstants)
      const seconds = ((row - first) * this.intervalUs) / 1_000_000
      for (let volume = 0; volume < volumes.length; volume++) {
        const count = this.counts[row][volume] - this.counts[first][volume]
        heatIops[row * volumes.length + volume] = seconds === 0 ? Number.NaN : count / seconds
      }
      tier.set(this.places[row], row * volumes.length)
      meanLatencyUs.set(this.latencies[row], row * volumes.length)
    })
    const names = volumes.map(volume => volume.name)
    return { volumes: names, atUs: this.instants, heatIops, tier, meanLatencyUs }
  }

  private look(): void {
    const { world } = this
    const { tally } = world.replay
    const { volumes } = world.control
    this.instants.push(world.engine.nowUs)
    const counts = new Float64Array(volumes.length)
    const places = new Uint8Array(volumes.length)
    for (let volume = 0; volume < volumes.length; volume++) {
      counts[volume] = tally.volumeReads[volume] + tally.volumeWrites[volume]
      places[volume] = tierCodes.indexOf(this.placeOf(volume))
    }
    const operations = this.operationsSince(counts)
    this.latencies.push(this.latenciesSince(counts))
    this.counts.push(counts)
    this.places.push(places)
    for (const tier of tiers) this.tierRows.push(this.rowOf(tier, operations[tier]))
    this.formRows.push(this.formRow())
  }

  /**
   * Operations since the last look, by the tier of each volume's first replica, or of its shards: a
   * volume in mid-move stands on two. Those behind an overloaded pool count, copies do not: nobody
   * asked for them.
   */
  private operationsSince(counts: Float64Array): Record<Tier, number> {
    const before = this.counts[this.counts.length - 1] ?? null
    const operations = { hot: 0, warm: 0, cold: 0 }
    for (let volume = 0; volume < counts.length; volume++) {
      const [pool] = this.poolsOf(volume)
      const tier = pool === undefined ? null : this.tierOfPool[pool.index]
      if (tier !== null) operations[tier] += counts[volume] - (before === null ? 0 : before[volume])
    }
    return operations
  }

  /** Mean latency of each volume since the last look. */
  private latenciesSince(counts: Float64Array): Float32Array {
    const before = this.counts[this.counts.length - 1] ?? null
    const sums = this.world.replay.tally.volumeLatencySumUs
    const means = new Float32Array(counts.length)
    for (let volume = 0; volume < counts.length; volume++) {
      const served = counts[volume] - (before === null ? 0 : before[volume])
      const sumUs = sums[volume] - this.latencySumUs[volume]
      means[volume] = served === 0 ? Number.NaN : sumUs / served
    }
    this.latencySumUs.set(sums)
    return means
  }

  private rowOf(tier: Tier, operations: number): TierSeriesRow {
    const { world } = this
    const { latencyCount, latencySumUs } = world.replay.tally
    let count = 0
    let sumUs = 0
    let capacityBytes = 0
    this.tierOfPool.forEach((own, pool) => {
      if (own !== tier) return
      count += latencyCount[2 * pool] + latencyCount[2 * pool + 1]
      sumUs += latencySumUs[2 * pool] + latencySumUs[2 * pool + 1]
      capacityBytes += world.control.pools[pool].capacityBytes
    })
    const before = this.before[tier]
    this.before[tier] = { count, sumUs }
    const served = count - before.count
    return {
      atUs: world.engine.nowUs,
      tier,
      volumes: world.ledger.volumes()[tier],
      capacityBytes,
      usedBytes: world.ledger.usedBytes()[tier],
      iops: (operations * 1_000_000) / this.intervalUs,
      meanLatencyUs: served === 0 ? null : (sumUs - before.sumUs) / served,
    }
  }

  placeOf(volume: number): VolumeTier {
    let place: VolumeTier | null = null
    for (const pool of this.poolsOf(volume)) {
      const tier = this.tierOfPool[pool.index]
      if (tier === null) return 'outside'
      if (place !== null && place !== tier) return 'mixed'
      place = tier
    }
    return place ?? 'outside'
  }
  /** Pools that serve the volume: of its shards where they do, else of its replicas. */
  private poolsOf(volume: number): readonly ModelPool[] {
    const { coded, replicas } = this.world.control.volumes[volume]
    return coded?.serves === true ? coded.pools : replicas.map(replica => replica.pool)
  }

  private formRow(): FormSeriesRow {
    const { ledger, coding, engine } = this.world
    const bytes = ledger.bytesByForm()
    const saved = coding.freedBytes()
    return {
      atUs: engine.nowUs,
      replicaBytes: bytes.replicated,
      codedBytes: bytes.coded,
      journalBytes: bytes.journal,
      savedBytes: tiers.reduce((sum, tier) => sum + saved[tier], 0),
    }
  }
}
