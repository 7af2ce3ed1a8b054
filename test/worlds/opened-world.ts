/** A world that is open for its contract, and what it can do of itself. */
import type { HistoryEntry } from '../../src/core/event.js'
import type { Cluster, NodeId, VolumeId } from '../../src/core/model.js'
import type { Ports } from '../../src/ports.js'

export interface OpenedWorld {
  readonly ports: Ports
  /** Lets the world's time pass until the promise is settled. */
  drive<Result>(promise: Promise<Result>): Promise<Result>
  /** A published volume with fewer replicas than there are nodes with room. */
  readonly volume: VolumeId
  /** A node that nobody has cordoned. */
  readonly node: NodeId
  /**
   * Carries out what commands only wrote down; null: one that is answered has taken effect.
   */
  readonly controller: (() => Promise<void>) | null
  /** Everything that the world was told so far. */
  readonly told: () => readonly HistoryEntry[]
}

/** What a world cannot do it refuses. */
export interface Abilities {
  /** Carried: they are set, seen and taken away. */
  readonly cordons: 'carried' | 'refused'
  /** Obeyed: a coder runs. */
  readonly stripes: 'obeyed' | 'refused'
}

export type Now = () => OpenedWorld

export async function clusterOf({ ports, drive }: OpenedWorld): Promise<Cluster> {
  const seen = await drive(ports.inventory.observe())
  if (seen.kind !== 'observed') throw new Error(seen.why)
  return seen.observation.cluster
}

/** Of the form that Mayastor's own names have. */
export const nobody = '00000000-0000-4000-8000-000000000000'
