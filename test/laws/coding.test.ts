/** Laws 11 and 15, and what laws 1, 8 and 13 ask of conversions: kept, and broken. */
import { describe, expect, it } from 'vitest'
import type { Code } from '../../src/core/code.js'
import type { CodedEvent } from '../../src/core/coded-event.js'
import type { Conversion } from '../../src/core/conversion-state.js'
import type { LawFacts } from '../../src/core/laws.js'
import { nodeId, poolId } from '../../src/core/model.js'
import type { StoragePolicySpec } from '../../src/core/resources.js'
import type { OperatorSettings } from '../../src/core/settings.js'
import { facts, gibibyte, move, record, Tale, vol } from './histories.js'

const homes = ['hot-0', 'hot-1']
const code: Code = { kind: 'reed-solomon', dataShards: 2, parityShards: 1 }
const cold = ['cold-2', 'cold-3', 'cold-4']
const coding = { policy: 'coding', code, stripeBytes: 1_048_576 }

interface Known {
  readonly spec?: Partial<StoragePolicySpec>
  readonly settings?: Partial<OperatorSettings>
  /** Node of each pool, where it is not one of its own. */
  readonly nodes?: Readonly<Record<string, string>>
}

function known({ nodes = {}, ...change }: Known): LawFacts {
  const usual = facts(change)
  const pools = usual.pools.map(one => ({ ...one, node: nodeId(nodes[one.id] ?? one.node) }))
  return { ...usual, pools }
}

type Untimed<Event> = Event extends unknown ? Omit<Event, 'atUs' | 'volume'> : never

class CodedTale extends Tale {
  coded(event: Untimed<CodedEvent>): this {
    return this.add({ ...event, atUs: this.nowUs, volume: vol })
  }

  image(writes: number): this {
    return this.coded({ kind: 'image-made', image: `vol-1-${writes}`, writes })
  }

  placed(on: readonly string[] = cold, of = code): this {
    const pools = on.map(poolId)
    return this.coded({
      kind: 'shards-placed',
      code: of,
      pools,
      stripes: 8,
      bytesPerPool: gibibyte,
    })
  }

  readBack(stripes = 8): this {
    return this.coded({ kind: 'stripes-read-back', image: 'vol-1-0', stripes })
  }

  serves(writes: number, heldWrites = 0): this {
    return this.coded({ kind: 'coded-serves', image: 'vol-1-0', writes, heldWrites, heldUs: 0 })
  }

  /** Its shards read as written, and requests go to them. */
  converted(on = cold, of = code): this {
    return this.image(5).placed(on, of).readBack().serves(5)
  }

  restored(stripes = 8): this {
    return this.coded({ kind: 'stripes-restored', stripes })
  }

  lost(lost: number): this {
    return this.coded({ kind: 'stripes-changed', degraded: lost, endangered: 0, lost })
  }
}

function conversion(step: Conversion['step'], pools: readonly string[] = cold): Conversion {
  const plan = { kind: 'code' as const, coding, pools: pools.map(poolId) }
  return { plan, step, pass: 1, stripes: 0, progressedUs: 0, undoes: null }
}

/** A volume of two replicas, and its conversion under way. */
function tale(change: Known = {}): CodedTale {
  return new CodedTale(known(change))
    .volume('vol', homes)
    .record(record({ status: { conversion: conversion('encoding') } }))
}

describe('law 11: where shards stand', () => {
  it('each on a pool of its own, no node with more than the code can lose', () => {
    expect(tale().placed().broken).toEqual([])
    expect(tale().placed().stakes(11)).toBe(1)
    const twice = tale().placed(['cold-2', 'cold-2', 'cold-3'])
    expect(twice.texts).toEqual(['a pool holds two shards of vol'])
    const crowded = tale({ nodes: { 'cold-3': 'node-2' } }).placed()
    expect(crowded.texts).toEqual(['node node-2 holds 2 shards of vol, of which 1 may go'])
    const two: Code = { ...code, parityShards: 2 }
    expect(tale({ nodes: { 'cold-3': 'node-2' } }).placed(cold, two).broken).toEqual([])
    const three = tale({ nodes: { 'cold-3': 'node-2', 'cold-4': 'node-2' } }).placed(cold, two)
    expect(three.broken).toEqual([11])
  })

  it('after a repair too', () => {
    const repair = (to: string, from = 'cold-4') =>
      tale()
        .image(5)
        .placed()
        .coded({ kind: 'shards-repaired', from: poolId(from), to: poolId(to), shards: 8 })
    expect(repair('hot-0').broken).toEqual([])
    expect(repair('cold-4').broken).toEqual([])
    expect(repair('cold-2').broken).toEqual([11])
    // The next one is judged by where the shards stand then.
    const again = {
      kind: 'shards-repaired',
      from: poolId('cold-2'),
      to: poolId('cold-4'),
      shards: 8,
    } as const
    expect(repair('hot-0').coded(again).broken).toEqual([])
    expect(repair('hot-0').stakes(11)).toBe(2)
  })

  it('of a volume that nobody knows to be coded nothing is said', () => {
    const moved = {
      kind: 'shards-repaired',
      from: poolId('cold-2'),
      to: poolId('cold-2'),
      shards: 8,
    } as const
    expect(tale().coded(moved).stakes(11)).toBe(0)
  })
})

