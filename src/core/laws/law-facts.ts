/** What the laws must know that no history tells: it stands before the first entry, and stays. */
import type { NodeId, PolicyName, PoolId, Tier } from '../model.js'
import type { PolicyObject } from '../resources.js'
import type { OperatorSettings } from '../settings.js'

export interface LawPool {
  readonly id: PoolId
  readonly node: NodeId
  readonly capacityBytes: number
}

export interface LawFacts {
  readonly settings: OperatorSettings
  readonly policies: readonly PolicyObject[]
  readonly pools: readonly LawPool[]
  /** The tier of a pool as a policy sees it. */
  readonly tierOf: (policy: PolicyName, pool: PoolId) => Tier | null
}
