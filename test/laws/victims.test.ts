/** Laws 1 and 2: which removals are judged at all, and every wrong victim by name. */
import { describe, expect, it } from 'vitest'
import { poolId, replicaId } from '../../src/core/model.js'
import {
  facts,
  move,
  readyToRemove,
  record,
  removing,
  second,
  Tale,
  toPool,
  toReplica,
  undoing,
} from './histories.js'

const takeOld = (tale: Tale): Tale => tale.replica('replica-removed', 'vol-r0', 'hot-0', 2)
const takeCopy = (tale: Tale): Tale => tale.replica('replica-removed', 'vol-r2', 'cold-2', 2)
const copied = (): Tale =>
  new Tale()
    .volume('vol', ['hot-0', 'hot-1'])
    .record(record())
    .replica('replica-added', 'vol-r2', 'cold-2', 2)
    .replica('replica-synced', 'vol-r2', 'cold-2', 3, 'cluster')
    .after(60)

describe('a removal that is not judged', () => {
  it('was not by a command, or is none', () => {
    const tale = readyToRemove()
    tale.replica('replica-synced', 'vol-r0', 'hot-0', 1)
    tale.replica('replica-removed', 'vol-r0', 'hot-0', 1, 'cluster')
    tale.replica('replica-removed', 'vol-r9', 'hot-0', 1)
    expect(tale.broken).toEqual([])
    expect(tale.stakes(1) + tale.stakes(2) + tale.stakes(8)).toBe(0)
  })

  it('has nobody who asked, no migration that runs, or no move', () => {
    const moving = record({ status: { moves: [removing] } })
    expect(takeOld(copied().record(moving)).stakes(2)).toBe(0)
    expect(takeOld(copied().count(2)).stakes(2)).toBe(0)
    const none = new Tale().volume('vol', ['hot-0', 'hot-1', 'cold-2']).count(2, null)
    expect(takeOld(none).stakes(2)).toBe(0)
    expect(takeOld(none).stakes(1)).toBe(1)
    const unclaimed = copied().record({ ...record(), status: null })
    expect(takeOld(unclaimed.count(2)).stakes(2)).toBe(0)
  })

  it('came after a fault that could not be seen: half a minute, to the microsecond', () => {
    const faulted = (): Tale => readyToRemove().replica('replica-faulted', 'vol-r9', 'hot-1', 3)
    expect(takeOld(faulted().after(30).count(2)).stakes(2)).toBe(0)
    const seen = takeOld(faulted().after(30.000001).count(2))
    expect(seen.stakes(2)).toBe(1)
    expect(seen.broken).toEqual([])
  })
})

describe('a removal that is judged', () => {
  it('belongs to the migration that runs where the command names none', () => {
    const tale = takeOld(
      copied()
        .record(record({ status: { moves: [move()] } }))
        .count(2, null),
    )
    expect(tale.texts).toEqual(['vol-r0 of vol was removed although it has no replacement'])
  })

  it('follows a look of five seconds ago, and no older one', () => {
    const looked = (ago: number): Tale => {
      const tale = readyToRemove()
      return takeOld(tale.count(2, 'vol-1', tale.nowUs - ago))
    }
    expect(looked(5 * second).broken).toEqual([])
    expect(looked(5 * second + 1).texts).toEqual([
      'vol-r0 of vol was removed although the volume was not read right before',
    ])
  })

  it('says how many healthy replicas were left', () => {
    expect(readyToRemove().replica('replica-removed', 'vol-r0', 'hot-0', 1).texts).toEqual([
      'vol-r0 of vol was removed, which left 1 healthy replicas of 2',
    ])
  })
})

