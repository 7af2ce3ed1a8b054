/** Journals on a real API server, and what a person does to their objects. */
import { setTimeout as later } from 'node:timers/promises'
import type { VolumeId } from '../../src/core/model.js'
import type { MigrationRecord } from '../../src/core/record.js'
import type { KubernetesApi, KubernetesObject } from '../../src/kubernetes/api.js'
import { openApi } from '../../src/kubernetes/transport.js'
import { systemTiming } from '../../src/live/http/timing.js'
import { LiveJournal } from '../../src/live/journal.js'
import { volumeMigrations } from '../../src/live/migration-object.js'
import { configMapsOf, operatorMapName } from '../../src/live/operator-map.js'
import type { ReadAnswer, WriteAnswer } from '../../src/ports.js'
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.js'
import { create, installDefinitions, manifestOf, pathOf } from '../controlplane/definitions.js'
import { administrator } from '../kubernetes/administrator.js'
import { syncing } from '../laws/histories.js'

export const namespace = 'couchestor-system'
export const configMaps = configMapsOf(namespace)

export class JournalServer {
  readonly api: KubernetesApi
  /** What is known of the sizes of volumes. */
  readonly sizes = new Map<VolumeId, number>()
  private readonly opened: LiveJournal[] = []

  private constructor(readonly plane: ControlPlane) {
    this.api = openApi(administrator(plane), systemTiming)
  }

  static async start(assets: string): Promise<JournalServer> {
    const plane = await startControlPlane(assets)
    await installDefinitions(plane)
    await plane.call('POST', '/api/v1/namespaces', { metadata: { name: namespace } })
    return new JournalServer(plane)
  }

  /** One that has listed what is there. */
  async open(): Promise<LiveJournal> {
    const sizeOf = (volume: VolumeId): number | null => this.sizes.get(volume) ?? null
    const journal = new LiveJournal(this.api, systemTiming, { namespace, sizeOf })
    this.opened.push(journal)
    journal.start()
    await journal.whenListed()
    return journal
  }

  /** Ends the journals, and leaves nothing of them. */
  async clear(): Promise<void> {
    await Promise.all(this.opened.splice(0).map(one => one.stop()))
    for (const { metadata } of await this.objects()) {
      await this.setFinalizers(metadata.name, null)
      await this.delete(metadata.name)
    }
    await this.api.delete(configMaps, operatorMapName)
    this.sizes.clear()
  }

  async stop(): Promise<void> {
    this.api.close()
    await this.plane.stop()
  }

  async objects(): Promise<readonly KubernetesObject[]> {
    const answer = await this.api.list(volumeMigrations, { limit: 500 })
    if (answer.kind !== 'answered') throw new Error('nothing was listed')
    return answer.value.items
  }

  /** Null: it is not there. */
  async finalizersOf(name: string): Promise<readonly string[] | null> {
    const found = (await this.objects()).find(({ metadata }) => metadata.name === name)
    return found === undefined ? null : (found.metadata.finalizers ?? [])
  }

  /** As kubectl creates it. */
  async ask(name: string, spec: object = { volume: 'vol', toTier: 'hot' }): Promise<void> {
    const { status } = await create(this.plane, manifestOf('VolumeMigration', name, spec))
    if (status !== 201) throw new Error(`${name}: ${status}`)
  }

  async delete(name: string): Promise<void> {
    await this.api.delete(volumeMigrations, name)
  }

  async setFinalizers(name: string, finalizers: readonly string[] | null): Promise<void> {
    await this.api.merge(volumeMigrations, name, { metadata: { finalizers } })
  }

  async setStatus(name: string, status: object): Promise<void> {
    const type = { 'content-type': 'application/merge-patch+json' }
    const path = `${pathOf('VolumeMigration', name)}/status`
    const answer = await this.plane.call('PATCH', path, { status }, type)
    if (answer.status !== 200) throw new Error(`${name}: ${answer.status}`)
  }
}

export function moving(one: MigrationRecord, message: string): MigrationRecord {
  if (one.status === null) throw new Error('nobody has taken it up')
  return { ...one, status: { ...one.status, phase: 'moving', moves: [syncing], message } }
}

export function ended(one: MigrationRecord): MigrationRecord {
  if (one.status === null) throw new Error('nobody has taken it up')
  const status = { ...one.status, phase: 'finished', outcome: 'completed', finishedUs: 9 } as const
  return { ...one, status }
}

export function stored<Stored>(answer: WriteAnswer<Stored>): Stored {
  if (answer.kind !== 'written') throw new Error(JSON.stringify(answer))
  return answer.stored
}

export function read<Stored>(answer: ReadAnswer<Stored>): Stored {
  if (answer.kind !== 'read') throw new Error(answer.why)
  return answer.stored
}

export async function recordsOf(journal: LiveJournal): Promise<readonly MigrationRecord[]> {
  return read(await journal.records())
}

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 1_000; turn++) {
    if (await holds()) return
    await later(10)
  }
  throw new Error('it never came to be')
}
