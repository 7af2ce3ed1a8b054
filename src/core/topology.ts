/** What a volume's own topology asks of pools and nodes, compared as Mayastor's scheduler does. */
import type { Labels, Pool, StorageNode, Topology } from './model.js'
import { labelOf } from './selector.js'

/** Every wanted key must be there, with the same value; an empty wanted value means: any value. */
function has(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => {
    const own = labelOf(labels, key)
    return own !== undefined && (value === '' || value === own)
  })
}

export function topologyFits(inclusion: Labels, pool: Pool): boolean {
  return has(pool.schedulerLabels, inclusion)
}

/** `taken` are the nodes of the volume's replicas: a spread volume has each on another value. */
export function nodeFits(
  topology: Topology,
  node: StorageNode,
  taken: readonly StorageNode[],
): boolean {
  return (
    has(node.labels, topology.nodeInclusion) &&
    Object.keys(topology.nodeExclusion).every(key =>
      taken.every(other => labelOf(other.labels, key) !== labelOf(node.labels, key)),
    )
  )
}
