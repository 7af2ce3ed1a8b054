/** Law 7: how long a cordon of ours may stand, beside which others, and who may clear it. */
import { describe, expect, it } from 'vitest'
import type { Command, Reply } from '../../src/core/command.js'
import { nodeId, poolId } from '../../src/core/model.js'
import { Tale, vol } from './histories.js'

const node0 = 'node node-0 couchestor-vol-1'
const scopes = { replicas: true, snapshots: false, restores: false, import: false }
const pool = poolId('hot-0')
const undo: Command = { kind: 'uncordon-pool', pool, scopes }

/** Lets time go on to an instant at which something is told that no law is about. */
const tick = (tale: Tale, seconds: number): Tale => tale.after(seconds).add(unpublished(tale.nowUs))
const unpublished = (atUs: number) => ({ kind: 'volume-unpublished', atUs, volume: vol }) as const

/** Breaks law 7 right after so many seconds, and not at them. */
function expectLimit(made: () => Tale, seconds: number): void {
  const tale = tick(made(), seconds)
  expect(tale.broken).toEqual([])
  expect(tick(tale, 0.000001).broken).toEqual([7])
}

function replied(tale: Tale, reply: Reply['kind']): Tale {
  const migration = 'vol-1'
  return tale.add({
    kind: 'reply',
    atUs: tale.nowUs,
    operator: 'one',
    migration,
    command: undo,
    reply,
    text: '',
  })
}

describe('a cordon of ours stands', () => {
  const later = (): Tale => new Tale().after(1).cordonNode('node-0')

  it('for a window, and then it is named, once', () => {
    expectLimit(later, 60)
    const tale = tick(later(), 61)
    expect(tale.texts).toEqual([
      `the cordon of ${node0} stands since 1000000, and an operator runs`,
    ])
    expect(tick(tale, 61).broken).toEqual([7])
  })

  it('for a window and a round from the restart of an operator, were it the same instant', () => {
    expectLimit(() => new Tale().cordonNode('node-0'), 120)
  })

  it('for as long from an answer that did not come, and no longer for one that did', () => {
    expectLimit(() => replied(later().after(30), 'unknown'), 120)
    expectLimit(() => replied(later().after(30), 'done'), 30)
    expectLimit(() => replied(later().after(30), 'refused'), 30)
  })

  it('while a fault keeps a door shut, and no longer for a fault of something else', () => {
    const fault = (tale: Tale, over: boolean): Tale =>
      tale.add({ kind: 'fault', atUs: tale.nowUs, text: 'a disk is slow', over })
    expectLimit(() => fault(later(), false), 60)
    expectLimit(() => fault(later(), true), 60)
  })

  it('until it is cleared', () => {
    const tale = later().cordon('cordon-cleared', node0)
    expect(tick(tale, 600).broken).toEqual([])
  })

  it('and that of a person for as long as it likes, were it set over ours', () => {
    expect(tick(later().cordon('cordon-set', node0, 'person'), 600).broken).toEqual([])
    const theirs = new Tale().cordon('cordon-set', 'pool hot-0', 'person')
    expect(tick(theirs, 600).broken).toEqual([])
    expect(theirs.stakes(7)).toBe(0)
  })
})

describe('at the end', () => {
  it('a quiet history was at stake too', () => {
    const tale = new Tale()
    tale.watch.end(0)
    expect(tale.broken).toEqual([])
    expect(tale.stakes(7)).toBe(1)
  })

  it('a cordon of ours that was left is found', () => {
    const tale = new Tale().after(1).cordonNode('node-0')
    const before = tale.stakes(7)
    tale.watch.end(61_000_001)
    expect(tale.broken).toEqual([7])
    expect(tale.stakes(7)).toBe(before + 1)
  })
})

