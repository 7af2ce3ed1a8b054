/** Conditions: what is told of policies, when, and in which words. */
import { describe, expect, it } from 'vitest'
import { type Condition, conditionsOf } from '../../src/core/condition.js'
import { DecideMemory } from '../../src/core/decide.js'
import type { Cluster, Pool } from '../../src/core/model.js'
import type { PolicyObject } from '../../src/core/resources.js'
import { coding } from '../sim/cold-world.js'
import { cluster, policy, pool, round, running, tierSelector, volume } from './cluster.js'

const hot = pool('hot-0', 'hot')
const warm = pool('warm-0', 'warm')
const cold = pool('cold-0', 'cold')
const all = [hot, warm, cold]
const limited = (one: Pool, value: number): Pool => ({
  ...one,
  iopsLimit: { value, source: 'label' },
})

function told(
  seen: Partial<Cluster> & { readonly version?: string },
  policies: readonly PolicyObject[] = [policy()],
  memory = new DecideMemory(),
  available = true,
): readonly Condition[] {
  const whole = cluster({ pools: all, volumes: [volume('v', [hot])], ...seen })
  const input = round({ cluster: whole, policies, memory })
  return conditionsOf(memory.look(input.observation), memory, available)
}

describe('conditions', () => {
  it('are not told while they hold', () => {
    expect(told({})).toEqual([])
  })

  it('are told when they cease to hold, when their words change, and when they hold again', () => {
    const memory = new DecideMemory()
    const torn = (key: string) => ({ pools: [{ ...hot, conflictingLabels: [key] }, warm, cold] })
    const one = { policy: null, condition: 'PoolLabelsAgree' }
    expect(told(torn('zone'), [policy()], memory)).toMatchObject([
      { ...one, holds: false, text: 'hot-0: zone' },
    ])
    expect(told(torn('zone'), [policy()], memory)).toEqual([])
    expect(told(torn('rack'), [policy()], memory)).toMatchObject([{ text: 'hot-0: rack' }])
    expect(told({}, [policy()], memory)).toMatchObject([{ ...one, holds: true, text: '' }])
    expect(told({}, [policy()], memory)).toEqual([])
  })

  it('list all pools and labels that disagree', () => {
    const torn = [
      hot,
      { ...warm, conflictingLabels: ['a', 'b'] },
      { ...cold, conflictingLabels: ['c'] },
    ]
    expect(told({ pools: torn })[0].text).toBe('warm-0: a, b; cold-0: c')
  })

  it('look at a landscape once', () => {
    const memory = new DecideMemory()
    const seen = cluster({ pools: [warm], volumes: [volume('v', [warm])] })
    const landscape = memory.look(round({ cluster: seen, memory }).observation)
    expect(conditionsOf(landscape, memory, true).length).toBe(1)
    memory.conditions.clear()
    expect(conditionsOf(landscape, memory, true)).toEqual([])
  })
})

describe('metrics', () => {
  it('are told to be away, and to be back', () => {
    const memory = new DecideMemory()
    const one = { policy: null, condition: 'MetricsAvailable' }
    expect(told({}, [policy()], memory, false)).toEqual([
      { ...one, holds: false, text: 'Prometheus cannot be read: nothing starts' },
    ])
    expect(told({}, [policy()], memory, false)).toEqual([])
    expect(told({}, [policy()], memory, true)).toEqual([{ ...one, holds: true, text: '' }])
  })
})

describe('the version', () => {
  it.each([
    ['2.7.0', null],
    ['2.77.0', 'Mayastor 2.77.0 is newer than any version known here: taken for the newest'],
    ['1.0.0', 'Mayastor 1.0.0 is older than any version known here: nothing moves'],
    ['main', 'no node tells a version of Mayastor that can be read (main): nothing moves'],
  ])('%s', (version, text) => {
    const expected = { policy: null, condition: 'VersionKnown', holds: false, text }
    expect(told({ version })).toEqual(text === null ? [] : [expected])
  })

  it('is not known without nodes', () => {
    expect(told({ nodes: [] })).toMatchObject([{ condition: 'VersionKnown', holds: false }])
  })
})