describe('an old replica', () => {
  const said = (tale: Tale): string | undefined => takeOld(tale).texts[0]

  it('goes while a rebuild runs', () => {
    const tale = readyToRemove().replica('replica-removed', 'vol-r0', 'hot-0', 2, 'command', 1)
    expect(tale.texts).toEqual(['vol-r0 of vol was removed although a rebuild runs on the volume'])
  })

  it('goes while its replacement is gone or not synced', () => {
    const moving = record({ status: { moves: [removing] } })
    const gone = new Tale().volume('vol', ['hot-0', 'hot-1']).record(moving).count(2)
    expect(said(gone)).toContain('it has no replacement')
    gone.replica('replica-added', 'vol-r2', 'cold-2', 2)
    expect(gone.replica('replica-removed', 'vol-r1', 'hot-1', 2).texts[1]).toBe(
      'vol-r1 of vol was removed although its replacement vol-r2 is not synced',
    )
  })

  it('goes for one outside the tier, which matters to nobody but a policy', () => {
    const outside = (policy: null | undefined): Tale =>
      new Tale()
        .volume('vol', ['hot-0', 'cold-3', 'hot-1'])
        .record(
          record({
            spec: policy === null ? { policy, requestedBy: 'person' } : {},
            status: { moves: [removing] },
          }),
        )
        .after(60)
        .count(2)
    expect(said(outside(undefined))).toBe(
      'vol-r0 of vol was removed although its replacement vol-r2 stands outside cold',
    )
    expect(said(outside(null))).toBeUndefined()
  })

  it.each(['done', 'kept'] as const)('is one too that an earlier move left: %s', state => {
    const earlier = move({ state, toReplica, toPool })
    const later = move({ state: 'removing', toReplica: replicaId('vol-r3') })
    const tale = new Tale()
      .volume('vol', ['hot-0', 'hot-1', 'cold-2', 'cold-3', 'cold-4'])
      .record(record({ status: { moves: [earlier, later] } }))
      .after(60)
      .count(2)
    expect(takeCopy(tale).broken).toEqual([])
    const other = tale.replica('replica-removed', 'vol-r4', 'cold-4', 2)
    expect(other.texts).toEqual([
      'vol-r4 of vol was removed although nothing steered the removal of a synced copy',
    ])
  })
})

describe('a copy of ours', () => {
  const undo = record({ status: { moves: [undoing] } })
  const unsynced = (): Tale =>
    new Tale()
      .volume('vol', ['hot-0', 'hot-1'])
      .record(undo)
      .replica('replica-added', 'vol-r2', 'cold-2', 2)

  it('goes unsynced while the old ones are well, and not otherwise', () => {
    const well = takeCopy(unsynced().after(60).count(2))
    expect(well.broken).toEqual([])
    expect(well.stakes(2)).toBe(1)
    const ill = unsynced().replica('replica-faulted', 'vol-r1', 'hot-1', 1).after(60).count(2)
    expect(takeCopy(ill).texts).toEqual([
      'vol-r2 of vol was removed although vol-r1, which was there before, is not healthy',
    ])
  })

  it('goes synced where a cordon of the migration stands on its node', () => {
    const steered = (node: string, migration = 'vol-1'): Tale =>
      takeCopy(copied().record(undo).cordonNode(node, migration).count(2))
    const unsteered = ['vol-r2 of vol was removed although nothing steered the removal']
    expect(steered('node-2').broken).toEqual([])
    expect(steered('node-2').stakes(2)).toBe(1)
    for (const wrong of [steered('node-3'), steered('node-2', 'b-1'), steered('node-22')]) {
      expect(wrong.texts).toEqual(unsteered.map(text => `${text} of a synced copy`))
    }
  })

  it('goes synced from a pool that nobody knows', () => {
    const known = facts()
    const pools = known.pools.filter(pool => pool.id !== poolId('cold-2'))
    const tale = new Tale({ ...known, pools })
      .volume('vol', ['hot-0', 'hot-1', 'cold-2'])
      .record(undo)
      .after(60)
      .count(2)
    expect(takeCopy(tale).broken).toEqual([2])
  })
})
