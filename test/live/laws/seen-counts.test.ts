/** Laws 1, 2 and 8: what went by a command of ours, and what may have gone by other hands. */
import { describe, expect, it } from 'vitest'
import type { Volume } from '../../../src/core/model.js'
import { node, policy, pool, replica, running, tierSelector, volume } from '../../core/cluster.js'
import {
  cold2,
  cold3,
  copied,
  cordonNode,
  done,
  hot0,
  hot1,
  lowered,
  pools,
  removing,
  Sight,
  setTwo,
  stood,
  without,
} from './sight.js'

/** The copy itself went, and half a minute later everything else is well. */
const copyGone = without(copied, 2)

/** The copy had not come far. */
const unsynced: Volume = {
  ...copied,
  replicas: copied.replicas.map((one, index) =>
    index === 2 ? { ...one, childState: 'degraded', rebuildPercent: 10 } : one,
  ),
}

function confirmed(sight: Sight, now: Volume): Sight {
  return sight.after(5).round([now], [removing]).after(31).round([now], [removing])
}

describe('a removal', () => {
  it('of the steered replica is as the laws say', () => {
    const sight = confirmed(lowered(), without(copied, 0))
    expect(sight.laws).toEqual([])
    expect(sight.seen.timesAtStake().get(1)).toBe(1)
    expect(sight.seen.timesAtStake().get(2)).toBe(1)
  })

  it('of the synced copy, which nothing steered, breaks law 2 once it is certain', () => {
    const sight = lowered().after(5).round([copyGone], [removing])
    expect(sight.laws).toEqual([])
    expect(sight.after(29.999999).look([copyGone]).laws).toEqual([])
    sight.after(0.000001).look([copyGone]).after(60).look([copyGone])
    expect(sight.broken).toMatchObject([
      {
        law: 2,
        migration: 'v-1',
        text: 'v-r2 of v was removed although nothing steered the removal of a synced copy',
      },
    ])
  })

  it('that the record has gone beyond meanwhile is judged as it was sent', () => {
    const sight = lowered().after(1).read(without(copied, 0))
    sight.writes({ ...removing, status: null })
    expect(sight.laws).toEqual([])
  })

  it('of a replica that was healthy, for a copy that is not, breaks laws 1 and 2', () => {
    const sight = confirmed(lowered(unsynced), without(unsynced, 0))
    expect(sight.laws).toEqual([1, 2])
  })

  it('is nobody’s mistake where the copy became synced meanwhile', () => {
    const sight = confirmed(lowered(unsynced), without(copied, 0))
    expect(sight.laws).not.toContain(1)
  })

  it('of an original in preservation mode breaks law 8', () => {
    const sight = confirmed(lowered(copied, { preservationMode: true }), without(copied, 0))
    expect(sight.laws).toEqual([8])
  })
})

describe('an added copy', () => {
  it('in preservation mode is one of as many as there are replicas, else law 8 is broken', () => {
    const added = (before: Volume): Sight => {
      const now = volume(
        'v',
        [...pools, pool('cold-4', 'cold')].slice(0, before.replicas.length + 1),
      )
      const sight = new Sight({ preservationMode: true }).round([before], [removing]).read(before)
      return sight
        .sends({ ...setTwo, count: now.replicaCount })
        .after(1)
        .read(now)
    }
    expect(added(stood).laws).toEqual([])
    expect(added(copied).laws).toEqual([])
    expect(added(volume('v', pools)).laws).toEqual([8])
  })
})

/** All of these look as if the copy went wrongly, and each may have been somebody else. */
describe('a removal is put down to nobody', () => {
  const silent: readonly [string, () => Sight][] = [
    ['whose command was refused', () => sent({ kind: 'refused', refusal: 'busy', text: '' })],
    ['whose answer did not come', () => sent({ kind: 'unknown', why: '' })],
    [
      'before which the volume was not whole',
      () => lowered(without(copied, 1, { replicaCount: 3 })),
    ],
    ['before which the control plane worked', () => lowered({ ...copied, operation: 'Publish' })],
  ]
  it.each(silent)('%s', (_, sight) => {
    expect(confirmed(sight(), copyGone).laws).toEqual([])
  })

  function sent(reply: Parameters<Sight['sends']>[1]): Sight {
    const sight = new Sight().round([copied], [removing]).sends(cordonNode, done)
    return sight.read(copied).sends(setTwo, reply)
  }

  it.each<[string, Volume]>([
    ['where another count stands', { ...copyGone, replicaCount: 3 }],
    ['where two went', without(copyGone, 0, { replicaCount: 2 })],
    ['where another came', { ...copyGone, replicas: [...copyGone.replicas, replica('n', cold3)] }],
  ])('%s', (_, now) => {
    expect(confirmed(lowered(), now).after(60).look([copyGone]).laws).toEqual([])
  })

  const other = (changed: object): Volume => {
    const one = volume('w', [hot1, cold2])
    return { ...one, replicas: [one.replicas[0], { ...one.replicas[1], ...changed }] }
  }
  const nodesWith = (change: object) =>
    pools.map(one => node(one.node, one === cold2 ? change : {}))
  it.each<[string, Parameters<Sight['look']>]>([
    ['whose pool is away', [[copyGone], { pools: [hot0, hot1, { ...cold2, status: 'offline' }] }]],
    ['whose pool is gone', [[copyGone], { pools: [hot0, hot1] }]],
    ['whose node is away', [[copyGone], { nodes: nodesWith({ status: 'offline' }) }]],
    ['whose node drains', [[copyGone], { nodes: nodesWith({ draining: true }) }]],
    ['whose node others cordon', [[copyGone], { nodes: nodesWith({ cordonLabels: ['a'] }) }]],
    ['beside a replica that faulted', [[copyGone, other({ childState: 'faulted' })]]],
    ['beside a rebuild', [[copyGone, other({ rebuildPercent: 3 })]]],
    ['of a volume that is gone', [[]]],
  ])('%s', (_, [volumes, change]) => {
    const sight = lowered().after(5).round([copyGone], [removing]).after(20).look(volumes, change)
    expect(sight.after(60).look([copyGone]).laws).toEqual([])
  })

  it('where a person made another policy of its tier', () => {
    const sight = new Sight()
    sight.policies = [policy({ coldPoolSelector: tierSelector('frozen') })]
    sight.round([copied], [removing]).sends(cordonNode).read(copied).sends(setTwo)
    expect(confirmed(sight, without(copied, 0)).laws).toEqual([])
  })

  it('later than Mayastor trims', () => {
    const sight = lowered()
      .after(5)
      .look([{ ...copied, replicaCount: 2 }])
    sight.after(601).look([{ ...copied, replicaCount: 2 }])
    expect(confirmed(sight, copyGone).laws).toEqual([])
  })

  it('of no migration that is known', () => {
    const of = running(stood, 'cold', { name: 'odd' })
    expect(confirmed(lowered(copied, {}, of), copyGone).laws).toEqual([])
  })
})
