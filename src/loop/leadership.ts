/**
 * Who leads: every leader has a higher epoch than the one before, and writes it into the operator's
 * record before its first command. One that meets a higher epoch was deposed without noticing and
 * stands down; its next compare-and-swap of that record fails in any case.
 */
import type { OperatorRecord } from '../core/record.js'
import type { Scene } from './carry.js'

/** The operator's record with our epoch in it, or null: not ours to act on. */
export async function lead(scene: Scene, operator: OperatorRecord): Promise<OperatorRecord | null> {
  const { epoch } = scene.identity
  // One that sends nothing deposes nobody.
  if (scene.settings.dryRun || operator.epoch === epoch) return operator
  if (operator.epoch > epoch) return null
  const answer = await scene.ports.journal.replaceOperator({ ...operator, epoch })
  return answer.kind === 'written' ? answer.stored : null
}
