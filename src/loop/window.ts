/**
 * The window: the short time during which our cordons stand. One in the cluster at a time, claimed
 * by compare-and-swap; its cordons are in the journal before they are set, and closing it needs no
 * journal write first, so that an unreachable journal leaves no cordon.
 */
import type { RoundInput } from '../core/decide.js'
import { unsettled } from '../core/gate.js'
import { needsRepair } from '../core/health.js'
import { answered, type Intent, withCordons } from '../core/intent.js'
import { type Landscape, survey } from '../core/landscape.js'
import { nextOfMigration } from '../core/migration.js'
import type { Cluster, Volume } from '../core/model.js'
import type { CordonRecord, MigrationRecord, OperatorRecord } from '../core/record.js'
import { type Scene, send, viewOf, write } from './carry.js'
import { setCordon, standing, undoAll } from './cordon.js'

/** A claim that waits for less than this holds a window back: cordons are everybody's. */
const claimPatienceUs = 300_000_000
/** After this long in a window its command is not sent any more: there must be time to close it. */
const lastCommandUs = 20_000_000

type WindowIntent = Extract<Intent, { kind: 'window' }>

/** The cluster and the volume as they are now, and what the migration wants of them. */
interface Fresh {
  readonly landscape: Landscape
  readonly volume: Volume
  readonly readUs: number
  readonly intent: WindowIntent
}

/** Opens the window, sends the one command, closes it; answers the operator's record then. */
export async function openWindow(
  scene: Scene,
  input: RoundInput,
  operator: OperatorRecord,
  record: MigrationRecord,
): Promise<OperatorRecord> {
  if (operator.window !== null || operator.pause !== null) return operator
  const fresh = await lookAfresh(scene, input, record)
  if (fresh === null || windowBarred(scene, fresh) !== null) return operator
  const claimed = await claim(scene, operator, record.name)
  if (claimed === null) return operator
  const noted = await write(scene, fresh.intent.record)
  if (noted === null) return release(scene, claimed)
  const { after, left } = await useWindow(scene, input, claimed, record, noted, fresh.intent)
  await write(scene, withCordons(after, left))
  // What could not be undone keeps the window: the next round undoes it before anything else.
  return left.length === 0 ? release(scene, claimed) : claimed
}

interface Used {
  /** The record as the reply leaves it; as it was before the window, if nothing was sent. */
  readonly after: MigrationRecord
  /** Cordons that could not be undone. */
  readonly left: readonly CordonRecord[]
}

/** Cordons, the command, cordons undone. */
async function useWindow(
  scene: Scene,
  input: RoundInput,
  operator: OperatorRecord,
  before: MigrationRecord,
  noted: MigrationRecord,
  intent: WindowIntent,
): Promise<Used> {
  const { cordons, count } = intent
  let after: MigrationRecord = { ...noted, status: before.status }
  const set = await Promise.all(cordons.map(cordon => setCordon(scene, noted, cordon)))
  const mine = cordons.filter((_, index) => set[index] !== 'foreign')
  if (!set.includes('unsure')) {
    const fresh = await lookAfresh(scene, input, before)
    const openUs = scene.ports.clock.now() - (operator.window?.openedUs ?? 0)
    if (fresh !== null && openUs < lastCommandUs && isSteered(intent, fresh)) {
      const { id: volume } = fresh.volume
      const command = { kind: 'set-replica-count', volume, count } as const
      after = answered(noted, await send(scene, noted, command, fresh.readUs))
    }
  }
  return { after, left: await undoAll(scene, noted, mine) }
}

async function lookAfresh(
  scene: Scene,
  input: RoundInput,
  record: MigrationRecord,
): Promise<Fresh | null> {
  const { inventory } = scene.ports
  const observed = await inventory.observe()
  if (observed.kind !== 'observed') return null
  // Last, so that nothing lies between the volume's own picture and the command.
  const answer = await inventory.volume(record.spec.volume)
  if (answer.kind !== 'volume') return null
  const { cluster, policies } = observed.observation
  const known = scene.landscape
  const isKnown = known.cluster === cluster && known.policies === policies
  const landscape = isKnown ? known : survey(cluster, policies, known)
  const intent = nextOfMigration(record, viewOf(scene, input, landscape, record, answer.volume))
  if (intent.kind !== 'window') return null
  return { landscape, volume: answer.volume, readUs: answer.atUs, intent }
}

/**
 * The migration wants the same still, nothing but accepted pools is left to choose, and the cordon
 * that makes the victim the first to go stands.
 */
function isSteered(intent: WindowIntent, fresh: Fresh): boolean {
  const again = fresh.intent
  if (again.step !== intent.step || again.count !== intent.count) return false
  if (intent.step === 'add') return again.cordons.length === 0
  const { cluster } = fresh.landscape
  return intent.cordons.every((cordon, index) => {
    const wanted = again.cordons[index]
    return isSame(cordon, wanted) && standing(cordon, cluster) === 'ours'
  })
}

function isSame(cordon: CordonRecord, other: CordonRecord | undefined): boolean {
  return cordon.kind === 'node' && other?.kind === 'node' && cordon.node === other.node
}

/** Why no window may be opened now, or null. */
function windowBarred(scene: Scene, fresh: Fresh): string | null {
  const { cluster } = fresh.landscape
  return waitingClaim(cluster, scene.ports.clock.now()) ?? brokenVolume(scene, fresh)
}

function waitingClaim(cluster: Cluster, nowUs: number): string | null {
  for (const claim of cluster.waitingClaims) {
    if (!claim.waitsForFirstConsumer && nowUs - claim.sinceUs < claimPatienceUs) {
      return `claim ${claim.namespace}/${claim.name} waits for its volume`
    }
  }
  return null
}

function brokenVolume(scene: Scene, fresh: Fresh): string | null {
  const { pasts } = scene.memory.decide
  for (const { volume } of unsettled(fresh.landscape, pasts)) {
    const running = pasts.runningOf(volume.id)
    const isOwn = volume.id === fresh.volume.id
    const intended = running?.status?.intendedReplicas ?? volume.replicaCount
    if (needsRepair(isOwn ? fresh.volume : volume, intended)) {
      return `volume ${volume.name} needs repair`
    }
  }
  return null
}

async function claim(
  scene: Scene,
  operator: OperatorRecord,
  migration: string,
): Promise<OperatorRecord | null> {
  const openedUs = scene.ports.clock.now()
  const window = { migration, openedUs, epoch: scene.identity.epoch }
  const answer = await scene.ports.journal.replaceOperator({ ...operator, window })
  return answer.kind === 'written' ? answer.stored : null
}

export async function release(scene: Scene, operator: OperatorRecord): Promise<OperatorRecord> {
  const answer = await scene.ports.journal.replaceOperator({ ...operator, window: null })
  return answer.kind === 'written' ? answer.stored : operator
}
