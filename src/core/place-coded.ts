/**
 * * Where the shards of a volume go, or the replicas that it gets back. A shard is a small replica:
 * it needs room, IOPS and bandwidth like one. No pool gets two shards, no node more than the code
 * can lose, and no conversion survives fewer lost nodes than before unless the policy says so.
 */
import { anyLosses, shardsOf } from './code.js'
import { type Coding, operationsPerWrite, rawBytesPerPool } from './coded-form.js'
import type { ConversionPlan } from './conversion-state.js'
import type { NodeId, Volume } from './model.js'
import { countByNode, survivedByReplicas, survivedByShards } from './node-tolerance.js'
import { type Blocked, blocked, copyDurationUs, type Demand, isOpen } from './place.js'
import type { PoolFacts, Site } from './pool-facts.js'
import { topologyFits } from './topology.js'

export type ConversionPlacement =
  | {
      readonly kind: 'accepted'
      readonly plan: ConversionPlan
      readonly expectedDurationUs: number
    }
  | Blocked

/** Encoding reads and writes everything once, and reading back reads it again. */
const passes = 2

export function placeShards(demand: Demand, coding: Coding, facts: PoolFacts): ConversionPlacement {
  const { volume, view } = demand
  const { code } = coding
  const shards = shardsOf(code)
  const sizeBytes = rawBytesPerPool(coding, volume.sizeBytes)
  const writes = demand.writeIops * operationsPerWrite(code)
  const addedIops = (demand.readIops + writes) / shards
  const need = { sizeBytes, thin: false, addedIops, sites: shards }
  const able = ableSites(facts.sites(view.poolsOfTier.cold).filter(isOpen), need, facts)
  if ('kind' in able) return able
  const chosen = spread(able, shards, facts)
  const chosenNodes = chosen.map(site => site.node.id)
  if ([...countByNode(chosenNodes).values()].some(count => count > anyLosses(code))) {
    const nodes = [...new Set(able.map(site => site.node.id))]
    return blocked('coding-no-nodes', nodes, { shards, mostPerNode: anyLosses(code) })
  }
  const before = survivedByReplicas(volume)
  const after = survivedByShards(code, chosenNodes)
  if (after < before && !view.policy.spec.allowWeakerNodeTolerance) {
    return blocked('coding-weakens', [], { before, after })
  }
  const pools = chosen.map(site => site.pool.id)
  const expectedDurationUs = passes * copyDurationUs(volume, poolsOf(chosen))
  return { kind: 'accepted', plan: { kind: 'code', coding, pools }, expectedDurationUs }
}

/** New replicas are made where they are wanted: no window has to steer them. */
export function placeReplicas(demand: Demand, facts: PoolFacts): ConversionPlacement {
  const { volume, to, view } = demand
  const replicas = volume.coded?.replicaCount ?? volume.replicaCount
  const fitting = facts
    .sites(view.poolsOfTier[to])
    .filter(site => isOpen(site) && topologyFits(volume.topology.poolInclusion, site.pool))
  const addedIops = demand.writeIops + demand.readIops / Math.max(1, replicas)
  const { sizeBytes, thin } = volume
  const able = ableSites(fitting, { sizeBytes, thin, addedIops, sites: replicas }, facts)
  if ('kind' in able) return able
  const chosen = spread(able, replicas, facts)
  if (new Set(chosen.map(site => site.node.id)).size < replicas) {
    return blocked('no-node-free', [...new Set(able.map(site => site.node.id))], { replicas })
  }
  const pools = chosen.map(site => site.pool.id)
  const expectedDurationUs = passes * copyDurationUs(volume, poolsOf(chosen))
  return { kind: 'accepted', plan: { kind: 'restore', pools }, expectedDurationUs }
}

interface Need extends Pick<Volume, 'sizeBytes' | 'thin'> {
  readonly addedIops: number
  /** How many sites are needed, each on a pool of its own. */
  readonly sites: number
}

/** Sites with room, IOPS and bandwidth; or which of these too few have. */
function ableSites(open: readonly Site[], need: Need, facts: PoolFacts): readonly Site[] | Blocked {
  const few = (found: readonly Site[]): boolean => found.length < need.sites
  const poolIds = (sites: readonly Site[]): readonly string[] => sites.map(site => site.pool.id)
  if (few(open)) return blocked('too-few-pools', poolIds(open), { pools: need.sites })
  const roomy = open.filter(({ pool }) => facts.missingBytes(pool, need) <= 0)
  if (few(roomy)) {
    const others = open.filter(site => !roomy.includes(site))
    const missing = others.map(({ pool }) => facts.missingBytes(pool, need))
    const missingBytes = Math.min(...missing)
    return blocked('tier-full', poolIds(others), { sizeBytes: need.sizeBytes, missingBytes })
  }
  const able = roomy.filter(({ pool }) => {
    const limit = pool.iopsLimit
    return limit === null || facts.loadIops(pool) + need.addedIops <= limit.value
  })
  if (few(able)) return tooBusy(roomy, able, need, facts)
  const quiet = able.filter(({ pool }) => facts.reservations.copyInto(pool.id) === null)
  if (few(quiet)) return blocked('bandwidth-taken', poolIds(able), {})
  return quiet
}

function tooBusy(
  roomy: readonly Site[],
  able: readonly Site[],
  need: Need,
  facts: PoolFacts,
): Blocked {
  const busy = roomy.filter(site => !able.includes(site)).map(site => site.pool)
  const [pool] = [...busy].sort((a, b) => facts.loadIops(a) - facts.loadIops(b))
  return blocked('pool-would-saturate', [`${pool.id} (limit: ${pool.iopsLimit?.source ?? ''})`], {
    loadIops: Math.round(facts.loadIops(pool)),
    addedIops: Math.round(need.addedIops),
    limitIops: pool.iopsLimit?.value ?? 0,
  })
}

/** One after another on the node that has the fewest yet, there on the emptiest pool. */
function spread(sites: readonly Site[], count: number, facts: PoolFacts): readonly Site[] {
  const chosen: Site[] = []
  const perNode = new Map<NodeId, number>()
  const fill = ({ pool }: Site): number =>
    (pool.usedBytes + facts.reservations.bytes(pool.id)) / pool.capacityBytes
  const free = [...sites].sort((a, b) => fill(a) - fill(b))
  while (chosen.length < count) {
    const on = ({ node }: Site): number => perNode.get(node.id) ?? 0
    const best = free.reduce((a, b) => (on(b) < on(a) ? b : a))
    chosen.push(best)
    perNode.set(best.node.id, on(best) + 1)
    free.splice(free.indexOf(best), 1)
  }
  return chosen
}

function poolsOf(sites: readonly Site[]): readonly Site['pool'][] {
  return sites.map(site => site.pool)
}
