/** Steering: who can be chosen, what is cordoned, who can be named. */
import { describe, expect, it } from 'vitest'
import { type Landscape, survey } from '../../src/core/landscape.js'
import { type Cluster, nodeId, type Pool } from '../../src/core/model.js'
import {
  cannotBeVictim,
  choosable,
  destinationCordons,
  leavesAWayBack,
  nodeCordon,
  nodeCordonLabel,
  ourScopes,
  windowLabel,
  worksUnder,
} from '../../src/core/steer.js'
import { versionRows } from '../../src/core/versions.js'
import { cluster, node, pool, replica, volume } from './cluster.js'

const hot0 = pool('hot-0', 'hot')
const hot1 = pool('hot-1', 'hot')
const cold0 = pool('cold-0', 'cold')
const cold1 = pool('cold-1', 'cold')
const pools = [hot0, hot1, cold0, cold1]
const on0 = volume('v', [hot0])
const [, , nodes29, pools210] = versionRows

function scape(seen: Cluster): Landscape {
  return survey(seen, [], null)
}

function names(chosen: readonly Pool[]): readonly string[] {
  return chosen.map(one => one.id)
}

describe('the pools that Mayastor could choose', () => {
  it('are on nodes that hold no replica of the volume', () => {
    expect(names(choosable(on0, scape(cluster({ pools }))))).toEqual(['hot-1', 'cold-0', 'cold-1'])
  })

  it.each<readonly [string, Partial<Pool>]>([
    ['a cordon for replicas', { cordon: { ...ourScopes } }],
    ['no fitting label', { schedulerLabels: {} }],
    ['an unknown node', { node: nodeId('nowhere') }],
  ])('are none with %s', (_, change) => {
    const changed = { ...cold0, ...change }
    const seen = cluster({
      pools: [hot0, changed],
      nodes: [node('node-hot-0'), node('node-cold-0')],
    })
    const wanting = { ...on0, topology: { ...on0.topology, poolInclusion: { 'storage-tier': '' } } }
    expect(choosable(wanting, scape(seen))).toEqual([])
  })

  it('may have a cordon for something else', () => {
    const cordon = { replicas: false, snapshots: true, restores: true, import: true }
    const seen = cluster({ pools: [hot0, { ...cold0, cordon }] })
    expect(names(choosable(on0, scape(seen)))).toEqual(['cold-0'])
  })

  it('are not on a cordoned node', () => {
    const nodes = [node('node-hot-0'), node('node-cold-0', { cordonLabels: ['drill'] })]
    expect(choosable(on0, scape(cluster({ pools: [hot0, cold0], nodes })))).toEqual([])
  })
})

describe('the cordons of a destination', () => {
  it('are on every pool that is not accepted', () => {
    const cordons = destinationCordons(on0, [cold0.id], scape(cluster({ pools })), pools210, 'v-1')
    expect(cordons).toEqual([
      { kind: 'pool', pool: 'hot-1', before: null, ours: ourScopes },
      { kind: 'pool', pool: 'cold-1', before: null, ours: ourScopes },
    ])
  })

  it('remember what stood before', () => {
    const cordon = { replicas: false, snapshots: true, restores: false, import: false }
    const seen = scape(cluster({ pools: [hot0, { ...hot1, cordon }, cold0] }))
    const [first] = destinationCordons(on0, [cold0.id], seen, pools210, 'v-1')
    expect(first).toMatchObject({ pool: 'hot-1', before: cordon })
  })

  it('are on each node once where pools cannot be cordoned', () => {
    const twin = pool('hot-2', 'hot', { node: hot1.node })
    const seen = scape(cluster({ pools: [...pools, twin] }))
    expect(destinationCordons(on0, [cold0.id], seen, nodes29, 'v-1')).toEqual([
      { kind: 'node', node: 'node-hot-1', label: 'couchestor-v-1' },
      { kind: 'node', node: 'node-cold-1', label: 'couchestor-v-1' },
    ])
  })

  it('name their owner, and keep new replicas away alone', () => {
    expect(nodeCordonLabel('v-7')).toBe('couchestor-v-7')
    expect(nodeCordon(nodeId('n'), 'v-7')).toEqual({
      kind: 'node',
      node: 'n',
      label: 'couchestor-v-7',
    })
    expect(ourScopes).toEqual({ replicas: true, snapshots: false, restores: false, import: false })
    expect(windowLabel).toMatch(/^[a-z-]+$/)
  })
})

