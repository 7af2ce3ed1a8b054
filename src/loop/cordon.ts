/** Setting and undoing one cordon of a window, so that what stood before ours stands after it. */
import type { Reply } from '../core/command.js'
import type { Cluster, PoolCordon } from '../core/model.js'
import type { CordonRecord, MigrationRecord } from '../core/record.js'
import { windowLabel } from '../core/steer.js'
import { type Scene, send } from './carry.js'

/** `foreign`: the pool is cordoned by somebody else already, which serves as well and stays. */
export type SetCordon = 'ours' | 'foreign' | 'unsure'

export async function setCordon(
  scene: Scene,
  record: MigrationRecord,
  cordon: CordonRecord,
): Promise<SetCordon> {
  if (cordon.kind === 'node') {
    const { node, label } = cordon
    const reply = await send(scene, record, { kind: 'cordon-node', node, label })
    return reply.kind === 'done' || isAlready(reply) ? 'ours' : 'unsure'
  }
  const { pool, ours } = cordon
  const mark = { kind: 'label-pool', pool, key: windowLabel, value: record.name } as const
  const marked = await send(scene, record, mark)
  if (marked.kind !== 'done') return 'unsure'
  const reply = await send(scene, record, { kind: 'cordon-pool', pool, scopes: ours })
  if (reply.kind === 'done') return 'ours'
  if (!isAlready(reply)) return 'unsure'
  const bare = await send(scene, record, { kind: 'unlabel-pool', pool, key: windowLabel })
  return isGone(bare) ? 'foreign' : 'unsure'
}

/** Undoing what is undone already is no failure: the command says how it should be. */
export async function undoCordon(
  scene: Scene,
  record: MigrationRecord | null,
  cordon: CordonRecord,
): Promise<boolean> {
  if (cordon.kind === 'node') {
    const { node, label } = cordon
    return isGone(await send(scene, record, { kind: 'uncordon-node', node, label }))
  }
  const { pool, ours } = cordon
  const open = await send(scene, record, { kind: 'uncordon-pool', pool, scopes: ours })
  return isGone(open) && unmark(scene, record, cordon)
}

/** Takes only our label away. */
export async function unmark(
  scene: Scene,
  record: MigrationRecord | null,
  cordon: Extract<CordonRecord, { kind: 'pool' }>,
): Promise<boolean> {
  const { pool } = cordon
  return isGone(await send(scene, record, { kind: 'unlabel-pool', pool, key: windowLabel }))
}

/** Those of the cordons that could not be undone. */
export async function undoAll(
  scene: Scene,
  record: MigrationRecord | null,
  cordons: readonly CordonRecord[],
): Promise<readonly CordonRecord[]> {
  const undone = await Promise.all(cordons.map(cordon => undoCordon(scene, record, cordon)))
  return cordons.filter((_, index) => !undone[index])
}

/**
 * How a cordon that was left behind stands: a pool's is ours only if it carries our label, and may
 * be undone only if its scopes are still those that we left; a node's names its owner itself.
 */
export function standing(cordon: CordonRecord, cluster: Cluster): 'ours' | 'changed' | 'gone' {
  if (cordon.kind === 'node') {
    const node = cluster.nodes.find(one => one.id === cordon.node)
    return node?.cordonLabels.includes(cordon.label) === true ? 'ours' : 'gone'
  }
  const pool = cluster.pools.find(one => one.id === cordon.pool)
  if (pool?.schedulerLabels[windowLabel] === undefined) return 'gone'
  return pool.cordon === null || isSum(pool.cordon, cordon.before, cordon.ours) ? 'ours' : 'changed'
}

const scopes = ['replicas', 'snapshots', 'restores', 'import'] as const

function isSum(now: PoolCordon, before: PoolCordon | null, ours: PoolCordon): boolean {
  return scopes.every(scope => now[scope] === (ours[scope] || before?.[scope] === true))
}

function isAlready(reply: Reply): boolean {
  return reply.kind === 'refused' && reply.refusal === 'already'
}

function isGone(reply: Reply): boolean {
  if (reply.kind === 'done') return true
  return reply.kind === 'refused' && (reply.refusal === 'already' || reply.refusal === 'not-found')
}
