/** Laws 13 and 16: room to the byte, who copies where, and what could be seen when. */
import { describe, expect, it } from 'vitest'
import { nodeId, poolId, replicaId, volumeId } from '../../src/core/model.js'
import type { MoveRecord } from '../../src/core/record.js'
import { facts, gibibyte, move, record, Tale } from './histories.js'

const cold2 = poolId('cold-2')
const whole = facts({ settings: { headroomPercent: 100 } })

/** A move of `vol` into cold-2 alone, and what law 13 says to its size. */
function planned(tale: Tale, sizeBytes: number): readonly string[] {
  tale.record(record({ spec: { sizeBytes } }))
  const moves = [move({ accepted: [cold2] })]
  const before = tale.stakes(13)
  const { texts } = tale.record(record({ spec: { sizeBytes }, status: { moves } }))
  expect(tale.stakes(13)).toBe(before + 1)
  return texts
}

/** Exactly so many bytes of room are left. */
function expectRoom(made: () => Tale, roomBytes: number): void {
  expect(planned(made(), roomBytes)).toEqual([])
  expect(planned(made(), roomBytes + 1)).toEqual([
    `vol-1 plans into cold-2: ${roomBytes} bytes of room for ${roomBytes + 1}`,
  ])
}

function besideOther(
  change: Partial<MoveRecord>,
  allocatedBytes: number | null = null,
  sizeBytes = 40 * gibibyte,
): Tale {
  const tale = new Tale(whole)
  if (allocatedBytes !== null) tale.volume('b', ['cold-2'], allocatedBytes).after(60)
  const other = { name: 'b-1', spec: { volume: volumeId('b'), sizeBytes } }
  return tale.record(record({ ...other, status: { moves: [move(change)] } }))
}

describe('the room of a pool', () => {
  it('is what headroom leaves of its own capacity', () => {
    expectRoom(() => new Tale(whole), 100 * gibibyte)
    expectRoom(() => new Tale(facts({ settings: { headroomPercent: 50 } })), 50 * gibibyte)
    const pools = whole.pools.map(pool =>
      pool.id === cold2 ? pool : { ...pool, capacityBytes: 1 },
    )
    expectRoom(() => new Tale({ ...whole, pools }), 100 * gibibyte)
  })

  it('is less by what stands there, and by the largest of it once more', () => {
    const two = (): Tale =>
      new Tale(whole)
        .volume('b', ['cold-2', 'cold-3'], 20 * gibibyte)
        .volume('c', ['cold-2'], 10 * gibibyte)
        .after(60)
    expectRoom(two, 50 * gibibyte)
    const gone = (): Tale => two().replica('replica-removed', 'b-r0', 'cold-2', 1, 'person')
    expectRoom(gone, 80 * gibibyte)
  })

  it('is less by what another move has promised and not yet put there', () => {
    const toPool = cold2
    expectRoom(() => besideOther({ state: 'removing', toPool }), 60 * gibibyte)
    const unseen = { state: 'undoing', toPool, toReplica: replicaId('b-r9') } as const
    expectRoom(() => besideOther(unseen), 60 * gibibyte)
    const landed = { state: 'removing', toPool, toReplica: replicaId('b-r0') } as const
    expectRoom(() => besideOther(landed, 10 * gibibyte), 50 * gibibyte)
    expectRoom(() => besideOther(landed, 10 * gibibyte, 5 * gibibyte), 80 * gibibyte)
  })

  it('is not less by a move that is over, goes elsewhere, or is the same migration', () => {
    for (const state of ['done', 'kept', 'undone'] as const) {
      expectRoom(() => besideOther({ state, toPool: cold2 }), 100 * gibibyte)
    }
    const elsewhere = { accepted: [cold2], toPool: poolId('cold-4') }
    expectRoom(() => besideOther({ state: 'syncing', ...elsewhere }), 100 * gibibyte)
    expectRoom(() => besideOther({ accepted: [poolId('cold-4')] }), 100 * gibibyte)
    const own = new Tale(whole).record(record({ status: { moves: [move({ state: 'adding' })] } }))
    const moves = [move({ state: 'adding' }), move({ accepted: [cold2] })]
    expect(own.record(record({ status: { moves } })).broken).not.toContain(13)
    expect(own.stakes(13)).toBe(1)
  })
})

