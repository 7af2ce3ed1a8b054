import { describe, expect, it } from 'vitest'
import type { Decision } from '../../src/core/decision.js'
import { survey } from '../../src/core/landscape.js'
import { parseErasureCodingPolicy } from '../../src/core/parse-ec-policy.js'
import type { ErasureCodingPolicyObject } from '../../src/core/resources.js'
import { codingStatus } from '../../src/live/coding-status.js'
import type { CountsByPolicy } from '../../src/live/stripe-watch.js'
import { cluster, noon, policy, pool, volume } from '../core/cluster.js'

const cold = pool('cold-0', 'cold')

function coding(spec: Readonly<Record<string, unknown>> = {}): ErasureCodingPolicyObject {
  const head = { apiVersion: 'storage.billyronks.io/v1', kind: 'ErasureCodingPolicy' }
  const parsed = parseErasureCodingPolicy({ ...head, metadata: { name: 'archive' }, spec })
  if (!parsed.ok) throw new Error(parsed.problems.map(one => one.message).join())
  return parsed.value
}

function statusOf(
  of: ErasureCodingPolicyObject,
  freed: readonly number[] = [],
  ref = 'archive',
  stripes: CountsByPolicy | null = new Map(),
) {
  const volumes = freed.map((_, at) => volume(`v${at}`, [cold]))
  const policies = [policy({ ecPolicyRef: ref })]
  const landscape = survey(cluster({ pools: [cold], volumes }), policies, null)
  const decisions = new Map(
    volumes.map((one, at) => {
      const decision: Decision = {
        volume: one.id,
        policy: policies[0].name,
        verdict: 'blocked',
        from: 'cold',
        to: 'cold',
        reason: 'coded-form-not-mountable',
        heatIops: 0,
        coverage: 1,
        numbers: { freedBytes: freed[at] },
        names: [],
      }
      return [one.id, { decision, sinceUs: noon }]
    }),
  )
  return codingStatus({ landscape, decisions, records: [], wanting: [] }, of, stripes)
}

describe('the status of an erasure coding policy', () => {
  it('is Ready where a code has its shape, with what it makes of a byte', () => {
    expect(statusOf(coding())).toMatchObject({
      phase: 'Ready',
      activeVolumes: 0,
      message: '',
      conditions: [{ type: 'Ready', status: 'True' }],
    })
    // 4 + 2 of 256 KiB each with a page of trailers: 1 MiB of 1.52 MiB.
    expect(statusOf(coding()).storageEfficiency).toBe(0.66)
  })

  it('counts the stripes that the index has of it, and says nothing where there is none', () => {
    const byState = { healthy: 7, degraded: 2, failed: 1, rebuilding: 3, writing: 4, unknown: 5 }
    const counts = { volumes: 2, stripes: 22, byState, endangered: 1 }
    expect(statusOf(coding(), [], 'archive', new Map([['archive', counts]]))).toMatchObject({
      ...{ activeVolumes: 2, totalStripes: 22, healthyStripes: 7 },
      ...{ degradedStripes: 3, rebuildingStripes: 3 },
    })
    expect(statusOf(coding(), [], 'archive', null)).not.toHaveProperty('totalStripes')
    expect(statusOf(coding())).toHaveProperty('totalStripes', 0)
  })

  it('is Invalid where none has, and says why', () => {
    const status = statusOf(coding({ algorithm: 'LRC', dataShards: 5, parityShards: 4 }))
    expect(status).toMatchObject({ phase: 'Invalid', conditions: [{ status: 'False' }] })
    expect(status.message).toBe('LRC has two local groups, and 5 data shards are an odd number.')
    expect(status).not.toHaveProperty('storageEfficiency')
  })

  it('says what it could free, of the volumes whose policy names it', () => {
    expect(statusOf(coding(), [7, 5]).message).toBe(
      'Coding 2 volumes could free 12 bytes; nothing here mounts the coded form yet.',
    )
    expect(statusOf(coding(), [7], 'another').message).toBe('')
  })
})
