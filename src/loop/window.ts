/**
 * The window: the short time during which our cordons stand. One in the cluster at a time, claimed
 * by compare-and-swap; its cordons are in the journal before they are set, and closing it needs no
 * journal write first, so that an unreachable journal leaves no cordon.
 */
import type { RoundInput } from '../core/decide.js'
import { needsRepair } from '../core/health.js'
import { answered } from '../core/intent.js'
import type { Landscape } from '../core/landscape.js'
import { nextOfMigration } from '../core/migration.js'
import type { Cluster } from '../core/model.js'
import type { CordonRecord, MigrationRecord, OperatorRecord } from '../core/record.js'
import { windowLabel } from '../core/steer.js'
import { type Scene, send, viewOf, type WindowWish, write } from './carry.js'

/** A claim that has waited less than this for its volume holds a window back: cordons are everybody's. */
const claimPatienceUs = 300_000_000

/** Opens the window, sends the one command, closes it. Answers the operator's record as it is then. */
export async function openWindow(
  scene: Scene,
  input: RoundInput,
  landscape: Landscape,
  operator: OperatorRecord,
  wish: WindowWish,
): Promise<OperatorRecord> {
  if (operator.window !== null || windowBarred(scene, input, landscape, wish) !== null)
    return operator
  const claimed = await claim(scene, operator, wish.before.name)
  if (claimed === null) return operator
  const noted = await write(scene, wish.intent.record)
  if (noted === null) return release(scene, claimed)
  const set = await setAll(scene, noted, wish.intent.cordons)
  let after: MigrationRecord = { ...noted, status: wish.before.status }
  if (set.complete && (await stillWanted(scene, input, landscape, wish))) {
    const { count } = wish.intent
    const volume = wish.volume.id
    after = answered(noted, await send(scene, noted, { kind: 'set-replica-count', volume, count }))
  }
  if (await clearAll(scene, noted, set.cordons)) await write(scene, after)
  return release(scene, claimed)
}

/** Why no window may be opened now, or null. */
function windowBarred(
  scene: Scene,
  input: RoundInput,
  landscape: Landscape,
  wish: WindowWish,
): string | null {
  const { cluster } = landscape
  const nowUs = scene.ports.clock.now()
  for (const claim of cluster.waitingClaims) {
    if (!claim.waitsForFirstConsumer && nowUs - claim.sinceUs < claimPatienceUs) {
      return `claim ${claim.namespace}/${claim.name} waits for its volume`
    }
  }
  for (const volume of cluster.volumes) {
    const running = scene.memory.decide.pasts.of(volume.id).running
    const intended = running?.status?.intendedReplicas ?? volume.replicaCount
    const own = volume.id === wish.volume.id ? wish.volume : volume
    if (needsRepair(own, intended)) return `volume ${volume.name} needs repair`
  }
  return input.operator.pause === null ? null : 'paused'
}

/** The volume is read afresh right before the command, and the migration must want the same still. */
async function stillWanted(
  scene: Scene,
  input: RoundInput,
  landscape: Landscape,
  wish: WindowWish,
): Promise<boolean> {
  const answer = await scene.ports.inventory.volume(wish.volume.id)
  if (answer.kind !== 'volume') return false
  const view = viewOf(scene, input, landscape, wish.before, answer.volume)
  const again = nextOfMigration(wish.before, view)
  return (
    again.kind === 'window' && again.step === wish.intent.step && again.count === wish.intent.count
  )
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

async function release(scene: Scene, operator: OperatorRecord): Promise<OperatorRecord> {
  const answer = await scene.ports.journal.replaceOperator({ ...operator, window: null })
  return answer.kind === 'written' ? answer.stored : operator
}

/** Sets the cordons in order; stops at the first that may not stand. */
async function setAll(
  scene: Scene,
  record: MigrationRecord,
  cordons: readonly CordonRecord[],
): Promise<{ readonly complete: boolean; readonly cordons: readonly CordonRecord[] }> {
  const tried: CordonRecord[] = []
  for (const cordon of cordons) {
    tried.push(cordon)
    if (!(await set(scene, record, cordon))) return { complete: false, cordons: tried }
  }
  return { complete: true, cordons: tried }
}

async function set(scene: Scene, record: MigrationRecord, cordon: CordonRecord): Promise<boolean> {
  if (cordon.kind === 'node') {
    const { node, label } = cordon
    const reply = await send(scene, record, { kind: 'cordon-node', node, label })
    return reply.kind === 'done'
  }
  const { pool, ours } = cordon
  const mark = { kind: 'label-pool', pool, key: windowLabel, value: record.name } as const
  const marked = await send(scene, record, mark)
  if (marked.kind !== 'done') return false
  const reply = await send(scene, record, { kind: 'cordon-pool', pool, scopes: ours })
  return reply.kind === 'done'
}

async function clearAll(
  scene: Scene,
  record: MigrationRecord | null,
  cordons: readonly CordonRecord[],
): Promise<boolean> {
  let clear = true
  for (const cordon of cordons) {
    if (!(await undo(scene, record, cordon))) clear = false
  }
  return clear
}

/** Undoing what is undone already is no failure: the command says how it should be. */
async function undo(
  scene: Scene,
  record: MigrationRecord | null,
  cordon: CordonRecord,
): Promise<boolean> {
  if (cordon.kind === 'node') {
    const { node, label } = cordon
    const reply = await send(scene, record, { kind: 'uncordon-node', node, label })
    return reply.kind === 'done' || isUndone(reply)
  }
  const { pool, ours } = cordon
  const open = await send(scene, record, { kind: 'uncordon-pool', pool, scopes: ours })
  if (open.kind !== 'done' && !isUndone(open)) return false
  const bare = await send(scene, record, { kind: 'unlabel-pool', pool, key: windowLabel })
  return bare.kind === 'done' || isUndone(bare)
}

function isUndone(reply: Awaited<ReturnType<typeof send>>): boolean {
  return reply.kind === 'refused' && (reply.refusal === 'already' || reply.refusal === 'not-found')
}

/**
 * The first thing after a restart: cordons that a journal entry lists and that stand are undone. A
 * pool's cordon is ours only if it carries our label; a node's cordon names its owner itself.
 */
export async function undoCordons(
  scene: Scene,
  records: readonly MigrationRecord[],
  operator: OperatorRecord,
  cluster: Cluster,
): Promise<void> {
  let allClear = true
  for (const record of records) {
    const { status } = record
    if (status === null || status.cordons.length === 0) continue
    const ours = status.cordons.filter(cordon => stands(cordon, cluster))
    const clear = await clearAll(scene, record, ours)
    if (clear) await write(scene, { ...record, status: { ...status, cordons: [] } })
    allClear = allClear && clear
  }
  if (allClear && operator.window !== null) await release(scene, operator)
}

function stands(cordon: CordonRecord, cluster: Cluster): boolean {
  if (cordon.kind === 'node') {
    const node = cluster.nodes.find(one => one.id === cordon.node)
    return node?.cordonLabels.includes(cordon.label) ?? false
  }
  const pool = cluster.pools.find(one => one.id === cordon.pool)
  return pool?.schedulerLabels[windowLabel] !== undefined
}
