/** Laws 7, 13 and 16: histories that break them, and some that just do not. */
import { describe, expect, it } from 'vitest'
import { poolId, volumeId } from '../../src/core/model.js'
import { facts, gibibyte, move, record, Tale, toPool } from './histories.js'

describe('law 7', () => {
  it('a cordon stands for longer than a window', () => {
    const tale = new Tale().record(record()).after(1).cordonNode('node-0').after(60)
    expect(tale.record(record()).broken).toEqual([])
    expect(tale.after(1).record(record()).broken).toEqual([7])
    expect(tale.after(1).record(record()).broken, 'once').toEqual([7])
  })

  it('holds while no operator runs, and for a round after the next one began', () => {
    const tale = new Tale().record(record()).cordonNode('node-0')
    tale.add({ kind: 'crash', atUs: tale.nowUs, operator: 'one' }).after(3600)
    tale.add({ kind: 'restart', atUs: tale.nowUs, operator: 'two' })
    expect(tale.after(119).record(record()).broken).toEqual([])
    expect(tale.after(2).record(record()).broken).toEqual([7])
  })

  it('holds while Mayastor or the journal cannot be reached, and not without Prometheus', () => {
    for (const door of ['mayastor', 'kubernetes'] as const) {
      const tale = new Tale().after(1).record(record()).cordonNode('node-0')
      tale.add({ kind: 'fault', atUs: tale.nowUs, text: '', over: false, door }).after(600)
      expect(tale.record(record()).broken).toEqual([])
      tale.add({ kind: 'fault', atUs: tale.nowUs, text: '', over: true, door }).after(119)
      expect(tale.record(record()).broken).toEqual([])
      expect(tale.after(2).record(record()).broken).toEqual([7])
    }
    const tale = new Tale().after(1).record(record()).cordonNode('node-0')
    const door = 'prometheus' as const
    tale.add({ kind: 'fault', atUs: tale.nowUs, text: '', over: false, door }).after(61)
    expect(tale.record(record()).broken).toEqual([7])
  })

  it('the next operator sends something else first', () => {
    const tale = new Tale().record(record()).cordonNode('node-0').after(10)
    tale.add({ kind: 'crash', atUs: tale.nowUs, operator: 'one' }).after(10)
    tale.add({ kind: 'restart', atUs: tale.nowUs, operator: 'one' })
    expect(tale.count(3).broken).toEqual([7])
  })

  it('two windows stand at once', () => {
    const tale = new Tale().record(record()).cordonNode('node-0').cordonNode('node-1', 'b-1')
    expect(tale.broken).toEqual([7])
  })

  it('a foreign cordon is cleared', () => {
    const tale = new Tale().cordon('cordon-set', 'pool hot-0', 'person')
    expect(tale.cordon('cordon-cleared', 'pool hot-0').broken).toEqual([7])
  })
})

describe('law 13', () => {
  const plan = { status: { moves: [move()] } }

  it('a move is planned into a pool without room', () => {
    const tale = new Tale()
      .volume('vol', ['hot-0', 'hot-1'], 60 * gibibyte)
      .volume('fat', ['cold-2', 'cold-4'], 30 * gibibyte)
      .after(60)
      .record(record({ spec: { sizeBytes: 60 * gibibyte } }))
    const full = { ...plan, spec: { sizeBytes: 60 * gibibyte } }
    expect(tale.record(record(full)).broken).toEqual([13])
    expect(tale.stakes(13)).toBe(2)
  })

  it('a copy runs into the pool already', () => {
    const other = { name: 'b-1', spec: { volume: volumeId('b') } }
    const into = move({ state: 'syncing', toPool })
    const tale = new Tale().volume('vol', ['hot-0', 'hot-1']).volume('b', ['hot-0']).after(60)
    tale.record(record(other)).record(record({ ...other, status: { moves: [into] } }))
    expect(tale.record(record()).record(record(plan)).broken).toEqual([13])
  })
})

describe('law 16', () => {
  const adding = record({ status: { moves: [move({ state: 'adding' })] } })
  const ready = (): Tale =>
    new Tale().volume('vol', ['hot-0', 'hot-1']).record(record()).record(adding)

  it.each([
    [
      'a node is away',
      (tale: Tale) =>
        tale.add({
          kind: 'node-changed',
          atUs: 0,
          node: facts().pools[0].node,
          status: 'offline',
          draining: false,
        }),
    ],
    [
      'a node drains',
      (tale: Tale) =>
        tale.add({
          kind: 'node-changed',
          atUs: 0,
          node: facts().pools[0].node,
          status: 'online',
          draining: true,
        }),
    ],
    [
      'a pool is away',
      (tale: Tale) =>
        tale.add({ kind: 'pool-changed', atUs: 0, pool: poolId('hot-0'), status: 'faulted' }),
    ],
    [
      'a volume needs repair',
      (tale: Tale) => tale.replica('replica-faulted', 'vol-r1', 'hot-1', 1, 'cluster'),
    ],
  ])('a move starts while %s', (_, breaks) => {
    const soon = breaks(ready()).after(40).count(3)
    expect(soon.broken, 'it could not be seen yet').toEqual([])
    expect(breaks(ready()).after(46).count(3).broken).toEqual([16])
  })
})
