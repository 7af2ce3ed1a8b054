/** Tiers and owners of volumes; a landscape taken over equals a fresh one. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { policyOf, policyView, selects, survey, volumeViewOf } from '../../src/core/landscape.js'
import { type Cluster, type Pool, type Tier, tiers, type Volume } from '../../src/core/model.js'
import type { PolicyObject } from '../../src/core/resources.js'
import { cluster, policy, pool, replica, tierSelector, volume } from './cluster.js'

const hot = [0, 1, 2].map(index => pool(`hot-${index}`, 'hot'))
const warm = [0, 1, 2].map(index => pool(`warm-${index}`, 'warm'))
const cold = [0, 1, 2].map(index => pool(`cold-${index}`, 'cold'))
const stray = pool('stray', null)
const all = [...hot, ...warm, ...cold, stray]

/** One thing that happens to a cluster; what it does not touch stays the same object. */
type Change = (before: { cluster: Cluster; policies: readonly PolicyObject[] }) => {
  cluster: Cluster
  policies: readonly PolicyObject[]
}

const withPools = (change: (pool: Pool, index: number) => Pool): Change => {
  return ({ cluster: old, policies }) => ({
    cluster: { ...old, pools: old.pools.map(change) },
    policies,
  })
}
const withVolumes = (change: (volumes: readonly Volume[]) => readonly Volume[]): Change => {
  return ({ cluster: old, policies }) => ({
    cluster: { ...old, volumes: change(old.volumes) },
    policies,
  })
}
const at = fc.nat(9)
const changes: fc.Arbitrary<Change> = fc.oneof(
  at.map(place => withPools((one, index) => (index === place ? { ...one, usedBytes: 7 } : one))),
  fc
    .tuple(at, fc.constantFrom<Tier>(...tiers))
    .map(([place, tier]) =>
      withPools((one, index) =>
        index === place ? { ...one, labels: { 'storage-tier': tier } } : one,
      ),
    ),
  at.map(place =>
    withPools((one, index) => (index === place ? { ...one, conflictingLabels: ['a'] } : one)),
  ),
  fc
    .tuple(at, at)
    .map(([place, to]) =>
      withVolumes(volumes =>
        volumes.map((one, index) =>
          index === place ? { ...one, replicas: [replica('moved', all[to])] } : one,
        ),
      ),
    ),
  at.map(place => withVolumes(volumes => volumes.filter((_, index) => index !== place))),
  at.map(place => withVolumes(volumes => [volume(`new-${place}`, [all[place]]), ...volumes])),
  at.map(place =>
    withPools((_, index) => (index === 0 ? pool(`other-${place}`, 'cold') : all[index])),
  ),
  fc.constant<Change>(({ cluster: old }) => ({
    cluster: old,
    policies: [policy({ storageClassName: 'mayastor' }, 'other', { generation: 2 })],
  })),
  fc.constant<Change>(({ cluster: old, policies }) => ({
    cluster: old,
    policies: [
      ...policies,
      policy({ volumeSelector: { matchLabels: { team: 'a' }, matchExpressions: [] } }, 'second'),
    ],
  })),
)

