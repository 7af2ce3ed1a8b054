/** Law 13 where volumes are coded: what shards take, and what a conversion may plan. */
import { describe, expect, it } from 'vitest'
import { rawBytesPerPool } from '../../src/core/coded-form.js'
import type { Conversion, ConversionPlan } from '../../src/core/conversion-state.js'
import { poolId, volumeId } from '../../src/core/model.js'
import { gibibyte, move, record, Tale, vol } from './histories.js'

const coding = {
  policy: 'coding',
  code: { kind: 'reed-solomon' as const, dataShards: 2, parityShards: 1 },
  stripeBytes: 1_048_576,
}
const cold = ['cold-2', 'cold-3', 'cold-4'].map(poolId)
/** Below 85 of 100 GiB, and no more than that. */
const usable = 85 * gibibyte

/** Shards of another volume take so much of each cold pool. */
function shards(bytesPerPool: number, serves: boolean, tale = new Tale()): Tale {
  const other = { volume: volumeId('other'), atUs: tale.nowUs }
  tale.volume('other', ['hot-0'])
  tale.add({ ...other, kind: 'image-made', image: 'other-1-1', writes: 0 })
  const { code } = coding
  tale.add({ ...other, kind: 'shards-placed', code, pools: cold, stripes: 8, bytesPerPool })
  tale.add({ ...other, kind: 'stripes-read-back', image: 'other-1-1', stripes: 8 })
  const image = 'other-1-1'
  if (serves) {
    tale.add({ ...other, kind: 'coded-serves', image, writes: 0, heldWrites: 0, heldUs: 0 })
  }
  return tale.after(60)
}

function moves(tale: Tale, sizeBytes: number): Tale {
  tale.volume('vol', ['hot-0', 'hot-1']).record(record({ spec: { sizeBytes } }))
  const moves = [move({ accepted: [cold[0]] })]
  return tale.record(record({ spec: { sizeBytes }, status: { moves } }))
}

function converts(tale: Tale, plan: ConversionPlan, sizeBytes: number): Tale {
  const conversion: Conversion = {
    plan,
    step: 'imaging',
    pass: 1,
    stripes: 0,
    progressedUs: 0,
    undoes: null,
  }
  return tale.record(record({ spec: { sizeBytes, volume: vol }, status: { conversion } }))
}

describe('a move', () => {
  it('has no room where shards are, and one as large as they is kept free', () => {
    const eight = 8 * gibibyte
    expect(moves(shards(eight, true), usable - 2 * eight).broken).toEqual([])
    expect(moves(shards(eight, true), usable - 2 * eight + 1).broken).toEqual([13])
    // What does not serve yet is made again by nobody.
    expect(moves(shards(eight, false), usable - eight).broken).toEqual([])
    expect(moves(shards(eight, false), usable - eight + 1).broken).toEqual([13])
  })

  it('has all of its room where no shards are', () => {
    const tale = shards(84 * gibibyte, true).volume('vol', ['hot-0'])
    const spec = { sizeBytes: usable }
    const moves = [move({ accepted: [poolId('hot-1')] })]
    tale.record(record({ spec })).record(record({ spec, status: { moves } }))
    expect(tale.broken).toEqual([])
    expect(tale.stakes(13)).toBe(1)
  })

  it('is not judged before its operator could have seen them', () => {
    const soon = moves(shards(84 * gibibyte, true).after(-20), gibibyte)
    expect(soon.broken).toEqual([])
    const repaired = shards(84 * gibibyte, true)
    const volume = volumeId('other')
    const { nowUs: atUs } = repaired
    const to = poolId('hot-1')
    repaired.add({ kind: 'shards-repaired', atUs, volume, from: cold[0], to, shards: 8 })
    const accepted = { status: { moves: [move({ accepted: [to] })] } }
    repaired.volume('vol', ['hot-0']).record(record())
    expect(repaired.record(record(accepted)).stakes(13)).toBe(0)
    repaired.after(46).record(record())
    expect(repaired.record(record(accepted)).broken).toEqual([13])
  })
})

describe('a conversion', () => {
  const toCode: ConversionPlan = { kind: 'code', coding, pools: cold }
  const toReplicas: ConversionPlan = { kind: 'restore', pools: cold.slice(0, 2) }

  it('plans a shard of every stripe into each of its pools', () => {
    const sizeBytes = 100 * gibibyte
    const roomBytes = usable - rawBytesPerPool(coding, sizeBytes)
    expect(converts(shards(roomBytes, false), toCode, sizeBytes).broken).toEqual([])
    const full = converts(shards(roomBytes + 1, false), toCode, sizeBytes)
    expect(full.broken).toEqual([13, 13, 13])
    expect(full.stakes(13)).toBe(3)
    expect(full.texts[0]).toContain('vol-1 plans into cold-2: ')
  })

  it('or a replica into each', () => {
    expect(converts(shards(usable - gibibyte, false), toReplicas, gibibyte).broken).toEqual([])
    const full = converts(shards(usable - gibibyte + 1, false), toReplicas, gibibyte)
    expect(full.broken).toEqual([13, 13])
  })

  it('is judged when it begins', () => {
    const full = converts(shards(usable, false), toReplicas, gibibyte)
    expect(converts(full, toReplicas, gibibyte).stakes(13)).toBe(2)
  })
})
