/**
 * What a history has told up to now, as the laws need it: volumes and replicas as they truly are,
 * migrations as their records say, cordons, operators, nodes and pools. One entry costs the same
 * however long the history is.
 */
import { type CodedEvent, isOfCoded } from '../coded-event.js'
import type { Command } from '../command.js'
import type { HistoryEntry } from '../event.js'
import type { PolicyName, PoolId, ReplicaId, Tier, VolumeId } from '../model.js'
import type { MigrationRecord } from '../record.js'
import type { StripeCommand } from '../stripe-command.js'
import { hearCoded, type ToldCoded } from './told-coded.js'
import { newVolume, type ToldCordon, type ToldVolume } from './told-volume.js'

export class Told {
  readonly volumes = new Map<VolumeId, ToldVolume>()
  readonly coded = new Map<VolumeId, ToldCoded>()
  /** By name; a finished one is let go. */
  readonly running = new Map<string, MigrationRecord>()
  readonly runningOf = new Map<VolumeId, string>()
  readonly cordons = new Map<string, ToldCordon>()
  /** Volumes, nodes and pools that are not as they should be, and since when. */
  readonly notWhole = new Map<string, number>()
  readonly stopped = new Map<PolicyName, number>()
  /** Policies that a person switched on since the history began. */
  readonly started = new Set<PolicyName>()
  readonly replicasOfPool = new Map<PoolId, Map<ReplicaId, VolumeId>>()
  readonly poolChangedUs = new Map<PoolId, number>()
  /** Those that run, and since when. */
  readonly operators = new Map<string, number>()
  /** The tier that a migration's volume deserved when it was last looked at; null is unknown. */
  readonly looked = new Map<string, Tier | null>()
  pausedUs: number | null = null
  /** The last instant at which a command's answer did not come or could not be given. */
  unreachedUs = Number.NEGATIVE_INFINITY
  restartedUs = Number.NEGATIVE_INFINITY
  /** Doors that a cordon is undone through and a fault keeps shut; when the last one opened. */
  readonly shutDoors = new Set<string>()
  reopenedUs = Number.NEGATIVE_INFINITY
  /** The migration of the last command that would set a cordon, by the cordon's name. */
  readonly cordonCommands = new Map<string, string | null>()

  volume(id: VolumeId): ToldVolume {
    const known = this.volumes.get(id)
    if (known !== undefined) return known
    const volume = newVolume()
    this.volumes.set(id, volume)
    return volume
  }

  /** Replicas the volume is meant to have: as its running migration says, or a person since. */
  intended(id: VolumeId): number {
    const volume = this.volume(id)
    const name = this.runningOf.get(id)
    const status = name === undefined ? null : this.running.get(name)?.status
    if (status == null || volume.countedUs > status.startedUs) return volume.replicaCount
    return status.intendedReplicas
  }

  healthy(id: VolumeId): number {
    let healthy = 0
    for (const replica of this.volume(id).replicas.values()) if (replica.synced) healthy += 1
    return healthy
  }

  hear(entry: HistoryEntry): void {
    switch (entry.kind) {
      case 'record':
        this.hearRecord(entry.record, entry.atUs)
        break
      case 'looked-again':
        this.looked.set(entry.migration, entry.wanted)
        break
      case 'command':
        this.hearCommand(entry)
        break
      case 'reply':
        if (entry.reply === 'unknown') this.unreachedUs = entry.atUs
        break
      case 'restart':
        this.operators.set(entry.operator, entry.atUs)
        this.restartedUs = entry.atUs
        break
      case 'crash':
        this.operators.delete(entry.operator)
        break
      case 'cordon-set':
        this.hearCordon(entry.what, entry.by, entry.atUs)
        break
      case 'cordon-cleared':
        this.cordons.delete(entry.what)
        break
      default:
        this.hearWorld(entry)
    }
  }

  private hearWorld(entry: HistoryEntry): void {
    switch (entry.kind) {
      case 'policy-changed':
        this.hearPolicy(entry.policy, entry.starts, entry.atUs)
        break
      case 'fault':
        this.hearDoor(entry)
        break
      case 'paused':
        this.pausedUs ??= entry.atUs
        break
      case 'resumed':
        this.pausedUs = null
        break
      case 'node-changed': {
        const whole = entry.status === 'online' && !entry.draining
        this.note(`node ${entry.node}`, whole, entry.atUs)
        break
      }
      case 'pool-changed':
        this.note(`pool ${entry.pool}`, entry.status === 'online', entry.atUs)
        break
      default:
        this.hearVolume(entry)
    }
  }

  private hearPolicy(policy: PolicyName, starts: boolean, atUs: number): void {
    if (starts) {
      this.stopped.delete(policy)
      this.started.add(policy)
    } else if (!this.stopped.has(policy)) {
      this.stopped.set(policy, atUs)
    }
  }

  private hearDoor(entry: Extract<HistoryEntry, { kind: 'fault' }>): void {
    // Cordons are undone without Prometheus.
    if (entry.door === undefined || entry.door === 'prometheus') return
    if (!entry.over) {
      this.shutDoors.add(entry.door)
    } else if (this.shutDoors.delete(entry.door)) {
      this.reopenedUs = entry.atUs
    }
  }