describe('a landscape', () => {
  it('taken over from the one before equals a fresh survey', () => {
    fc.assert(
      fc.property(fc.array(changes, { minLength: 1, maxLength: 8 }), steps => {
        const volumes = all.flatMap((one, index) => [
          volume(`v${index}`, [one], { labels: index > 4 ? { team: 'a' } : {} }),
          volume(`w${index}`, [one, all[(index + 1) % all.length]]),
        ])
        let now = {
          cluster: cluster({ pools: all, volumes }),
          policies: [policy()] as readonly PolicyObject[],
        }
        let before = survey(now.cluster, now.policies, null)
        for (const step of steps) {
          now = step(now)
          before = survey(now.cluster, now.policies, before)
          expect(before).toEqual(survey(now.cluster, now.policies, null))
        }
      }),
    )
  })

  it('takes over what did not change, and nothing where the tiers did', () => {
    const policies = [policy()]
    const volumes = [volume('v', [hot[0]]), volume('w', [hot[1]], { storageClass: 'other' })]
    const first = cluster({ pools: all, volumes })
    const before = survey(first, policies, null)
    const isKept = (change: (pool: Pool, index: number) => Pool, more: readonly Pool[] = []) => {
      const pools = [...first.pools.map(change), ...more]
      const after = survey({ ...first, pools }, policies, before)
      return after.volumes.map((one, index) => one.outside === before.volumes[index].outside)
    }
    const onFirst = (change: Partial<Pool>) => (one: Pool, index: number) =>
      index === 0 ? { ...one, ...change } : one
    expect(isKept(one => ({ ...one, usedBytes: 1 }))).toEqual([true, true])
    expect(isKept(onFirst({ labels: { ...hot[0].labels } }))).toEqual([true, true])
    expect(isKept(onFirst({ labels: { 'storage-tier': 'cold' } }))).toEqual([false, false])
    expect(isKept(onFirst({ labels: { ...hot[0].labels, zone: 'a' } }))).toEqual([true, true])
    expect(isKept(onFirst({ conflictingLabels: ['zone'] }))).toEqual([true, true])
    expect(isKept(onFirst({ id: pool('else', 'hot').id }))).toEqual([false, false])
    expect(isKept(one => one, [pool('more', 'hot')])).toEqual([false, false])
    const moved = { ...volumes[0], replicas: [replica('r', hot[1])] }
    const after = survey({ ...first, volumes: [moved, volumes[1]] }, policies, before)
    expect(after.volumes[0].outside).not.toBe(before.volumes[0].outside)
    expect(after.volumes[1].outside).toBe(before.volumes[1].outside)
  })

  it('is the same list of volumes while none of them changed, whatever else did', () => {
    const policies = [policy({}, 'none', {}), policy()].map((one, index) =>
      index === 0 ? { ...one, spec: { ...one.spec, storageClassName: 'none' } } : one,
    )
    const volumes = [volume('v', [hot[0]]), volume('w', [hot[1]], { storageClass: 'other' })]
    const first = cluster({ pools: all, volumes })
    const before = survey(first, policies, null)
    const pools = all.map(one => ({ ...one, usedBytes: 1 }))
    const after = survey({ ...first, pools, volumes: [...volumes] }, policies, before)
    expect(after.volumes).toBe(before.volumes)
    expect(after.views).not.toBe(before.views)
    expect(after.volumes.map(one => policyOf(after, one))).toEqual([after.views[1], undefined])
    expect(volumeViewOf(after, volumes[1].id)).toBe(after.volumes[1])
    expect(volumeViewOf(after, volume('x', [hot[2]]).id)).toBe(undefined)
    const more = [...volumes, volume('x', [hot[2]])]
    const grown = survey({ ...first, volumes: more }, policies, before)
    expect(grown.volumes.slice(0, 2)).toEqual(before.volumes)
    expect(volumeViewOf(grown, more[2].id)?.volume).toBe(more[2])
    const anew = survey(first, [...policies], before)
    for (const one of anew.volumes) expect(before.volumes).not.toContain(one)
  })

  it('knows the largest replica on each pool', () => {
    const volumes = [5, 9, 7].map((sizeBytes, at) => ({
      ...volume(`v${at}`, [hot[at === 2 ? 1 : 0], warm[0]]),
      sizeBytes,
    }))
    const { largestBytes, poolPlaces } = survey(cluster({ pools: all, volumes }), [policy()], null)
    const largest = (one: Pool) => largestBytes[poolPlaces.get(one.id) ?? -1]
    expect([hot[0], hot[1], hot[2], warm[0]].map(largest)).toEqual([9, 7, 0, 9])
  })

  it('knows where its pools stand, and which volumes are whole', () => {
    const lost = replica('lost', hot[0], { pool: null })
    const gone = replica('gone', pool('gone', 'hot'))
    const short = { ...volume('short', [hot[1]]), replicaCount: 2 }
    const volumes = [volume('v', [warm[0], hot[1]], {}), short]
    const odd = { ...volumes[0], replicas: [...volumes[0].replicas, lost, gone] }
    const seen = survey(cluster({ pools: all, volumes: [odd, short] }), [policy()], null)
    const views = seen.volumes
    expect(views.map(one => one.poolPlaces)).toEqual([[3, 1], [1]])
    expect(views.map(one => one.isWhole)).toEqual([true, false])
    expect(seen.brokenPlaces).toEqual([1])
    const rebuilds = { node: hot[0].node, state: 'online' as const, rebuilds: 1 }
    const rebuilding = { ...volumes[0], target: rebuilds }
    const [own] = survey(cluster({ pools: all, volumes: [rebuilding] }), [policy()], null).volumes
    expect(own.isWhole).toBe(false)
  })

  it('keeps the view of a volume only while its tiers stand', () => {
    const one = volume('v', [hot[0]])
    const first = cluster({ pools: all, volumes: [one] })
    const policies = [policy()]
    const before = survey(first, policies, null)
    const relabelled = { ...hot[0], labels: { 'storage-tier': 'cold' } }
    const pools = [relabelled, ...all.slice(1)]
    const after = survey({ ...first, pools }, policies, before)
    expect(after.volumes[0].tier).toBe('cold')
    expect(after.pools.get(hot[0].id)).toBe(relabelled)
    expect(after.nodes.get(hot[0].node)?.id).toBe(hot[0].node)
  })
})

