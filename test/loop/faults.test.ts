/** Every kind of fault, and what it does to decisions. */
import { describe, expect, it } from 'vitest'
import type { Fault } from '../../sim/scenario/model.js'
import { nodeId, poolId } from '../../src/core/model.js'
import {
  broken,
  minute,
  type SmallScenario,
  type SmallWorld,
  second,
  smallWorld,
  tierOfVolume,
  volumeOf,
} from '../sim/small-world.js'

const pools = [
  { tier: 'hot', node: 0 },
  { tier: 'hot', node: 1 },
  { tier: 'cold', node: 2 },
  { tier: 'cold', node: 3 },
  { tier: 'cold', node: 4 },
] as const

/** A busy volume that stays hot, and one that cools down at minute 30. */
const pair: SmallScenario = {
  pools,
  volumes: [
    { place: 'hot', replicas: 2, heat: [{ fromMinute: 0, iops: 120 }] },
    {
      place: 'hot',
      replicas: 2,
      sizeGiB: 20,
      heat: [
        { fromMinute: 0, iops: 120 },
        { fromMinute: 30, iops: 2 },
      ],
    },
  ],
  lengthMinutes: 120,
}

async function withFaults(
  faults: readonly Fault[],
  change: Partial<SmallScenario> = {},
): Promise<SmallWorld> {
  const small = smallWorld({ ...pair, ...change, faults })
  small.operators.start()
  await small.run(120)
  expect(broken(small.watch)).toEqual([])
  return small
}

function startsBetween(small: SmallWorld, fromMinute: number, toMinute: number): number {
  return small.world.journal.records().filter(record => {
    const startedUs = record.status?.startedUs ?? 0
    return startedUs >= fromMinute * minute && startedUs < toMinute * minute
  }).length
}

function reasonsOf(small: SmallWorld, index: number): readonly string[] {
  return small.world.history.entries.flatMap(entry =>
    entry.kind === 'decision' && entry.decision.volume === volumeOf(index)
      ? [entry.decision.reason]
      : [],
  )
}

const outcomes = (small: SmallWorld): readonly (string | null | undefined)[] =>
  small.world.journal.records().map(record => record.status?.outcome)

describe('without faults', () => {
  it('the volume that cooled goes down, the busy one stays', async () => {
    const small = await withFaults([])
    expect(tierOfVolume(small, 0)).toEqual(['hot', 'hot'])
    expect(tierOfVolume(small, 1)).toEqual(['cold', 'cold'])
  })
})

describe('Prometheus', () => {
  it.each(['down', 'slow', 'partial'] as const)(
    '%s: nothing starts, no busy volume looks cold, and afterwards it goes on',
    async how => {
      const fault: Fault = { kind: 'prometheus', how, atUs: 31 * minute, forUs: 40 * minute }
      const small = await withFaults([fault])
      expect(startsBetween(small, 31, 71)).toBe(0)
      expect(reasonsOf(small, 1)).toContain('metrics-unavailable')
      expect(tierOfVolume(small, 0)).toEqual(['hot', 'hot'])
      expect(tierOfVolume(small, 1)).toEqual(['cold', 'cold'])
    },
  )

  it('down between two moves: the first one ends, the second waits', async () => {
    const fault: Fault = { kind: 'prometheus', how: 'down', atUs: 37 * minute, forUs: 30 * minute }
    const small = smallWorld({ ...pair, faults: [fault] })
    small.operators.start()
    await small.run(66)
    expect([...tierOfVolume(small, 1)].sort()).toEqual(['cold', 'hot'])
    await small.run(120)
    expect(tierOfVolume(small, 1)).toEqual(['cold', 'cold'])
    expect(broken(small.watch)).toEqual([])
  })
})

describe('an exporter', () => {
  const busy = nodeId('node-0')

  it('that is silent makes heat unknown, never zero', async () => {
    const fault: Fault = {
      kind: 'exporter',
      node: busy,
      how: 'gap',
      atUs: 10 * minute,
      forUs: 15 * minute,
    }
    const small = await withFaults([fault])
    expect(reasonsOf(small, 0)).toContain('unknown-heat')
    expect(tierOfVolume(small, 0)).toEqual(['hot', 'hot'])
    expect(startsBetween(small, 10, 30)).toBe(0)
  })

  it('whose counters begin again at zero loses no heat', async () => {
    const fault: Fault = { kind: 'exporter', node: busy, how: 'reset', atUs: 10 * minute, forUs: 0 }
    const small = await withFaults([fault])
    expect(startsBetween(small, 0, 30)).toBe(0)
    expect(tierOfVolume(small, 0)).toEqual(['hot', 'hot'])
  })

  it('that reads zero is what the guard on demotions is for', async () => {
    const fault: Fault = {
      kind: 'exporter',
      node: busy,
      how: 'zero',
      atUs: 10 * minute,
      forUs: 15 * minute,
    }
    const fooled = await withFaults([fault])
    expect(startsBetween(fooled, 10, 30)).toBeGreaterThan(0)
    const guarded = await withFaults([fault], { policy: { maxDemotionsPercentPerRound: 50 } })
    expect(startsBetween(guarded, 10, 30)).toBe(0)
    expect(reasonsOf(guarded, 0)).toContain('demotion-guard')
  })
})