describe('one window', () => {
  const setPool = (tale: Tale, migration: string): Tale =>
    tale
      .command({ kind: 'cordon-pool', pool, scopes }, migration)
      .cordon('cordon-set', 'pool hot-0')

  it('may cordon several nodes and pools', () => {
    expect(setPool(new Tale().cordonNode('node-0').cordonNode('node-1'), 'vol-1').broken).toEqual(
      [],
    )
  })

  it('stands beside no other, and whatever people cordon', () => {
    const tale = new Tale().cordonNode('node-0').cordon('cordon-set', 'node x', 'person')
    expect(tale.broken).toEqual([])
    expect(tale.stakes(7)).toBe(1)
    expect(tale.cordonNode('node-1', 'b-1').texts).toEqual([
      `node node-1 couchestor-b-1 was cordoned for b-1 while a window of vol-1 stood`,
    ])
    expect(setPool(new Tale().cordonNode('node-0'), 'b-1').texts).toEqual([
      'pool hot-0 was cordoned for b-1 while a window of vol-1 stood',
    ])
    const theirs = new Tale().cordon('cordon-set', 'node x', 'person').cordonNode('node-1')
    expect(theirs.broken).toEqual([])
  })

  it('is cleared by us, and a foreign cordon by people only', () => {
    const ours = new Tale().cordonNode('node-0').cordon('cordon-cleared', node0)
    expect(ours.broken).toEqual([])
    expect(ours.stakes(7)).toBe(2)
    expect(new Tale().cordon('cordon-cleared', 'pool hot-0').broken).toEqual([])
    const theirs = (): Tale => new Tale().cordon('cordon-set', 'pool hot-0', 'person')
    const byPerson = theirs().cordon('cordon-cleared', 'pool hot-0', 'person')
    expect(byPerson.broken).toEqual([])
    expect(byPerson.stakes(7)).toBe(0)
    expect(theirs().cordon('cordon-cleared', 'pool hot-0').texts).toEqual([
      'the cordon of pool hot-0 was cleared, and it was not ours',
    ])
    expect(theirs().command(undo).stakes(7)).toBe(0)
    expect(theirs().cordon('cordon-set', 'pool hot-0', 'person').stakes(7)).toBe(0)
  })
})

describe('the next operator', () => {
  const restarted = (pause = 10): Tale => {
    const tale = new Tale().after(1).cordonNode('node-0').after(pause)
    return tale.add({ kind: 'restart', atUs: tale.nowUs, operator: 'one' })
  }
  const said = (tale: Tale): readonly string[] => tale.texts

  it('undoes what was left, and labels, before it changes a volume or cordons again', () => {
    const left = `was sent while ${node0} was still cordoned from before a restart`
    expect(said(restarted().count(3))).toEqual([`set-replica-count ${left}`])
    expect(said(restarted().command({ kind: 'cordon-pool', pool, scopes }))).toEqual([
      `cordon-pool ${left}`,
    ])
    const node = nodeId('node-1')
    expect(said(restarted().command({ kind: 'cordon-node', node, label: 'l' }))).toEqual([
      `cordon-node ${left}`,
    ])
    const label = { kind: 'label-pool', pool, key: 'k', value: 'v' } as const
    for (const command of [undo, label]) expect(restarted().command(command).broken).toEqual([])
  })

  it('minds no cordon of its own time, none of people, and none that is undone', () => {
    expect(restarted(0).count(3).broken).toEqual([])
    expect(restarted().cordon('cordon-cleared', node0).count(3).broken).toEqual([])
    const theirs = new Tale().cordon('cordon-set', 'pool hot-0', 'person').after(10)
    theirs.add({ kind: 'restart', atUs: theirs.nowUs, operator: 'one' })
    expect(theirs.count(3).broken).toEqual([])
    const other = new Tale().after(1).cordonNode('node-0').after(1)
    other.add({ kind: 'restart', atUs: other.nowUs, operator: 'two' })
    expect(other.count(3).broken, 'the first one never stopped').toEqual([])
  })
})
