/** Conditions of policies: what a person should know that is no decision about one volume. */
import type { DecideMemory } from './decide-memory.js'
import { clusterVersion } from './gate.js'
import type { Landscape, PolicyView } from './landscape.js'
import type { PolicyName, Tier } from './model.js'
import { marksOf } from './wish.js'

export interface Condition {
  readonly policy: PolicyName | null
  readonly condition:
    | 'MetricsAvailable'
    | 'WatermarksReachable'
    | 'PoolsDistinct'
    | 'PoolLabelsAgree'
    | 'VersionKnown'
  readonly holds: boolean
  readonly text: string
}

/** Those that changed since they were last told. */
export function conditionsOf(
  landscape: Landscape,
  memory: DecideMemory,
  metricsAvailable: boolean,
): readonly Condition[] {
  const told: Condition[] = []
  const tell = (condition: Condition): void => {
    const key = `${condition.policy ?? ''}/${condition.condition}`
    const known = memory.conditions.get(key) ?? true
    if (known === condition.holds) return
    memory.conditions.set(key, condition.holds)
    told.push(condition)
  }
  const text = metricsAvailable ? '' : 'Prometheus cannot be read: nothing starts'
  tell({ policy: null, condition: 'MetricsAvailable', holds: metricsAvailable, text })
  if (landscape !== memory.conditionsOf) {
    memory.conditionsOf = landscape
    for (const condition of ofLandscape(landscape)) tell(condition)
  }
  return told
}

function ofLandscape(landscape: Landscape): readonly Condition[] {
  const newer = clusterVersion(landscape).kind === 'newer'
  const conflicts = landscape.cluster.pools.filter(pool => pool.conflictingLabels.length > 0)
  return [
    {
      policy: null,
      condition: 'VersionKnown',
      holds: !newer,
      text: newer ? 'Mayastor is newer than any version known here: taken for the newest' : '',
    },
    {
      policy: null,
      condition: 'PoolLabelsAgree',
      holds: conflicts.length === 0,
      text: conflicts.map(pool => `${pool.id}: ${pool.conflictingLabels.join(', ')}`).join('; '),
    },
    ...landscape.views.flatMap(view => [distinct(view), reachable(view, landscape)]),
  ]
}

function distinct(view: PolicyView): Condition {
  return {
    policy: view.policy.name,
    condition: 'PoolsDistinct',
    holds: view.poolsInTwoTiers.length === 0,
    text: view.poolsInTwoTiers.map(pool => `${pool} is in two tiers`).join('; '),
  }
}

/** A mark above what the pools of a tier can serve is never reached by a volume that lives there. */
function reachable(view: PolicyView, landscape: Landscape): Condition {
  const marks = marksOf(view)
  const texts: string[] = []
  const check = (tier: Tier, mark: number, name: string): void => {
    const served = mostServed(view, tier, landscape)
    if (served !== null && mark > served) {
      texts.push(`${name} ${mark} is above the ${served} IOPS that a volume on ${tier} can show`)
    }
  }
  check('cold', marks.warmIsOn ? marks.warmIops : marks.highIops, marks.warmIsOn ? 'warm' : 'high')
  if (marks.warmIsOn) check('warm', marks.highIops, 'high')
  return {
    policy: view.policy.name,
    condition: 'WatermarksReachable',
    holds: texts.length === 0,
    text: texts.join('; '),
  }
}

/** IOPS of one volume at the most: reads are spread over its replicas, each on a pool of its own. */
function mostServed(view: PolicyView, tier: Tier, landscape: Landscape): number | null {
  const limits = view.poolsOfTier[tier].map(pool => pool.iopsLimit?.value ?? null)
  if (limits.length === 0 || limits.includes(null)) return null
  const largest = Math.max(...limits.map(limit => limit ?? 0))
  let replicas = 1
  for (const one of landscape.volumes) {
    if (one.policies[0] === view) replicas = Math.max(replicas, one.volume.replicaCount)
  }
  return largest * replicas
}