describe('a cluster that is not whole', () => {
  it.each<[string, Fault]>([
    [
      'a node away',
      {
        kind: 'node',
        node: nodeId('node-4'),
        how: 'offline',
        atUs: 31 * minute,
        forUs: 30 * minute,
      },
    ],
    [
      'a node that drains',
      {
        kind: 'node',
        node: nodeId('node-4'),
        how: 'draining',
        atUs: 31 * minute,
        forUs: 30 * minute,
      },
    ],
    [
      'a pool offline',
      {
        kind: 'pool',
        pool: poolId('cold-4'),
        how: 'offline',
        atUs: 31 * minute,
        forUs: 30 * minute,
      },
    ],
    [
      'a pool faulted',
      {
        kind: 'pool',
        pool: poolId('cold-4'),
        how: 'faulted',
        atUs: 31 * minute,
        forUs: 30 * minute,
      },
    ],
  ])('%s: no move starts until it is back', async (_, fault) => {
    const small = await withFaults([fault])
    expect(startsBetween(small, 31, 61)).toBe(0)
    expect(reasonsOf(small, 1)).toContain('cluster-not-whole')
    expect(tierOfVolume(small, 1)).toEqual(['cold', 'cold'])
  })

  it('a destination that goes away during the copy: it is made again elsewhere', async () => {
    const node: Fault = {
      kind: 'pool',
      pool: poolId('cold-2'),
      how: 'faulted',
      atUs: 2172 * second,
      forUs: 5 * minute,
    }
    const small = await withFaults([node])
    expect(tierOfVolume(small, 1)).toEqual(['cold', 'cold'])
  })
})

describe('rebuilds that fail', () => {
  it('are begun again by the control plane, and the move ends well in the end', async () => {
    const fault: Fault = { kind: 'rebuild', how: 'fails', atUs: 30 * minute, forUs: 12 * minute }
    const small = await withFaults([fault])
    const faulted = small.world.history.entries.filter(entry => entry.kind === 'replica-faulted')
    expect(faulted.length).toBeGreaterThan(0)
    expect(tierOfVolume(small, 1)).toEqual(['cold', 'cold'])
  })

  it('for ever: the migration is rolled back and backs off', async () => {
    const fault: Fault = { kind: 'rebuild', how: 'fails', atUs: 30 * minute, forUs: 85 * minute }
    const small = await withFaults([fault])
    expect(outcomes(small)).toContain('rolled-back')
    expect(reasonsOf(small, 1)).toContain('back-off')
    expect(tierOfVolume(small, 1).length).toBe(2)
  })
})

describe('answers', () => {
  const lost = { kind: 'answers', how: 'lost', numerator: 1, denominator: 2 } as const
  const slow = { kind: 'answers', how: 'slow', numerator: 1, denominator: 1 } as const
  const when = { atUs: 30 * minute, forUs: 40 * minute }

  it.each<[string, Fault]>([
    ['lost by Mayastor', { ...lost, ...when, from: 'mayastor' }],
    ['lost by Kubernetes', { ...lost, ...when, from: 'kubernetes' }],
    ['slow from Mayastor', { ...slow, ...when, from: 'mayastor' }],
    ['slow from Kubernetes', { ...slow, ...when, from: 'kubernetes' }],
  ])('%s: nothing has effect twice, and the volume arrives', async (_, fault) => {
    const small = await withFaults([fault])
    expect(tierOfVolume(small, 1)).toEqual(['cold', 'cold'])
    const { entries } = small.world.history
    const added = entries.filter(entry => entry.kind === 'replica-added' && entry.by === 'command')
    const removed = entries.filter(
      entry => entry.kind === 'replica-removed' && entry.by === 'command',
    )
    expect(added.length).toBe(removed.length)
  })

  it('none from Kubernetes at all: nothing starts, and no cordon stands', async () => {
    const none: Fault = { ...lost, numerator: 2, ...when, from: 'kubernetes' }
    const small = await withFaults([none])
    expect(startsBetween(small, 31, 70)).toBe(0)
    expect(tierOfVolume(small, 1)).toEqual(['cold', 'cold'])
  })
})

describe('the operator', () => {
  it('killed in the middle of a copy: the next one goes on with the same migration', async () => {
    const fault: Fault = { kind: 'operator', how: 'crash', atUs: 2175 * second, forUs: 4 * minute }
    const small = await withFaults([fault])
    expect(outcomes(small)).toEqual(['completed'])
    expect(tierOfVolume(small, 1)).toEqual(['cold', 'cold'])
  })

  it('killed twice at once is still one operator afterwards', async () => {
    const crash = { kind: 'operator', how: 'crash' } as const
    const small = await withFaults([
      { ...crash, atUs: 32 * minute, forUs: 10 * minute },
      { ...crash, atUs: 33 * minute, forUs: 3 * minute },
    ])
    const restarts = small.world.history.entries.filter(entry => entry.kind === 'restart')
    expect(restarts.length).toBe(2)
  })
})
