/** Asks for a place in a small cluster, with all that a test does not name as usual. */

import { DecideMemory } from '../../src/core/decide.js'
import { Footprints } from '../../src/core/footprints.js'
import { PoolLoads } from '../../src/core/load.js'
import type { Cluster, Pool, StorageNode, Tier, Volume } from '../../src/core/model.js'
import { type Demand, type Placement, place } from '../../src/core/place.js'
import { PoolFacts } from '../../src/core/pool-facts.js'
import { Reservations } from '../../src/core/reserve.js'
import { type VersionRow, versionRows } from '../../src/core/versions.js'
import { cluster, heat, node, noon, policy, pool, volume } from './cluster.js'

export const rowOf = (version: string): VersionRow => {
  const row = versionRows.find(one => one.version === version)
  if (row === undefined) throw new Error(`no row ${version}`)
  return row
}
const newest = rowOf('2.10')

interface Asked {
  readonly row?: VersionRow
  readonly to?: Tier
  readonly reservations?: Reservations
  readonly headroomPercent?: number
  readonly readIops?: number
  readonly writeIops?: number
  /** Heat of other volumes. */
  readonly iops?: Readonly<Record<string, number>>
}

export function placed(of: Volume, seen: Partial<Cluster>, asked: Asked = {}): Placement {
  const volumes = [...(seen.volumes ?? []), of]
  const whole = cluster({ ...seen, volumes })
  const memory = new DecideMemory()
  const atUs = noon
  const knownUpToUs = { mayastor: atUs, kubernetes: atUs }
  const landscape = memory.look({ atUs, knownUpToUs, cluster: whole, policies: [policy()] })
  const demand: Demand = {
    volume: of,
    to: asked.to ?? 'cold',
    view: landscape.views[0],
    readIops: asked.readIops ?? 0,
    writeIops: asked.writeIops ?? 0,
  }
  const loads = new PoolLoads(landscape, heat(asked.iops ?? {}), new Footprints())
  const reservations = asked.reservations ?? new Reservations()
  const facts = new PoolFacts(landscape, loads, reservations, asked.headroomPercent ?? 85)
  return place(demand, facts, asked.row ?? newest)
}

export const hot = [0, 1, 2].map(index => pool(`hot-${index}`, 'hot'))
export const cold = [0, 1, 2].map(index => pool(`cold-${index}`, 'cold'))
export const db = volume('db', [hot[0]])
export const pair = volume('db', [hot[0], hot[1]])
export const changed = (one: Pool, change: Partial<Pool>): Pool => ({ ...one, ...change })
export const nodesOf = (
  pools: readonly Pool[],
  change: Readonly<Record<string, Partial<StorageNode>>>,
) => [...new Set(pools.map(one => one.node))].map(name => node(name, change[name] ?? {}))