describe('law 11: lost nodes that it survives', () => {
  it('are no fewer than before', () => {
    expect(tale().converted().broken).toEqual([])
    expect(tale().converted().stakes(11)).toBe(2)
    // Three replicas survive two nodes, and one parity one.
    const three = new CodedTale(known({})).volume('vol', [...homes, 'cold-4'])
    three.record(record({ status: { conversion: conversion('encoding') } }))
    expect(three.converted().texts).toEqual(['vol survived 2 lost nodes, and coded 1'])
  })

  it('unless the policy says so, or there is none', () => {
    const weak = (change: Known, policy = record().spec.policy): CodedTale => {
      const told = new CodedTale(known(change)).volume('vol', [...homes, 'cold-4'])
      return told.record(
        record({ spec: { policy }, status: { conversion: conversion('encoding') } }),
      )
    }
    expect(weak({}).converted().broken).toEqual([11])
    expect(weak({ spec: { allowWeakerNodeTolerance: true } }).converted().broken).toEqual([])
    expect(weak({}, null).converted().broken).toEqual([])
  })
})

describe('law 11: bytes', () => {
  it('that differ are a breach where the code could have given them back', () => {
    const differ = (lost: number): CodedTale =>
      tale().image(5).placed().coded({ kind: 'bytes-differ', stripe: 3, lost })
    expect(differ(0b001).texts).toEqual(['stripe 3 of vol did not read back as it was written'])
    expect(differ(0b011).broken).toEqual([])
    expect(differ(0b011).stakes(11)).toBe(2)
    expect(tale().coded({ kind: 'bytes-differ', stripe: 3, lost: 7 }).broken).toEqual([11])
  })
})

describe('law 15: writes', () => {
  it('that the source acknowledged are in what was read back, or came while it was held', () => {
    expect(tale().converted().stakes(15)).toBe(1)
    const later = tale().image(5).placed().readBack()
    expect(later.serves(7, 2).broken).toEqual([])
    const short = tale().image(5).placed().readBack().serves(7, 1)
    expect(short.texts).toEqual(['vol is served from stripes that lack 1 acknowledged writes'])
    const over = tale().image(5).placed().readBack().serves(6, 2)
    expect(over.broken).toEqual([15])
  })

  it('another image is another reading back', () => {
    const again = (): CodedTale => tale().image(5).placed().readBack().image(9)
    const text = 'vol is served from stripes that were not read back'
    expect(again().serves(9).texts).toEqual([text])
    expect(again().readBack().serves(9).broken).toEqual([])
    expect(tale().image(5).placed().readBack(7).serves(5).texts).toEqual([text])
    expect(tale().image(5).readBack(0).serves(5).texts).toEqual([text])
    expect(tale().serves(5).texts).toEqual([text])
  })

  it('the source is released once it serves no more', () => {
    expect(tale().converted().coded({ kind: 'source-released' }).broken).toEqual([])
    expect(tale().converted().coded({ kind: 'source-released' }).stakes(15)).toBe(2)
    const none = new CodedTale().volume('vol', homes).coded({ kind: 'source-released' })
    expect(none.broken).toEqual([15])
    const early = tale().image(5).placed().readBack().coded({ kind: 'source-released' })
    expect(early.texts).toEqual(['the source of vol went while it served'])
  })
})

