/** The tier that a volume deserves, whatever holds it back. */
import { describe, expect, it } from 'vitest'
import { wantedTier } from '../../src/core/decide.js'
import type { Volume } from '../../src/core/model.js'
import {
  claim,
  cluster,
  ended,
  heat,
  hour,
  minute,
  noon,
  policy,
  round,
  volume,
} from './cluster.js'

import { cold, hot, onHot, pools } from './saying.js'

describe('the tier that a volume deserves now', () => {
  const wanted = (of: Volume, iops: number, change: Partial<Parameters<typeof round>[0]> = {}) => {
    const seen = cluster({ pools, volumes: [of] })
    const input = round({ cluster: seen, heat: heat({ [of.id]: iops }), ...change })
    return wantedTier(input, of.id)
  }

  it('is by its heat, whatever holds it back', () => {
    expect(wanted(onHot, 0)).toBe('cold')
    expect(wanted(onHot, 3000)).toBe('hot')
    expect(wanted({ ...onHot, claim: claim({ hold: true }) }, 0)).toBe('cold')
    expect(wanted(onHot, 0, { policies: [policy({ coolingPeriodUs: hour })] })).toBe('cold')
    const records = [ended(onHot, 'hot', 'completed', noon - minute)]
    expect(wanted(onHot, 0, { records })).toBe('cold')
    expect(wanted({ ...onHot, claim: claim({ pin: 'warm' }) }, 0)).toBe('warm')
    const mixed = volume('db', [hot[0], hot[1], cold[0]])
    expect(wanted(mixed, 3000)).toBe('hot')
  })

  it('is not known without heat, without a policy, and of a volume that is gone', () => {
    const blind = heat({ db: 0 }, noon, 0.1)
    expect(wanted(onHot, 0, { heat: blind })).toBeNull()
    expect(wanted({ ...onHot, storageClass: 'other' }, 0)).toBeNull()
    const input = round({ cluster: cluster({ pools, volumes: [onHot] }), heat: heat({ db: 0 }) })
    expect(wantedTier(input, volume('gone', []).id)).toBeNull()
  })

  it('leaves no trace in the memory', () => {
    const seen = cluster({ pools, volumes: [onHot] })
    const policies = [policy({ coolingPeriodUs: hour })]
    const input = round({ cluster: seen, policies, heat: heat({ db: 0 }) })
    wantedTier(input, onHot.id)
    expect(input.memory.volumes[0].downSinceUs).toBeNull()
  })
})