describe('a victim', () => {
  const on01 = volume('v', [hot0, hot1])
  const [victim, other] = on01.replicas

  it('can be named by the cordon of its node', () => {
    expect(cannotBeVictim(victim, on01, scape(cluster({ pools })))).toBeNull()
  })

  it('cannot while the node of another replica is cordoned too', () => {
    const nodes = [node('node-hot-0'), node('node-hot-1', { cordonLabels: ['drill'] })]
    const seen = scape(cluster({ pools: [hot0, hot1], nodes }))
    expect(cannotBeVictim(victim, on01, seen)).toBe(
      'node node-hot-1 of another replica is cordoned too',
    )
    expect(cannotBeVictim(other, on01, seen)).toBeNull()
  })

  it('cannot while another replica fits the topology less', () => {
    const poolInclusion = { 'storage-tier': 'hot' }
    const bound = { ...on01, topology: { ...on01.topology, poolInclusion } }
    const moved = { ...bound, replicas: [victim, replica('copy', cold0)] }
    const seen = scape(cluster({ pools }))
    expect(cannotBeVictim(victim, moved, seen)).toContain('the replica in cold-0 does not fit')
    expect(cannotBeVictim(moved.replicas[1], moved, seen)).toBeNull()
  })

  it('is not held back by a replica that is not synced, or of which little is known', () => {
    const nodes = [node('node-hot-0'), node('node-hot-1', { cordonLabels: ['drill'] })]
    const seen = scape(cluster({ pools: [hot0, hot1], nodes }))
    const broken = { ...on01, replicas: [victim, { ...other, childState: 'degraded' as const }] }
    expect(cannotBeVictim(victim, broken, seen)).toBeNull()
    const unknown = { ...on01, replicas: [victim, { ...other, node: null, pool: null }] }
    expect(cannotBeVictim(victim, unknown, seen)).toBeNull()
  })
})

describe('a drain under the volume', () => {
  it('is seen on the pool and on the node of a replica', () => {
    const on01 = volume('v', [hot0, hot1])
    expect(worksUnder(on01, scape(cluster({ pools })))).toBeNull()
    const drainedPool = cluster({ pools: [hot0, { ...hot1, draining: true }, cold0] })
    expect(worksUnder(on01, scape(drainedPool))).toBe('pool hot-1 is draining')
    const nodes = [node('node-hot-0', { draining: true }), node('node-hot-1')]
    const drainedNode = cluster({ pools: [hot0, hot1], nodes })
    expect(worksUnder(on01, scape(drainedNode))).toBe('node node-hot-0 is draining')
  })

  it('is none elsewhere, or where a place is not known', () => {
    const seen = scape(cluster({ pools: [hot0, { ...cold0, draining: true }] }))
    const lost = {
      ...on0,
      replicas: [...on0.replicas, replica('lost', cold0, { pool: null, node: null })],
    }
    expect(worksUnder(lost, seen)).toBeNull()
  })
})

describe('the way back of a volume in an affinity group', () => {
  const member = { ...on0, affinityGroup: 'ns/sts' }
  const brother = volume('w', [cold0], { affinityGroup: 'ns/sts' })
  const seen = (...others: Parameters<typeof cluster>[0]['volumes'] & object) =>
    scape(cluster({ pools, volumes: [member, ...others] }))

  it('is open for every other volume', () => {
    expect(leavesAWayBack(on0, cold0, seen(brother), nodes29)).toBe(true)
    expect(leavesAWayBack({ ...member, replicaCount: 2 }, cold0, seen(brother), nodes29)).toBe(true)
  })

  it('is barred before 2.10', () => {
    expect(leavesAWayBack(member, cold1, seen(), nodes29)).toBe(false)
  })

  it('is barred from the node of another single replica of the group', () => {
    expect(leavesAWayBack(member, cold0, seen(brother), pools210)).toBe(false)
    expect(leavesAWayBack(member, cold1, seen(brother), pools210)).toBe(true)
    const two = { ...brother, replicaCount: 2 }
    expect(leavesAWayBack(member, cold0, seen(two), pools210)).toBe(true)
    const stranger = { ...brother, affinityGroup: 'ns/other' }
    expect(leavesAWayBack(member, cold0, seen(stranger), pools210)).toBe(true)
    expect(leavesAWayBack(member, hot0, seen(), pools210)).toBe(true)
  })
})
