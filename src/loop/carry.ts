/**
 * Carries every running migration as far as fresh replies allow: looks and journal writes side by
 * side, windows one after another. Whatever fails here is looked at again in the next round.
 */
import { type RoundInput, wantedTier } from '../core/decide.js'
import { clusterNotWhole, clusterVersion } from '../core/gate.js'
import { answered, type Intent, type MigrationView } from '../core/intent.js'
import type { Landscape } from '../core/landscape.js'
import { nextOfMigration } from '../core/migration.js'
import type { Volume } from '../core/model.js'
import { placeAgain } from '../core/place-again.js'
import type { MigrationRecord, OperatorRecord } from '../core/record.js'
import type { OperatorSettings } from '../core/settings.js'
import type { Identity } from '../loop.js'
import type { Ports } from '../ports.js'
import type { LoopMemory } from './observe.js'
import { openWindow } from './window.js'

export interface Scene {
  readonly ports: Ports
  readonly identity: Identity
  readonly settings: OperatorSettings
  readonly memory: LoopMemory
}

/** Journal writes of one migration in one round: enough to pass several states, never endless. */
const mostWrites = 6

export async function carryAll(
  scene: Scene,
  input: RoundInput,
  landscape: Landscape,
): Promise<OperatorRecord> {
  const running = scene.memory.decide.pasts.running()
  if (running.length === 0) return input.operator
  const waiting = await Promise.all(running.map(record => carry(scene, input, landscape, record)))
  let operator = input.operator
  for (const want of waiting) {
    if (want !== null) operator = await openWindow(scene, input, landscape, operator, want)
  }
  return operator
}

/** A migration that needs a window, with its record as it was last written. */
export interface WindowWish {
  readonly before: MigrationRecord
  readonly intent: Extract<Intent, { kind: 'window' }>
  readonly volume: Volume
}

/** As far as one migration goes without a window; answers the window that it needs, if any. */
async function carry(
  scene: Scene,
  input: RoundInput,
  landscape: Landscape,
  first: MigrationRecord,
): Promise<WindowWish | null> {
  const { ports } = scene
  const answer = await ports.inventory.volume(first.spec.volume)
  if (answer.kind === 'unavailable') return null
  const volume = answer.kind === 'gone' ? null : answer.volume
  let record = first
  for (let writes = 0; writes < mostWrites; writes++) {
    const intent = nextOfMigration(record, viewOf(scene, input, landscape, record, volume))
    switch (intent.kind) {
      case 'wait':
        await noteSlot(scene, record, intent.holdsSlot, intent.why)
        return null
      case 'window':
        return volume === null ? null : { before: record, intent, volume }
      case 'take-back': {
        const stored = await write(scene, intent.record)
        if (stored === null || volume === null) return null
        const { count } = intent
        const reply = await send(scene, stored, {
          kind: 'set-replica-count',
          volume: volume.id,
          count,
        })
        if (reply.kind !== 'done') await write(scene, answered(stored, reply))
        return null
      }
      case 'write':
      case 'finish': {
        const stored = await write(scene, intent.record)
        if (stored === null || intent.kind === 'finish') return null
        record = stored
      }
    }
  }
  return null
}

export function viewOf(
  scene: Scene,
  input: RoundInput,
  landscape: Landscape,
  record: MigrationRecord,
  volume: Volume | null,
): MigrationView {
  const version = clusterVersion(landscape)
  const { settings, memory } = scene
  return {
    nowUs: scene.ports.clock.now(),
    epoch: scene.identity.epoch,
    volume,
    landscape,
    ahead: aheadOf(record, memory.decide.pasts.running()),
    policy: landscape.policies.find(policy => policy.name === record.spec.policy) ?? null,
    version: version.kind === 'known' || version.kind === 'newer' ? version.row : null,
    preservationMode: settings.preservationMode,
    sendsNothing: settings.dryRun || input.operator.pause !== null,
    wanted: () => wantedTier(input, record.spec.volume),
    place: fresh => placeAgain(input, landscape, record, fresh),
    notWhole: () => clusterNotWhole(landscape, memory.decide.pasts, settings.mayastorMaxRebuilds),
  }
}

/** One migration a volume: the one that runs, else the first by name of those asked for. */
function aheadOf(record: MigrationRecord, running: readonly MigrationRecord[]): string | null {
  const first = running.find(
    other =>
      other.spec.volume === record.spec.volume &&
      other.name !== record.name &&
      (other.status !== null || other.name < record.name),
  )
  return first?.name ?? null
}

/** Writes a record against the version that was read; null when somebody else was first. */
export async function write(
  scene: Scene,
  record: MigrationRecord,
): Promise<MigrationRecord | null> {
  const { ports, identity } = scene
  const answer = await ports.journal.replace(record)
  if (answer.kind !== 'written') return null
  const atUs = ports.clock.now()
  await ports.events.emit([
    { kind: 'record', atUs, operator: identity.operator, record: answer.stored },
  ])
  return answer.stored
}

/** Sends one command and tells both it and its reply. */
export async function send(
  scene: Scene,
  record: MigrationRecord | null,
  command: Parameters<Ports['mover']['send']>[0],
): Promise<Awaited<ReturnType<Ports['mover']['send']>>> {
  const { ports, identity } = scene
  const { operator } = identity
  const migration = record?.name ?? null
  await ports.events.emit([
    { kind: 'command', atUs: ports.clock.now(), operator, migration, command },
  ])
  const reply = await ports.mover.send(command)
  const text = reply.kind === 'refused' ? reply.text : reply.kind === 'unknown' ? reply.why : ''
  await ports.events.emit([
    {
      kind: 'reply',
      atUs: ports.clock.now(),
      operator,
      migration,
      command,
      reply: reply.kind,
      text,
    },
  ])
  return reply
}

/** A migration that cannot progress gives its slot back, and says why it waits. */
async function noteSlot(
  scene: Scene,
  record: MigrationRecord,
  holdsSlot: boolean,
  why: string,
): Promise<void> {
  const { status } = record
  if (status === null || status.holdsSlot === holdsSlot) return
  await write(scene, { ...record, status: { ...status, holdsSlot, message: why } })
}
