/** What makes a replica synced and a volume whole. */
import { describe, expect, it } from 'vitest'
import { isSynced, needsRepair, rebuildsOf, syncedReplicas } from '../../src/core/health.js'
import type { Replica } from '../../src/core/model.js'
import { pool, replica, volume } from './cluster.js'

const a = pool('hot-0', 'hot')
const b = pool('hot-1', 'hot')
const target = { node: a.node, state: 'online' as const, rebuilds: 0 }

describe('a replica is synced', () => {
  it('when its target knows it as online and no rebuild runs on it', () => {
    expect(isSynced(replica('r', a))).toBe(true)
    expect(isSynced(replica('r', a, { healthy: null }))).toBe(true)
  })

  it.each<Partial<Replica>>([
    { state: 'degraded' },
    { state: 'unknown' },
    { childState: null },
    { childState: 'degraded' },
    { rebuildPercent: 0 },
    { rebuildPercent: 99 },
    { healthy: false },
  ])('not with %o', change => {
    expect(isSynced(replica('r', a, change))).toBe(false)
  })
})

describe('a volume', () => {
  const half = volume('v', [a, b], {
    replicas: [replica('r0', a), replica('r1', b, { childState: 'faulted' })],
  })

  it('has no synced replica while it is unpublished', () => {
    expect(syncedReplicas(half)).toEqual([half.replicas[0]])
    expect(syncedReplicas({ ...half, target: null })).toEqual([])
  })

  it('needs repair when it is published and short of what is intended', () => {
    expect(needsRepair(half, 2)).toBe(true)
    expect(needsRepair(half, 1)).toBe(false)
    expect(needsRepair({ ...half, target: null }, 2)).toBe(false)
    expect(needsRepair(volume('w', [a, b]), 2)).toBe(false)
  })

  it('tells the rebuilds that run on its target', () => {
    expect(rebuildsOf(half)).toBe(0)
    expect(rebuildsOf({ ...half, target: { ...target, rebuilds: 2 } })).toBe(2)
    expect(rebuildsOf({ ...half, target: null })).toBe(0)
  })
})
