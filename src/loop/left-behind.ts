/**
 * Cordons that stand at the start of a round were left behind: by an operator that is gone, or by a
 * window of ours that could not be closed. Undoing them is the first thing to do.
 */
import type { Cluster } from '../core/model.js'
import type { MigrationRecord, OperatorRecord } from '../core/record.js'
import { type Scene, write } from './carry.js'
import { standing, undoAll, unmark } from './cordon.js'
import { release } from './window.js'

/** A window is at most so long; a former leader that did not notice may use it up to then. */
export const windowLimitUs = 60_000_000

/** Finished migrations have none: a cordon keeps its migration from going on. */
export function leavesCordons(
  running: readonly MigrationRecord[],
  operator: OperatorRecord,
): boolean {
  return (
    operator.window !== null || running.some(record => (record.status?.cordons.length ?? 0) > 0)
  )
}

export async function undoLeftBehind(
  scene: Scene,
  running: readonly MigrationRecord[],
  operator: OperatorRecord,
  cluster: Cluster,
): Promise<void> {
  if (mayBeInUse(scene, operator)) return
  let allClear = true
  for (const record of running) {
    if ((record.status?.cordons.length ?? 0) === 0) continue
    if (!(await undoOf(scene, record, cluster))) allClear = false
  }
  if (allClear && operator.window !== null) await release(scene, operator)
}

/** Another epoch's window that is not over yet: its cordons may be steering a command right now. */
function mayBeInUse(scene: Scene, operator: OperatorRecord): boolean {
  const { window } = operator
  if (window === null || window.epoch === scene.identity.epoch) return false
  return scene.ports.clock.now() - window.openedUs < windowLimitUs
}

async function undoOf(scene: Scene, record: MigrationRecord, cluster: Cluster): Promise<boolean> {
  const { status } = record
  if (status === null) return true
  const ours = status.cordons.filter(cordon => standing(cordon, cluster) === 'ours')
  const left = await undoAll(scene, record, ours)
  for (const cordon of status.cordons) {
    if (cordon.kind !== 'pool' || standing(cordon, cluster) !== 'changed') continue
    await tellChanged(scene, cordon.pool)
    await unmark(scene, record, cordon)
  }
  if (left.length > 0) return false
  await write(scene, { ...record, status: { ...status, cordons: [] } })
  return true
}

async function tellChanged(scene: Scene, pool: string): Promise<void> {
  await scene.ports.events.emit([
    {
      kind: 'condition',
      atUs: scene.ports.clock.now(),
      operator: scene.identity.operator,
      policy: null,
      condition: 'CordonsOurs',
      holds: false,
      text: `the cordon of pool ${pool} was changed by somebody else and is left to them`,
    },
  ])
}
