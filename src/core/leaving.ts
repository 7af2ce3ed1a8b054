/** In which order the replicas of a volume leave. */
import type { NodeId, Replica, Volume } from './model.js'

/** Remote replicas first, so that reads stay local as long as they can; then by name. */
export function remoteFirst(leaving: readonly Replica[], volume: Volume): readonly Replica[] {
  const byName = [...leaving].sort((a, b) => (a.id < b.id ? -1 : 1))
  return firstThose(byName, replica => replica.node !== volume.target?.node)
}

/**
 * First those whose node can take a copy when they are gone: each takes a node and gives one back,
 * so that no other order reaches further.
 */
export function givingBackFirst(
  leaving: readonly Replica[],
  usable: ReadonlySet<NodeId>,
): readonly Replica[] {
  return firstThose(leaving, replica => replica.node !== null && usable.has(replica.node))
}

function firstThose(
  replicas: readonly Replica[],
  goesFirst: (replica: Replica) => boolean,
): readonly Replica[] {
  return [...replicas.filter(goesFirst), ...replicas.filter(replica => !goesFirst(replica))]
}
