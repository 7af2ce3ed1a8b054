/** Which replica leaves first: reads stay local, unless nodes run short. */
import { describe, expect, it } from 'vitest'
import { nodeId } from '../../src/core/model.js'
import { pool, volume } from './cluster.js'
import { placed } from './placing.js'

const hot = [0, 1].map(index => pool(`hot-${index}`, 'hot', { node: nodeId(`node-${index}`) }))
const target = { node: nodeId('node-0'), state: 'online', rebuilds: 0 } as const
const db = volume('db', hot, { target })
const [local, remote] = db.replicas
const coldOn = (...nodes: readonly number[]) =>
  nodes.map(index => pool(`cold-${index}`, 'cold', { node: nodeId(`node-${index}`) }))

describe('the first replica to leave', () => {
  it('is a remote one while there are nodes enough', () => {
    expect(placed(db, { pools: [...hot, ...coldOn(0, 2, 3)] })).toMatchObject({
      leavesFirst: remote.id,
      pools: ['cold-2', 'cold-3'],
    })
  })

  it('is the local one where only its node leaves room for the others', () => {
    expect(placed(db, { pools: [...hot, ...coldOn(0, 2)] })).toMatchObject({
      leavesFirst: local.id,
      pools: ['cold-2'],
    })
  })

  it('is a remote one too where its own node is the one to free', () => {
    expect(placed(db, { pools: [...hot, ...coldOn(1, 2)] })).toMatchObject({
      leavesFirst: remote.id,
    })
  })

  it('is none where all stands in the tier already', () => {
    const there = volume('db', coldOn(2))
    expect(placed(there, { pools: [...hot, ...coldOn(2)] })).toMatchObject({ leavesFirst: null })
  })

  it('leaves a refusal with the reason of the better order', () => {
    expect(placed(db, { pools: [...hot, ...coldOn(2)] })).toMatchObject({
      reason: 'no-node-free',
      numbers: { replicas: 2 },
    })
  })
})
