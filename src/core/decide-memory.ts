/**
 * What the decision keeps from round to round. It belongs to one operator and is lost with it:
 * everything that must survive a restart is in the journal, and losing this is never unsafe.
 */
import { Footprints } from './footprints.js'
import type { HeatTable } from './heat.js'
import { type Landscape, survey, type VolumeView } from './landscape.js'
import { PoolLoads } from './load.js'
import type { Observation, Tier, VolumeId } from './model.js'
import { Pasts } from './past.js'
import type { ReasonCode } from './reasons.js'
import type { MigrationRecord } from './record.js'
import type { PolicyObject } from './resources.js'
import { StandingWishes } from './standing-wishes.js'
import type { Wish } from './verdict.js'

export interface VolumeMemory {
  /** The last decision that was told: the next one is told only if it differs. */
  toldVerdict: 'stay' | 'move' | 'blocked' | null
  toldReason: ReasonCode | null
  toldTo: Tier | null
  /** Since when it wishes to move, and where to. */
  wishedSinceUs: number
  wishedTo: Tier | null
  /** Since when it has been wanted on a lower tier without interruption; null: it is not. */
  downSinceUs: number | null
  /** The same for the lowest tier. */
  coldSinceUs: number | null
  /** The guard on many demotions at once has let this wish pass. */
  guardPassed: boolean
  /** Index in the heat window of its policy, once known. */
  heatIndex: number
  heatWindowUs: number
}

/** Whether the last decision that was told of the volume has this verdict, target and reason. */
export function isTold(memory: VolumeMemory, wish: Wish): boolean {
  return (
    memory.toldReason === wish.reason &&
    memory.toldVerdict === wish.kind &&
    memory.toldTo === wish.to
  )
}

export class DecideMemory {
  readonly pasts = new Pasts()
  /** Tiers of a policy that had no room for somebody in the last round. */
  fullTiers: ReadonlySet<string> = new Set()
  /** Conditions that were told not to hold, with their words. */
  readonly conditions = new Map<string, string>()
  /** The landscape whose conditions were told. */
  conditionsOf: Landscape | null = null
  landscape: Landscape | null = null
  /** Aligned with landscape.volumes. */
  volumes: readonly VolumeMemory[] = []
  /** Aligned with them. */
  standing = new StandingWishes(0)
  private readonly footprints = new Footprints()
  private loads: PoolLoads | null = null
  private byVolume = new Map<VolumeId, VolumeMemory>()

  look(observation: Observation<PolicyObject>): Landscape {
    const before = this.landscape
    const { cluster, policies } = observation
    if (before?.cluster === cluster && before.policies === policies) return before
    const landscape = survey(cluster, policies, before)
    if (before?.volumePlaces !== landscape.volumePlaces) this.align(landscape.volumes)
    this.landscape = landscape
    return landscape
  }

  /** Reads the journal: no wish stands that rested on another past. */
  read(records: readonly MigrationRecord[]): void {
    this.pasts.read(records)
    for (const volume of this.pasts.takeChanged()) {
      const place = this.landscape?.volumePlaces.get(volume)
      if (place !== undefined) this.standing.forget(place)
    }
  }

  /** Loads of the pools; what was measured for the ones before is taken over while it stands. */
  loadsOf(landscape: Landscape, heat: HeatTable): PoolLoads {
    this.loads = new PoolLoads(landscape, heat, this.footprints, this.loads)
    return this.loads
  }

  private align(views: readonly VolumeView[]): void {
    this.standing = new StandingWishes(views.length)
    const kept = new Map<VolumeId, VolumeMemory>()
    this.volumes = views.map(view => {
      const memory = this.byVolume.get(view.volume.id) ?? emptyMemory()
      kept.set(view.volume.id, memory)
      return memory
    })
    this.byVolume = kept
  }
}

function emptyMemory(): VolumeMemory {
  return {
    toldVerdict: null,
    toldReason: null,
    toldTo: null,
    wishedSinceUs: 0,
    wishedTo: null,
    downSinceUs: null,
    coldSinceUs: null,
    guardPassed: false,
    heatIndex: -1,
    heatWindowUs: 0,
  }
}