describe('selectors', () => {
  it('that match nothing are told, with what there is', () => {
    const gold = policy({ coldPoolSelector: tierSelector('frozen'), storageClassName: 'fast' })
    const volumes = [volume('v', [hot]), volume('w', [hot], { storageClass: null })]
    expect(told({ volumes }, [gold])).toEqual([
      {
        policy: 'gold',
        condition: 'SelectorsMatch',
        holds: false,
        text:
          'coldPoolSelector matches no pool; labels of pools: ' +
          'storage-tier=cold, storage-tier=hot, storage-tier=warm; ' +
          'no volume of class fast is selected; classes: mayastor, none',
      },
    ])
  })

  it('are told in an empty cluster too', () => {
    const [condition] = told({ pools: [], nodes: cluster({ pools: all }).nodes, volumes: [] })
    expect(condition.text).toContain('hotPoolSelector matches no pool; labels of pools: none')
    expect(condition.text).toContain('warmPoolSelector matches no pool')
    expect(condition.text).toContain('no volume of class mayastor is selected; classes: none')
  })

  it('of the warm tier count only where it is on', () => {
    expect(told({ pools: [hot, cold] }).map(one => one.text)).toEqual([
      'warmPoolSelector matches no pool; labels of pools: storage-tier=cold, storage-tier=hot',
    ])
    expect(told({ pools: [hot, cold] }, [policy({ warmWatermarkIops: 0 })])).toEqual([])
  })
})

describe('pools in two tiers', () => {
  it('are told by name', () => {
    const gold = policy({ warmPoolSelector: tierSelector('hot') })
    expect(told({ pools: [hot, pool('hot-1', 'hot'), cold] }, [gold])).toContainEqual({
      policy: 'gold',
      condition: 'PoolsDistinct',
      holds: false,
      text: 'hot-0 is in two tiers; hot-1 is in two tiers',
    })
  })
})

describe('a watermark', () => {
  const reach = (pools: readonly Pool[], own = policy(), replicas = 1) => {
    const volumes = [
      volume('v', [hot], { replicaCount: replicas }),
      volume('other', [hot], { replicaCount: 9, storageClass: 'other' }),
    ]
    const found = told({ pools, volumes }, [own])
    return found.find(one => one.condition === 'WatermarksReachable')?.text ?? null
  }

  it('above what a volume of the tier can show is told', () => {
    expect(reach([hot, limited(warm, 4999), limited(cold, 1999)])).toBe(
      'warm 2000 is above the 1999 IOPS that a volume on cold can show; ' +
        'high 5000 is above the 4999 IOPS that a volume on warm can show',
    )
    expect(reach([hot, limited(warm, 5000), limited(cold, 2000)])).toBeNull()
    const two = policy({ warmWatermarkIops: 0 })
    expect(reach([hot, limited(warm, 1), limited(cold, 4999)], two)).toBe(
      'high 5000 is above the 4999 IOPS that a volume on cold can show',
    )
  })

  it('counts the reads of all replicas, and the largest pool', () => {
    expect(reach([hot, warm, limited(cold, 1000)], policy(), 2)).toBeNull()
    expect(reach([hot, warm, limited(cold, 999)], policy(), 2)).toContain('the 1998 IOPS')
    const larger = limited(pool('cold-1', 'cold'), 2000)
    expect(reach([hot, warm, limited(cold, 10), larger])).toBeNull()
  })

  it('does not count the copy of a migration that runs', () => {
    const pools = [hot, warm, limited(cold, 999)]
    const memory = new DecideMemory()
    const moving = volume('v', [hot], { replicaCount: 3 })
    memory.pasts.read([running(moving, 'cold', { status: { intendedReplicas: 2 } })])
    const found = told({ pools, volumes: [moving] }, [policy()], memory)
    expect(found.find(one => one.condition === 'WatermarksReachable')?.text).toContain('the 1998 ')
  })

  it('is not told where a limit is not known', () => {
    expect(reach([hot, warm, limited(cold, 10), pool('cold-1', 'cold')])).toBeNull()
    expect(reach([hot, limited(warm, 9999)])).toBeNull()
  })
})

describe('the code of a policy', () => {
  const named = (change: Partial<PolicyObject>): PolicyObject =>
    policy({ ecPolicyRef: 'coding' }, 'gold', change)
  const one = { policy: 'gold', condition: 'CodingUsable' }

  it('is told to be missing', () => {
    const text = 'ecPolicyRef names coding, and no such policy is there'
    expect(told({}, [named({ coding: null })])).toEqual([{ ...one, holds: false, text }])
  })

  it('is told to be invalid, with every reason', () => {
    const invalid = { ...coding(), invalid: ['It is odd.', 'It is late.'] }
    const text = 'ErasureCodingPolicy coding is invalid: It is odd. It is late.'
    expect(told({}, [named({ coding: invalid })])).toEqual([{ ...one, holds: false, text }])
  })

  it('is not spoken of where it can be used, or none is named', () => {
    expect(told({}, [named({ coding: coding() })])).toEqual([])
    expect(told({}, [policy({}, 'gold', { coding: { ...coding(), invalid: ['x'] } })])).toEqual([])
  })

  it('is told to be usable again', () => {
    const memory = new DecideMemory()
    told({}, [named({ coding: null })], memory)
    expect(told({}, [named({ coding: coding() })], memory)).toEqual([
      { ...one, holds: true, text: '' },
    ])
  })
})
