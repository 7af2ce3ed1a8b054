/** Conditions of policies: what a person should know that is no decision about one volume. */
import type { DecideMemory } from './decide-memory.js'
import { clusterVersion } from './gate.js'
import { type Landscape, type PolicyView, policyOf } from './landscape.js'
import { type PolicyName, type Tier, tiers } from './model.js'
import type { Pasts } from './past.js'
import type { ErasureCodingPolicyObject } from './resources.js'
import { matchesPool } from './selector.js'

export interface Condition {
  readonly policy: PolicyName | null
  readonly condition:
    | 'MetricsAvailable'
    | 'WatermarksReachable'
    | 'PoolsDistinct'
    | 'PoolLabelsAgree'
    | 'VersionKnown'
    | 'SelectorsMatch'
    | 'CodingUsable'
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
    const text = memory.conditions.get(key)
    if (condition.holds ? text === undefined : text === condition.text) return
    if (condition.holds) memory.conditions.delete(key)
    else memory.conditions.set(key, condition.text)
    told.push(condition)
  }
  const text = metricsAvailable ? '' : 'Prometheus cannot be read: nothing starts'
  tell({ policy: null, condition: 'MetricsAvailable', holds: metricsAvailable, text })
  if (landscape !== memory.conditionsOf) {
    memory.conditionsOf = landscape
    for (const condition of ofLandscape(landscape, memory.pasts)) tell(condition)
  }
  return told
}

function ofLandscape(landscape: Landscape, pasts: Pasts): readonly Condition[] {
  const conflicts = landscape.cluster.pools.filter(pool => pool.conflictingLabels.length > 0)
  return [
    versionKnown(landscape),
    {
      policy: null,
      condition: 'PoolLabelsAgree',
      holds: conflicts.length === 0,
      text: conflicts.map(pool => `${pool.id}: ${pool.conflictingLabels.join(', ')}`).join('; '),
    },
    ...landscape.views.flatMap(view => [
      distinct(view),
      codingUsable(view),
      selectorsMatch(view, landscape),
      reachable(view, landscape, pasts),
    ]),
  ]
}

function versionKnown(landscape: Landscape): Condition {
  const { kind } = clusterVersion(landscape)
  const version = landscape.cluster.nodes[0]?.version ?? ''
  const texts: Readonly<Record<typeof kind, string>> = {
    known: '',
    newer: `Mayastor ${version} is newer than any version known here: taken for the newest`,
    'too-old': `Mayastor ${version} is older than any version known here: nothing moves`,
    unreadable: `no node tells a version of Mayastor that can be read (${version}): nothing moves`,
  }
  return { policy: null, condition: 'VersionKnown', holds: kind === 'known', text: texts[kind] }
}

/** A selector or a class that matches nothing, with what there is. */
function selectorsMatch(view: PolicyView, landscape: Landscape): Condition {
  const texts: string[] = []
  const { spec } = view.policy
  for (const tier of tiers) {
    if (tier === 'warm' && !view.warmIsOn) continue
    const selector = spec[`${tier}PoolSelector`]
    if (landscape.cluster.pools.some(pool => matchesPool(selector, pool.labels))) continue
    texts.push(`${tier}PoolSelector matches no pool; labels of pools: ${poolLabels(landscape)}`)
  }
  const place = landscape.views.indexOf(view)
  if (!landscape.volumes.some(one => one.policyPlaces.includes(place))) {
    const { volumes } = landscape.cluster
    const classes = distinctly(volumes.map(volume => volume.storageClass ?? 'none'))
    texts.push(`no volume of class ${spec.storageClassName} is selected; classes: ${classes}`)
  }
  const holds = texts.length === 0
  return { policy: view.policy.name, condition: 'SelectorsMatch', holds, text: texts.join('; ') }
}

function poolLabels(landscape: Landscape): string {
  const { pools } = landscape.cluster
  return distinctly(pools.flatMap(pool => Object.entries(pool.labels).map(pair => pair.join('='))))
}

function byName(a: string, b: string): number {
  return a < b ? -1 : 1
}

function distinctly(names: readonly string[]): string {
  return names.length === 0 ? 'none' : [...new Set(names)].sort(byName).join(', ')
}

function distinct(view: PolicyView): Condition {
  return {
    policy: view.policy.name,
    condition: 'PoolsDistinct',
    holds: view.poolsInTwoTiers.length === 0,
    text: view.poolsInTwoTiers.map(pool => `${pool} is in two tiers`).join('; '),
  }
}

/** What an ecPolicyRef names must be there, and be a shape that a code has. */
function codingUsable({ policy }: PolicyView): Condition {
  const { ecPolicyRef } = policy.spec
  const text = ecPolicyRef === null ? '' : whyNoCoding(policy.coding, ecPolicyRef)
  return { policy: policy.name, condition: 'CodingUsable', holds: text === '', text }
}

function whyNoCoding(coding: ErasureCodingPolicyObject | null, ecPolicyRef: string): string {
  if (coding === null) return `ecPolicyRef names ${ecPolicyRef}, and no such policy is there`
  if (coding.invalid.length === 0) return ''
  return `ErasureCodingPolicy ${ecPolicyRef} is invalid: ${coding.invalid.join(' ')}`
}

/**
 * A mark above what the pools of a tier can serve is never reached by a volume that lives there.
 */
function reachable(view: PolicyView, landscape: Landscape, pasts: Pasts): Condition {
  const { marks } = view
  const texts: string[] = []
  const check = (tier: Tier, mark: number, name: string): void => {
    const limit = largestLimit(view, tier)
    // One replica is enough: how many there are need not be counted.
    if (limit === null || mark <= limit) return
    const served = limit * mostReplicas(view, landscape, pasts)
    if (mark > served) {
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

/** The largest limit of a pool of the tier; null while one is not known. */
function largestLimit(view: PolicyView, tier: Tier): number | null {
  const limits = view.poolsOfTier[tier].map(pool => pool.iopsLimit?.value ?? null)
  if (limits.length === 0 || limits.includes(null)) return null
  return Math.max(...limits.map(limit => limit ?? 0))
}

/** Reads of a volume are spread over its replicas, each on a pool of its own. */
function mostReplicas(view: PolicyView, landscape: Landscape, pasts: Pasts): number {
  let replicas = 1
  for (const one of landscape.volumes) {
    if (policyOf(landscape, one) !== view) continue
    // A copy of ours is there for a while: the volume is meant to have the replicas it had.
    const intended = pasts.runningOf(one.volume.id)?.status?.intendedReplicas
    replicas = Math.max(replicas, intended ?? one.volume.replicaCount)
  }
  return replicas
}
