/** Slots: who holds one, who gave it back, and whether one is left for who comes now. */
import type { ConversionStep } from '../core/conversion-state.js'
import { freeSlots } from '../core/gate.js'
import { isRunning } from '../core/past.js'
import type { MigrationRecord, OperatorRecord } from '../core/record.js'
import type { Scene } from './carry.js'

/**
 * Takes slots back from migrations that ended, gave theirs back, or never came to be, as the round
 * began.
 */
export async function settleSlots(scene: Scene, operator: OperatorRecord): Promise<OperatorRecord> {
  if (operator.slots.length === 0) return operator
  const running = scene.memory.decide.pasts.running()
  const holders = new Set(
    running.filter(record => record.status?.holdsSlot !== false).map(record => record.name),
  )
  const slots = operator.slots.filter(slot => holders.has(slot.migration))
  if (slots.length === operator.slots.length) return operator
  const answer = await scene.ports.journal.replaceOperator({ ...operator, slots })
  return answer.kind === 'written' ? answer.stored : operator
}

/** This write would make the migration begin, or go on with another move, without a slot so far. */
export function takesSlot(before: MigrationRecord, after: MigrationRecord): boolean {
  if (before.status?.holdsSlot === true || after.status?.holdsSlot !== true) return false
  if (endsConversion(before)) return false
  return after.status.moves.length >= (before.status?.moves.length ?? 0) && !hasMoveInFlight(before)
}

/** What is in flight is ended whether a slot is left or not. */
function hasMoveInFlight(record: MigrationRecord): boolean {
  const moves = record.status?.moves ?? []
  return moves.length > 0 && moves[moves.length - 1].finishedUs === null
}

/** It is taken back, or only what is left of the other form is to go. */
function endsConversion({ status }: MigrationRecord): boolean {
  const conversion = status?.conversion ?? null
  if (conversion === null) return false
  return conversion.undoes !== null || lastSteps.has(conversion.step)
}

const lastSteps: ReadonlySet<ConversionStep> = new Set<ConversionStep>([
  'releasing',
  'serving-replicas',
  'dropping-coded',
])

/** Whether one more may run beside all that runs as this round leaves it. */
export function isSlotLeft(scene: Scene, operator: OperatorRecord, record: Asking): boolean {
  const { policies } = scene.landscape
  const others = [...scene.latest.values()].filter(
    other => other.name !== record.name && other.status !== null && isRunning(other),
  )
  const known = { ...operator, slots: operator.slots.filter(slot => isTaken(scene, slot, record)) }
  const left = freeSlots(others, known, policies, scene.settings)
  const own = record.policy === null ? 1 : (left.byPolicy.get(record.policy) ?? 1)
  return left.operator > 0 && own > 0
}

export interface Asking {
  readonly name: string
  readonly policy: OperatorRecord['slots'][number]['policy']
}

/** A slot in the operator's list counts until its migration has given it back. */
function isTaken(scene: Scene, slot: OperatorRecord['slots'][number], asking: Asking): boolean {
  if (slot.migration === asking.name) return false
  const record = scene.latest.get(slot.migration)
  return record === undefined || (isRunning(record) && record.status?.holdsSlot !== false)
}
