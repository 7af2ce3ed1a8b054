/**
 * The doors of the loop, so that all it finds to do is to undo: every migration counts as cancelled
 * by a person, no policy starts one, no pause holds it back, and no heat is asked for.
 */
import type { MigrationRecord, OperatorRecord } from '../../core/record.js'
import type { PolicyObject } from '../../core/resources.js'
import type { Inventory, Journal, Ports } from '../../ports.js'

export function onlyUndoing(ports: Ports): Ports {
  return {
    ...ports,
    metrics: { counters: async () => ({ kind: 'unavailable', why: 'no heat is needed to undo' }) },
    inventory: withoutPolicies(ports.inventory),
    journal: cancelling(ports.journal),
  }
}

/** They still say what is in which tier, and how long a copy may take. */
function withoutPolicies(inventory: Inventory): Inventory {
  let known: readonly PolicyObject[] = []
  let disabled: readonly PolicyObject[] = []
  return {
    volume: id => inventory.volume(id),
    async observe() {
      const answer = await inventory.observe()
      if (answer.kind !== 'observed') return answer
      const { policies } = answer.observation
      // The same list for the same list: what was derived of it stands.
      if (policies !== known) disabled = policies.map(disabledPolicy)
      known = policies
      return { kind: 'observed', observation: { ...answer.observation, policies: disabled } }
    },
  }
}

function disabledPolicy(policy: PolicyObject): PolicyObject {
  return { ...policy, spec: { ...policy.spec, enabled: false } }
}

function cancelling(journal: Journal): Journal {
  let pause: OperatorRecord['pause'] = null
  return {
    async records() {
      const answer = await journal.records()
      return answer.kind === 'read' ? { ...answer, stored: answer.stored.map(cancelled) } : answer
    },
    create: async () => ({ kind: 'conflict' }),
    async replace(record) {
      const answer = await journal.replace(record)
      return answer.kind === 'written' ? { ...answer, stored: cancelled(answer.stored) } : answer
    },
    async operator() {
      const answer = await journal.operator()
      if (answer.kind === 'read') pause = answer.stored.pause
      return answer.kind === 'read' ? { ...answer, stored: unpaused(answer.stored) } : answer
    },
    /** What is paused stays so: against this version it was read with that pause. */
    async replaceOperator(record) {
      const answer = await journal.replaceOperator({ ...record, pause })
      return answer.kind === 'written' ? { ...answer, stored: unpaused(answer.stored) } : answer
    },
  }
}

/** Also before the watch has brought that the object was deleted. */
function cancelled(record: MigrationRecord): MigrationRecord {
  return { ...record, deleting: true }
}

function unpaused(record: OperatorRecord): OperatorRecord {
  return { ...record, pause: null }
}
