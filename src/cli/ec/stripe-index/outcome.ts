/** What `ec index` did or found, as lines for people and as one document for scripts. */
import type { IndexPlan, Stale } from '../../../core/stripe-index.js'
import { stripeObjectName } from '../../../core/stripe-object.js'
import type { StripeStatus } from '../../../core/stripe-status.js'

/** The objects beside the containers: what was written, or what differs. */
export interface Compared {
  readonly kind: 'compared'
  readonly volume: string
  /** Nothing was written. */
  readonly isCheck: boolean
  /** Every block was read; else the heads of the containers. */
  readonly isVerified: boolean
  readonly plan: IndexPlan
  readonly statuses: readonly Telling[]
}

export type Outcome = Compared | { readonly kind: 'deleted'; readonly volume: string }

export interface Telling {
  readonly name: string
  readonly status: StripeStatus
}

/** Whether something was found that only a run without `--check` puts right. */
export function isDiffering(outcome: Outcome): boolean {
  return outcome.kind === 'compared' && outcome.isCheck && differences(outcome) > 0
}

export function differences({ plan, statuses }: Compared): number {
  return plan.create.length + plan.remove.length + statuses.length
}

export function documentFrom(directory: string, outcome: Outcome) {
  const { volume } = outcome
  if (outcome.kind === 'deleted') {
    return {
      ...{ directory, volume, action: 'delete', read: null, agrees: null, objects: 0 },
      ...{ create: [], status: [], remove: null, foreign: [] },
    }
  }
  const { isCheck, isVerified, plan } = outcome
  const { create, remove, keep, foreign } = plan
  return {
    directory,
    volume,
    action: isCheck ? 'check' : 'write',
    read: isVerified ? 'blocks' : 'heads',
    agrees: !isDiffering(outcome),
    objects: keep.length + (isCheck ? remove : create).length,
    create: create.map(group => {
      const { firstStripe, stripes } = group
      return { name: stripeObjectName(group), firstStripe, stripes }
    }),
    status: told(outcome).map(({ name, status }) => ({ name, ...status })),
    remove,
    foreign,
  }
}

export function linesFrom(outcome: Outcome): readonly string[] {
  const { volume } = outcome
  if (outcome.kind === 'deleted') return [`${volume}: no ECStripe is left`]
  const { plan } = outcome
  const many = plan.keep.length + plan.create.length
  const objects = many === 1 ? '1 ECStripe' : `${many} ECStripes`
  const last = isDiffering(outcome)
    ? `${volume}: the index differs from the containers: run it without --check`
    : `${volume}: ${objects} as the containers are`
  return [...changes(outcome), last]
}

function changes(compared: Compared): readonly string[] {
  const { isCheck, plan } = compared
  const [creates, removes, tells] = isCheck
    ? (['missing', 'stale', 'another status'] as const)
    : (['create', 'remove', 'status'] as const)
  return [
    ...plan.create.map(group => {
      const last = group.firstStripe + group.stripes - 1
      return `${creates}: ${stripeObjectName(group)}, stripes ${group.firstStripe} to ${last}`
    }),
    ...told(compared).map(({ name, status }) => {
      const { state, healthyShards } = status
      return `${tells}: ${name} is ${state}, with ${healthyShards} healthy shards`
    }),
    ...plan.remove.map(({ name, why }) => `${removes}: ${name}, ${staleText[why]}`),
  ]
}

/** One that is missing has no status that could be another one. */
function told({ isCheck, plan, statuses }: Compared): readonly Telling[] {
  if (!isCheck) return statuses
  const missing = new Set(plan.create.map(stripeObjectName))
  return statuses.filter(({ name }) => !missing.has(name))
}

const staleText: Readonly<Record<Stale, string>> = {
  'other-layout': 'which tells of another layout',
  twice: 'which tells the same as another one',
  unreadable: 'which cannot be read',
}