describe('the tier of a volume', () => {
  const seen = (on: readonly Pool[], change: Partial<Volume> = {}) =>
    survey(cluster({ pools: all, volumes: [volume('v', on, change)] }), [policy()], null).volumes[0]

  it('is that of all its replicas, else mixed; home is where most are', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...hot, ...warm, ...cold), { minLength: 1 }), on => {
        const { tier, home } = seen(on)
        const counts = tiers.map(one => on.filter(p => p.labels['storage-tier'] === one).length)
        const most = Math.max(...counts)
        expect(home).toBe(tiers[counts.indexOf(most)])
        expect(tier).toBe(most === on.length ? home : 'mixed')
      }),
    )
  })

  it('is outside with a replica in a pool of no tier, or where nobody says', () => {
    expect(seen([hot[0], stray])).toMatchObject({ tier: 'outside', home: null, outside: ['stray'] })
    const lost = { replicas: [replica('lost', hot[0], { pool: null })] }
    expect(seen([], lost)).toMatchObject({ tier: 'outside', outside: ['replica lost'] })
    expect(seen([])).toMatchObject({ tier: 'outside', home: null, outside: [] })
  })

  it('is outside for a volume that no policy selects', () => {
    const other = seen([hot[0]], { storageClass: 'other' })
    expect(other).toMatchObject({ policyPlaces: [], tier: 'outside', home: null, outside: [] })
  })
})

describe('the tiers of a policy', () => {
  it('are by its selectors; a pool in two is in none, and named', () => {
    const own = policy({ warmPoolSelector: tierSelector('hot') })
    const view = policyView(own, all)
    expect(view.poolsInTwoTiers).toEqual(hot.map(one => one.id))
    expect(view.poolsOfTier.hot).toEqual([])
    expect(view.poolsOfTier.cold).toEqual(cold)
    expect(view.tierOfPool.get(hot[0].id)).toBeUndefined()
    expect(view.tierOfPool.get(cold[0].id)).toBe('cold')
  })

  it('have no warm one without its selector or its mark', () => {
    const on = policyView(policy(), all)
    expect([on.warmIsOn, on.poolsOfTier.warm]).toEqual([true, warm])
    for (const change of [{ warmWatermarkIops: 0 }, { warmPoolSelector: null }]) {
      const off = policyView(policy(change), all)
      expect([off.warmIsOn, off.poolsOfTier.warm]).toEqual([false, []])
      expect(off.tierOfPool.has(warm[0].id)).toBe(false)
    }
    expect(policyView(policy({ warmWatermarkIops: 1 }), all).warmIsOn).toBe(true)
  })

  it('leave a pool whose labels disagree out of the targets', () => {
    const torn = { ...cold[0], conflictingLabels: ['storage-tier'] }
    const view = policyView(policy(), [torn, cold[1]])
    expect(view.poolsOfTier.cold).toEqual([cold[1]])
    expect(view.tierOfPool.get(torn.id)).toBe('cold')
    expect(view.poolsInTwoTiers).toEqual([])
  })
})

describe('a policy selects', () => {
  const one = volume('v', [hot[0]], { labels: { team: 'a' } })
  const ofTeam = (team: string) =>
    policy({ volumeSelector: { matchLabels: { team }, matchExpressions: [] } })

  it('volumes of its class with its labels', () => {
    expect(selects(policy(), one)).toBe(true)
    expect(selects(ofTeam('a'), one)).toBe(true)
    expect(selects(ofTeam('b'), one)).toBe(false)
    expect(selects(policy({ storageClassName: 'fast' }), one)).toBe(false)
    expect(selects(policy(), { ...one, storageClass: null })).toBe(false)
  })

  it('no volume of another driver, and none of ours', () => {
    expect(selects(policy(), { ...one, driver: 'ebs.csi.aws.com' })).toBe(false)
    expect(selects(policy(), { ...one, ours: true })).toBe(false)
  })
})
