/** Asks where the shards of a volume could go, or its replicas, in a small cluster. */
import type { Coding } from '../../src/core/coded-form.js'
import { DecideMemory } from '../../src/core/decide.js'
import { Footprints } from '../../src/core/footprints.js'
import { PoolLoads } from '../../src/core/load.js'
import type { Cluster, Pool, Tier, Volume } from '../../src/core/model.js'
import type { Demand } from '../../src/core/place.js'
import { type ConversionPlacement, placeReplicas, placeShards } from '../../src/core/place-coded.js'
import { PoolFacts } from '../../src/core/pool-facts.js'
import { Reservations } from '../../src/core/reserve.js'
import type { StoragePolicySpec } from '../../src/core/resources.js'
import { cluster, heat, noon, policy, pool, volume } from './cluster.js'
import { cold } from './coded.js'

interface Asked {
  readonly of?: Volume
  readonly pools?: readonly Pool[]
  readonly to?: Tier
  readonly seen?: Partial<Cluster>
  readonly spec?: Partial<StoragePolicySpec>
  readonly reservations?: Reservations
  readonly readIops?: number
  readonly writeIops?: number
  readonly iops?: Readonly<Record<string, number>>
}

export const hot = [0, 1, 2].map(at => pool(`hot-${at}`, 'hot'))
export const v = volume('v', hot)

function asked(change: Asked): readonly [Demand, PoolFacts] {
  const { of = v, pools = [...hot, ...cold], to = 'cold' } = change
  const volumes = [...(change.seen?.volumes ?? []), of]
  const whole = cluster({ pools, ...change.seen, volumes })
  const memory = new DecideMemory()
  const knownUpToUs = { mayastor: noon, kubernetes: noon }
  const policies = [policy(change.spec)]
  const landscape = memory.look({ atUs: noon, knownUpToUs, cluster: whole, policies })
  const { readIops = 0, writeIops = 0 } = change
  const demand = { volume: of, to, view: landscape.views[0], readIops, writeIops }
  const loads = new PoolLoads(landscape, heat(change.iops ?? {}), new Footprints())
  const reservations = change.reservations ?? new Reservations()
  return [demand, new PoolFacts(landscape, loads, reservations, 85)]
}

export function shards(coding: Coding, change: Asked = {}): ConversionPlacement {
  const [demand, facts] = asked(change)
  return placeShards(demand, coding, facts)
}

export function replicas(of: Volume, change: Asked = {}): ConversionPlacement {
  const [demand, facts] = asked({ to: 'hot', ...change, of })
  return placeReplicas(demand, facts)
}

export function poolsOf(placement: ConversionPlacement): readonly string[] {
  if (placement.kind === 'blocked') throw new Error(placement.reason)
  return placement.plan.pools
}

export const names = (pools: readonly Pool[]): readonly string[] => pools.map(one => one.id)
export const full = (one: Pool): Pool => ({ ...one, usedBytes: one.capacityBytes })
export const limited =
  (value: number) =>
  (one: Pool): Pool => ({
    ...one,
    iopsLimit: { value, source: 'preset' },
  })