describe('law 1: a replica', () => {
  const text = 'a replica of vol went while its coded form did not serve it whole'
  const goes = (told: CodedTale, by: 'command' | 'cluster' = 'command') =>
    told.replica('replica-removed', 'vol-r0', 'hot-0', 1, by)

  it('goes while the coded form serves, and nothing of it is lost', () => {
    const before = tale().converted().stakes(1)
    expect(goes(tale().converted()).broken).toEqual([])
    expect(goes(tale().converted()).stakes(1)).toBe(before + 1)
    expect(goes(tale().converted().lost(0)).broken).toEqual([])
    expect(goes(tale().converted().lost(1)).texts).toEqual([text])
    expect(goes(tale().image(5).placed().readBack()).texts).toContain(text)
  })

  it('that the cluster takes is not ours', () => {
    expect(goes(tale().image(5).placed(), 'cluster').broken).toEqual([])
  })

  it('of a migration between tiers is judged as ever', () => {
    const moved = new CodedTale().volume('vol', homes)
    moved.record(record({ status: { moves: [move()] } }))
    const [, ...others] = goes(moved.image(5)).texts
    expect(others).toEqual([])
    expect(goes(new CodedTale().volume('vol', homes)).texts).not.toContain(text)
  })

  it('of a volume that nobody converts any more is', () => {
    const nobodys = new CodedTale().volume('vol', homes)
    expect(goes(nobodys.image(5)).texts).toContain(text)
  })
})

/** Coded, its source gone, and two replicas made again. */
function returning(
  change: Known = {},
  synced: readonly string[] = ['vol-r3', 'vol-r4'],
): CodedTale {
  const told = tale(change).converted()
  told
    .replica('replica-removed', 'vol-r0', 'hot-0', 1)
    .replica('replica-removed', 'vol-r1', 'hot-1', 0)
  told.replica('replica-added', 'vol-r3', 'hot-0', 0).replica('replica-added', 'vol-r4', 'hot-1', 0)
  for (const one of synced) told.replica('replica-synced', one, 'hot-0', 1)
  return told
}

describe('the way back', () => {
  it('law 15: every stripe is in the replicas that serve', () => {
    const whole = returning().restored().coded({ kind: 'replicas-serve' })
    expect(whole.broken).toEqual([])
    expect(whole.stakes(15)).toBe(2)
    const text = 'vol is served from replicas that do not hold every stripe'
    expect(returning().restored(7).coded({ kind: 'replicas-serve' }).texts).toEqual([text])
    expect(returning().coded({ kind: 'replicas-serve' }).texts).toEqual([text])
    expect(tale().coded({ kind: 'replicas-serve' }).texts).toEqual([text])
  })

  it('what was restored once is not restored for ever', () => {
    const again = returning()
      .restored()
      .coded({ kind: 'replicas-serve' })
      .image(9)
      .readBack()
      .serves(9)
    expect(again.coded({ kind: 'replicas-serve' }).broken).toEqual([15])
  })

  it('law 1: as many as are meant are healthy', () => {
    const one = returning({}, ['vol-r3']).restored().coded({ kind: 'replicas-serve' })
    expect(one.texts).toEqual(['vol is served from 1 healthy replicas of 2'])
  })

  it('law 1: while the shards are there still, its replicas stay', () => {
    const home = returning().restored().coded({ kind: 'replicas-serve' })
    expect(home.replica('replica-removed', 'vol-r3', 'hot-0', 1).texts).toContain(
      'a replica of vol went while its coded form did not serve it whole',
    )
  })

  it('law 1: once they serve and the shards are dropped, it is a volume as any', () => {
    const home = returning()
      .restored()
      .coded({ kind: 'replicas-serve' })
      .coded({ kind: 'coded-dropped' })
    expect(home.replica('replica-removed', 'vol-r3', 'hot-0', 1).texts).toEqual([
      'vol-r3 of vol was removed, which left 1 healthy replicas of 2',
    ])
  })
})

describe('law 8: in preservation mode', () => {
  const preserving = { settings: { preservationMode: true } }

  it('a synced replica stays, and one that is not may go', () => {
    const source = tale(preserving).converted().replica('replica-removed', 'vol-r0', 'hot-0', 1)
    expect(source.texts).toEqual(['vol-r0 of vol was removed in preservation mode'])
    const empty = returning({}, []).replica('replica-removed', 'vol-r3', 'hot-0', 0)
    expect(empty.broken).toEqual([])
    const made = tale(preserving).converted().replica('replica-added', 'vol-r3', 'hot-0', 2)
    expect(made.replica('replica-removed', 'vol-r3', 'hot-0', 2).broken).toEqual([])
    expect(tale().converted().replica('replica-removed', 'vol-r0', 'hot-0', 1).stakes(8)).toBe(0)
  })
})
