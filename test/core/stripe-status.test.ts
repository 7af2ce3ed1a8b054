import { describe, expect, it } from 'vitest'
import { setOf } from '../../src/core/code.js'
import { corruptedIn, saysStatus, stripeStatus } from '../../src/core/stripe-status.js'

const code = { kind: 'reed-solomon', dataShards: 4, parityShards: 2 } as const
const whole = { missing: 0, corrupted: 0, worst: 0, isLost: false }

describe('the status of a group of stripes', () => {
  it('counts the shards of its worst stripe, and names those that have something wrong', () => {
    expect(stripeStatus(code, whole)).toMatchObject({ state: 'Healthy', healthyShards: 6 })
    const [missing, corrupted] = [setOf([1]), setOf([2, 5])]
    const short = stripeStatus(code, { ...whole, missing, corrupted, worst: setOf([1, 5]) })
    expect(short).toMatchObject({ state: 'Degraded', healthyShards: 4, healthyDataShards: 3 })
    expect(short.shardHealth).toEqual([
      { shardIndex: 1, state: 'Missing' },
      { shardIndex: 2, state: 'Corrupted' },
      { shardIndex: 5, state: 'Corrupted' },
    ])
    expect(corruptedIn(short)).toBe(corrupted)
    const lost = { ...whole, missing: setOf([0, 1, 2]), worst: setOf([0, 1, 2]), isLost: true }
    expect(stripeStatus(code, lost).state).toBe('Failed')
  })

  it('is told again only where an object says another one, instants apart', () => {
    const status = stripeStatus(code, { ...whole, missing: 1, worst: 1 })
    const said = { ...status, lastModifiedTime: '2026-01-01T00:00:00Z' }
    expect(saysStatus(said, status)).toBe(true)
    expect(saysStatus({ ...said, state: 'Healthy' }, status)).toBe(false)
    expect(saysStatus({ ...said, shardHealth: [] }, status)).toBe(false)
    for (const other of [undefined, null, 'Healthy', {}]) {
      expect(saysStatus(other, status)).toBe(false)
    }
  })
})
