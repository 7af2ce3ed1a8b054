/**
 * Carries every running migration as far as fresh replies allow: looks and journal writes side by
 * side, windows one after another. Whatever fails here is looked at again in the next round.
 */
import type { Command, Reply } from '../core/command.js'
import { type RoundInput, wantedTier } from '../core/decide.js'
import type { DomainEvent } from '../core/event.js'
import { clusterNotWhole, clusterVersion } from '../core/gate.js'
import { answered, type Intent, type MigrationView } from '../core/intent.js'
import type { Landscape } from '../core/landscape.js'
import { nextOfMigration } from '../core/migration.js'
import type { Volume, VolumeId } from '../core/model.js'
import { placeAgain, planAgain } from '../core/place-again.js'
import type { MigrationRecord, OperatorRecord } from '../core/record.js'
import type { OperatorSettings } from '../core/settings.js'
import { isForStripes, type StripeCommand } from '../core/stripe-command.js'
import type { Identity } from '../loop.js'
import type { Ports } from '../ports.js'
import type { LoopMemory } from './observe.js'
import { type Asking, isSlotLeft, takesSlot } from './slots.js'
import { openWindow } from './window.js'

export interface Scene {
  readonly ports: Ports
  readonly identity: Identity
  readonly settings: OperatorSettings
  readonly memory: LoopMemory
  /** As the round began. */
  readonly landscape: Landscape
  /** Running migrations by name, as this round means to leave them: one plan sees the other. */
  readonly latest: Map<string, MigrationRecord>
  /** Told with the next write. */
  readonly untold: DomainEvent[]
}

/** A policy's migration times out after its own setting, a person's after the default. */
const defaultTimeoutUs = 1_800_000_000

/** Journal writes of one migration in one round: enough to pass several states, never endless. */
const mostWrites = 6

export async function carryAll(scene: Scene, input: RoundInput): Promise<OperatorRecord> {
  const running = scene.memory.decide.pasts.running()
  if (running.length === 0) return input.operator
  const waiting = await Promise.all(running.map(record => carry(scene, input, record)))
  let operator = input.operator
  for (const record of waiting) {
    if (record !== null) operator = await openWindow(scene, input, operator, record)
  }
  return operator
}

/** As far as one migration goes without a window; answers its record if it needs one. */
async function carry(
  scene: Scene,
  input: RoundInput,
  first: MigrationRecord,
): Promise<MigrationRecord | null> {
  const { ports, landscape } = scene
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
        return record
      case 'take-back':
      case 'stripes':
        if (await isShortOfSlot(scene, input, record, intent.record)) return null
        await command(scene, input, record, intent)
        return null
      case 'write':
      case 'finish': {
        if (await isShortOfSlot(scene, input, record, intent.record)) return null
        const stored = await write(scene, intent.record)
        if (stored === null || intent.kind === 'finish') return null
        record = stored
      }
    }
  }
  return null
}

/** It would go on without a slot so far, and none is left: it says so, and waits. */
async function isShortOfSlot(
  scene: Scene,
  input: RoundInput,
  before: MigrationRecord,
  after: MigrationRecord,
): Promise<boolean> {
  if (!takesSlot(before, after)) return false
  if (isSlotLeft(scene, input.operator, asking(before))) return false
  await noteSlot(scene, before, false, 'no slot is free')
  return true
}

/** The intent is in the journal first; the volume is read again right before the command. */
async function command(
  scene: Scene,
  input: RoundInput,
  before: MigrationRecord,
  intent: Commanding,
): Promise<void> {
  const stored = await write(scene, intent.record)
  if (stored === null) return
  const answer = await scene.ports.inventory.volume(before.spec.volume)
  if (answer.kind !== 'volume') return
  const { volume, atUs } = answer
  const again = nextOfMigration(before, viewOf(scene, input, scene.landscape, before, volume))
  if (!asksTheSame(again, intent)) return
  const reply = await send(scene, stored, commandOf(intent, volume.id), atUs)
  if (reply.kind !== 'done') await write(scene, answered(stored, reply))
}

/** Commands that need no window. */
type Commanding = Extract<Intent, { kind: 'take-back' | 'stripes' }>

function asksTheSame(again: Intent, intent: Commanding): boolean {
  if (intent.kind === 'take-back') {
    return again.kind === 'take-back' && again.count === intent.count
  }
  return again.kind === 'stripes' && again.command.kind === intent.command.kind
}

function commandOf(intent: Commanding, volume: VolumeId): Command | StripeCommand {
  if (intent.kind === 'stripes') return intent.command
  return { kind: 'set-replica-count', volume, count: intent.count }
}

function asking(record: MigrationRecord): Asking {
  return { name: record.name, policy: record.spec.policy }
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
  const nowUs = scene.ports.clock.now()
  const policy = landscape.policies.find(one => one.name === record.spec.policy) ?? null
  return {
    nowUs,
    epoch: scene.identity.epoch,
    volume,
    landscape,
    ahead: aheadOf(record, memory.decide.pasts.running()),
    policy,
    version: version.kind === 'known' || version.kind === 'newer' ? version.row : null,
    preservationMode: settings.preservationMode,
    sendsNothing: settings.dryRun || input.operator.pause !== null,
    wanted: () => {
      const wanted = wantedTier(input, record.spec.volume)
      const { operator } = scene.identity
      const looked = {
        kind: 'looked-again',
        atUs: nowUs,
        operator,
        migration: record.name,
      } as const
      scene.untold.push({ ...looked, wanted })
      return wanted
    },
    place: fresh => placeAgain(input, landscape, record, fresh, [...scene.latest.values()]),
    plan: fresh => planAgain(input, landscape, record, fresh, [...scene.latest.values()]),
    timeoutUs: policy?.spec.migrationTimeoutUs ?? defaultTimeoutUs,
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
  scene.latest.set(record.name, record)
  if (scene.untold.length > 0) await scene.ports.events.emit(scene.untold.splice(0))
  const answer = await scene.ports.journal.replace(record)
  return answer.kind === 'written' ? answer.stored : null
}

/** Sends one command and tells it; `readUs` is when its volume was read afresh. */
export async function send(
  scene: Scene,
  record: MigrationRecord | null,
  command: Command | StripeCommand,
  readUs?: number,
): Promise<Reply> {
  const { ports, identity } = scene
  const { operator } = identity
  const migration = record?.name ?? null
  await ports.events.emit([
    {
      kind: 'command',
      atUs: ports.clock.now(),
      operator,
      migration,
      command,
      ...(readUs === undefined ? {} : { readUs }),
    },
  ])
  const reply = await (isForStripes(command)
    ? ports.stripes.send(command)
    : ports.mover.send(command))
  if (reply.kind === 'done') return reply
  const text = reply.kind === 'refused' ? reply.text : reply.why
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