  private hearVolume(entry: HistoryEntry): void {
    if (!('volume' in entry)) return
    if (isOfCoded(entry)) this.hearCoded(entry)
    const volume = this.volume(entry.volume)
    switch (entry.kind) {
      case 'volume-created':
        volume.replicaCount = entry.replicaCount
        volume.sizeBytes = entry.sizeBytes
        volume.allocatedBytes = entry.allocatedBytes
        break
      case 'volume-deleted':
        this.volumes.delete(entry.volume)
        this.coded.delete(entry.volume)
        this.notWhole.delete(`volume ${entry.volume}`)
        return
      case 'volume-published':
        volume.published = true
        break
      case 'volume-unpublished':
        volume.published = false
        break
      case 'replica-count-set':
        if (entry.by === 'command') break
        volume.replicaCount = entry.count
        volume.countedUs = entry.atUs
        break
      default:
        this.hearReplica(entry, volume)
    }
    this.noteVolume(entry.volume, volume, entry.atUs)
  }

  private hearCoded(entry: CodedEvent): void {
    hearCoded(this.coded, entry)
    if (entry.kind === 'shards-repaired') this.poolChangedUs.set(entry.to, entry.atUs)
    if (entry.kind !== 'shards-placed') return
    for (const pool of entry.pools) this.poolChangedUs.set(pool, entry.atUs)
  }

  private hearReplica(entry: HistoryEntry, volume: ToldVolume): void {
    if (!('replica' in entry)) return
    const { replica: id, pool } = entry
    volume.rebuilds = entry.rebuilds
    const known = volume.replicas.get(id)
    switch (entry.kind) {
      case 'replica-added':
        volume.replicas.set(id, { pool, synced: false, syncedUs: Number.POSITIVE_INFINITY })
        this.poolChangedUs.set(pool, entry.atUs)
        this.onPool(pool).set(id, entry.volume)
        break
      case 'replica-synced':
        if (known === undefined) break
        known.synced = true
        known.syncedUs = entry.atUs
        break
      case 'replica-faulted':
        volume.lastFaultUs = entry.atUs
        if (known !== undefined) known.synced = false
        break
      case 'replica-removed':
        volume.replicas.delete(id)
        this.onPool(pool).delete(id)
        break
    }
  }

  onPool(pool: PoolId): Map<ReplicaId, VolumeId> {
    const known = this.replicasOfPool.get(pool)
    if (known !== undefined) return known
    const replicas = new Map<ReplicaId, VolumeId>()
    this.replicasOfPool.set(pool, replicas)
    return replicas
  }

  private noteVolume(id: VolumeId, volume: ToldVolume, atUs: number): void {
    const coded = this.coded.get(id)
    const isShort =
      coded?.serves === true ? coded.degraded > 0 : this.healthy(id) < this.intended(id)
    const short = volume.published && isShort
    this.note(`volume ${id}`, !short, atUs)
  }

  private note(what: string, whole: boolean, atUs: number): void {
    if (whole) this.notWhole.delete(what)
    else if (!this.notWhole.has(what)) this.notWhole.set(what, atUs)
  }

  private hearRecord(record: MigrationRecord, atUs: number): void {
    const { name, spec, status } = record
    if (status?.phase !== 'finished') {
      this.running.set(name, record)
      this.runningOf.set(spec.volume, name)
      this.noteAgain(spec.volume, atUs)
      return
    }
    this.running.delete(name)
    this.looked.delete(name)
    if (this.runningOf.get(spec.volume) === name) this.runningOf.delete(spec.volume)
    const volume = this.volumes.get(spec.volume)
    if (volume === undefined) return
    if (status.outcome === 'completed') volume.lastCompletedUs = status.finishedUs ?? atUs
    this.noteAgain(spec.volume, atUs)
  }

  private noteAgain(id: VolumeId, atUs: number): void {
    const volume = this.volumes.get(id)
    if (volume !== undefined) this.noteVolume(id, volume, atUs)
  }

  private hearCommand(entry: Extract<HistoryEntry, { kind: 'command' }>): void {
    const { command, migration, atUs } = entry
    if (command.kind === 'set-replica-count') {
      const readUs = entry.readUs ?? Number.NEGATIVE_INFINITY
      this.volume(command.volume).asked = { atUs, migration, readUs }
      return
    }
    const what = cordonOf(command)
    if (what !== null) this.cordonCommands.set(what, migration)
  }

  private hearCordon(what: string, by: 'command' | 'person', sinceUs: number): void {
    const migration = by === 'person' ? null : (this.cordonCommands.get(what) ?? null)
    this.cordons.set(what, { sinceUs, migration })
  }
}

/** The name under which a cordon's setting is told, for a command that sets one. */
export function cordonOf(command: Command | StripeCommand): string | null {
  if (command.kind === 'cordon-pool') return `pool ${command.pool}`
  if (command.kind === 'cordon-node') return `node ${command.node} ${command.label}`
  return null
}
