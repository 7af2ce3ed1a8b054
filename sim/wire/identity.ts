/**
 * Names on the wire: Mayastor knows volumes and replicas by UUIDs, a scenario by names. The UUIDs
 * sort as the names do, so that whoever orders by them orders alike in both worlds.
 */
import type { Volume, VolumeId } from '../../src/core/model.js'
import { RunningHash } from '../history.js'
import type { ModelReplica, ModelVolume } from '../mayastor/state.js'

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export function isUuid(text: string): boolean {
  return uuidForm.test(text)
}

export class Identity {
  private readonly uuids = new Map<VolumeId, string>()
  private readonly volumes = new Map<string, VolumeId>()

  constructor(volumes: readonly ModelVolume[]) {
    const ids = volumes.map(volume => volume.id).sort((a, b) => (a < b ? -1 : 1))
    for (const [rank, id] of ids.entries()) {
      const uuid = made(rank, '8000', digestOf(id))
      this.uuids.set(id, uuid)
      this.volumes.set(uuid, id)
    }
  }

  /** Volumes with the identity that they have on the wire. */
  onWire(volumes: readonly Volume[]): readonly (Volume & { readonly uuid: string })[] {
    return volumes.map(volume => ({ ...volume, uuid: this.ofVolume(volume.id) }))
  }

  ofVolume(id: VolumeId): string {
    return this.uuids.get(id) ?? ''
  }

  /** Null: there is no such volume. */
  volumeOf(uuid: string): VolumeId | null {
    return this.volumes.get(uuid.toLowerCase()) ?? null
  }

  /** The volume's own, with the number of the replica among all that it ever had. */
  ofReplica(volume: VolumeId, replica: ModelReplica['id']): string {
    const number = Number(/\d+$/.exec(replica)?.[0] ?? 0)
    return this.beside(volume, '9000', hex(number, 12))
  }

  ofTarget(volume: VolumeId): string {
    return this.beside(volume, 'a000', digestOf(volume))
  }

  private beside(volume: VolumeId, variant: string, last: string): string {
    return `${this.ofVolume(volume).slice(0, 19)}${variant}-${last}`
  }
}

function made(rank: number, variant: string, last: string): string {
  return `${hex(rank, 8)}-c0c0-4000-${variant}-${last}`
}

function digestOf(name: string): string {
  const hash = new RunningHash()
  hash.text(name)
  return hash.digest().slice(0, 12)
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}
