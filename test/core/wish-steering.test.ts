/** What each version of Mayastor cannot steer. */
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/core/decide.js'
import type { Volume } from '../../src/core/model.js'
import { cluster, heat, round } from './cluster.js'

import { onHot, pools } from './saying.js'

describe('what the version cannot steer', () => {
  const of = (version: string, change: Partial<Volume> = {}) => {
    const seen = cluster({ pools, volumes: [{ ...onHot, ...change }], version })
    return decide(round({ cluster: seen, heat: heat({ db: 0 }) })).decisions[0]
  }

  it.each(['2.7.3', '2.8.0', '1.0.5', 'main'])('%s moves nothing', version => {
    expect(of(version)).toMatchObject({
      verdict: 'blocked',
      reason: 'cannot-steer',
      to: 'cold',
      names: [version],
    })
  })

  it('nor does a cluster without nodes', () => {
    const seen = cluster({ pools, nodes: [], volumes: [onHot] })
    const { decisions } = decide(round({ cluster: seen, heat: heat({ db: 0 }) }))
    expect(decisions).toMatchObject([{ reason: 'cannot-steer', names: ['without nodes'] }])
  })

  it.each(['2.9.0', '2.10.1', '2.15.0'])('%s moves', version => {
    expect(of(version)).toMatchObject({ verdict: 'move', to: 'cold' })
  })

  it('is the way back to one replica of an affinity group, before 2.10', () => {
    const single = { replicaCount: 1, replicas: [onHot.replicas[0]], affinityGroup: 'ring' }
    expect(of('2.9.0', single)).toMatchObject({
      reason: 'affinity-group',
      to: 'cold',
      names: ['ring'],
    })
    expect(of('2.10.0', single).verdict).toBe('move')
    expect(of('2.9.0', { ...single, affinityGroup: null }).verdict).toBe('move')
    expect(of('2.9.0', { affinityGroup: 'ring' }).verdict).toBe('move')
  })
})