describe('a plan', () => {
  it('waits for a copy that another move plans, asks for or makes', () => {
    for (const state of ['planned', 'adding', 'syncing'] as const) {
      const toPool = state === 'planned' ? null : cold2
      expect(planned(besideOther({ state, toPool }), 1)).toContain(
        'vol-1 plans into cold-2: b-1 copies into it',
      )
    }
    expect(planned(besideOther({ state: 'removing', toPool: cold2 }), 1)).toEqual([])
  })

  it('goes into a pool that there is', () => {
    const plan = record({ status: { moves: [move({ accepted: [poolId('odd')] })] } })
    expect(new Tale().record(record()).record(plan).texts).toEqual([
      'vol-1 plans into odd: nobody knows that pool',
    ])
  })

  it('is judged once, at the record that plans it', () => {
    const plan = record({ status: { moves: [move()] } })
    const unclaimed = { ...record(), status: null }
    const tale = new Tale().record(unclaimed).record(unclaimed).record(plan)
    expect(tale.stakes(13)).toBe(2)
    expect(tale.record(plan).stakes(13)).toBe(2)
    const adding = record({ status: { moves: [move({ state: 'adding' })] } })
    expect(new Tale().record(record()).record(adding).stakes(13)).toBe(0)
  })

  it('is not judged on a pool whose change could not be seen yet', () => {
    const changed = (seconds: number): number => {
      const tale = new Tale().after(100).volume('b', ['cold-2']).after(seconds).record(record())
      return tale.record(record({ status: { moves: [move()] } })).stakes(13)
    }
    expect(changed(0)).toBe(1)
    expect(changed(44.999999)).toBe(1)
    expect(changed(45)).toBe(2)
  })
})

describe('adding a replica', () => {
  const adding = record({ status: { moves: [move({ state: 'adding' })] } })
  const node = nodeId('node-4')
  const broken = (): Tale => {
    const tale = new Tale().volume('vol', ['hot-0', 'hot-1']).record(adding).after(100)
    const atUs = tale.nowUs
    return tale.add({ kind: 'node-changed', atUs, node, status: 'offline', draining: false })
  }

  it('waits for what could be seen: three quarters of a minute, to the microsecond', () => {
    expect(broken().after(45).count(3).broken).toEqual([])
    expect(broken().after(45.000001).count(3).texts).toEqual([
      'vol-1 adds a replica while node node-4 is not whole',
    ])
  })

  it('is at stake with a count for a migration that adds, and with nothing else', () => {
    expect(broken().after(46).count(3).stakes(16)).toBe(1)
    expect(broken().after(46).count(3, null).stakes(16)).toBe(0)
    expect(broken().after(46).count(3, 'other').stakes(16)).toBe(0)
    const cordon = broken().after(46).cordonNode('node-0')
    expect(cordon.stakes(16)).toBe(0)
    const syncs = record({ status: { moves: [move({ state: 'syncing' })] } })
    expect(broken().after(46).record(syncs).count(3).stakes(16)).toBe(0)
    const unclaimed = { ...record(), status: null }
    expect(broken().after(46).record(unclaimed).count(3).stakes(16)).toBe(0)
  })

  it('goes on where all is whole again, and counts from the first sign', () => {
    const tale = broken().after(30)
    const again = { kind: 'node-changed', atUs: tale.nowUs, node } as const
    tale.add({ ...again, status: 'online', draining: true }).after(16)
    expect(tale.count(3).broken).toEqual([16])
    const whole = broken().after(30)
    whole.add({ ...again, status: 'online', draining: false }).after(16)
    expect(whole.count(3).broken).toEqual([])
  })
})
