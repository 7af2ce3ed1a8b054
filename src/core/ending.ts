/** How a migration ends that did not get to its end; only failures and rollbacks back off. */
import type { ReasonCode } from './reasons.js'
import type { Outcome } from './record.js'

const cancelling: ReadonlySet<string | null> = new Set<ReasonCode>([
  'cancelled-by-person',
  'policy-stopped',
  'snapshots',
  'changed-by-others',
  'unpublished',
  'no-longer-wanted',
  'source-preserved',
])

/** `cancelled` where somebody's word ended it, else null: then it depends. */
export function cancelledBy(why: string | null): Extract<Outcome, 'cancelled'> | null {
  return cancelling.has(why) ? 'cancelled' : null
}
