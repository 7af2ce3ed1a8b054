/** Whole nodes that a volume may lose at once, in the one form and in the other. */
import type { Code } from './code.js'
import { nodeLossesSurvived } from './coded-form.js'
import type { NodeId, Pool, PoolId, Volume } from './model.js'

/** All but one of the nodes that its replicas are on. */
export function survivedByReplicas({ replicas }: Volume): number {
  return new Set(replicas.map(replica => replica.node)).size - 1
}

export function survivedByShards(code: Code, nodes: readonly (NodeId | undefined)[]): number {
  return nodeLossesSurvived(code, [...countByNode(nodes).values()])
}

export function countByNode(
  nodes: readonly (NodeId | undefined)[],
): ReadonlyMap<NodeId | undefined, number> {
  const perNode = new Map<NodeId | undefined, number>()
  for (const node of nodes) perNode.set(node, (perNode.get(node) ?? 0) + 1)
  return perNode
}

/** Its shards, as they stand now, survive fewer lost nodes than its replicas. */
export function weakens(volume: Volume, pools: ReadonlyMap<PoolId, Pool>): boolean {
  const { coded } = volume
  if (coded === null || coded.pools.length === 0) return false
  const nodes = coded.pools.map(pool => pools.get(pool)?.node)
  return survivedByShards(coded.code, nodes) < survivedByReplicas(volume)
}
