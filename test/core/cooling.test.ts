/** The cooling period: since when a volume has been at or below its mark. */
import { describe, expect, it } from 'vitest'
import { DecideMemory, decide } from '../../src/core/decide.js'
import type { Pool } from '../../src/core/model.js'
import type { StoragePolicySpec } from '../../src/core/resources.js'
import { cluster, ended, heat, hour, minute, noon, policy, round } from './cluster.js'

import { cold, hot, onHot, pools, warm } from './saying.js'

describe('the cooling period', () => {
  const spec = { coolingPeriodUs: 3 * hour }

  /** Reasons of one volume, a round an hour, from heats in order; null: nobody can read them. */
  function reasonsOf(heats: readonly (number | null)[], change: Partial<StoragePolicySpec> = {}) {
    const memory = new DecideMemory()
    const seen = cluster({ pools, volumes: [onHot] })
    const policies = [policy({ ...spec, ...change })]
    let last = ''
    return heats.map((iops, index) => {
      const nowUs = noon + index * hour
      const table = heat({ db: iops ?? 0 }, nowUs)
      table.available = iops !== null
      const input = round({ cluster: seen, policies, nowUs, memory, heat: table })
      const decided = decide({ ...input, settings: { ...input.settings, dryRun: true } })
      last = decided.decisions[0]?.reason ?? last
      return last
    })
  }

  it('asks for heat at or below the mark for that long without interruption', () => {
    expect(reasonsOf([100, 100, 100, 100])).toEqual(['cooling', 'cooling', 'cooling', 'dry-run'])
    expect(reasonsOf([100, 100, 3000, 100, 100, 100, 100])).toEqual([
      'cooling',
      'cooling',
      'hot-above-warm',
      'cooling',
      'cooling',
      'cooling',
      'dry-run',
    ])
  })

  it('begins again after unknown heat', () => {
    expect(reasonsOf([100, 100, null, 100, 100, 100, 100]).slice(3)).toEqual([
      'cooling',
      'cooling',
      'cooling',
      'dry-run',
    ])
  })

  it('counts for each mark on its own', () => {
    expect(reasonsOf([1000, 1000, 100, 100, 100, 100])).toEqual([
      'cooling',
      'cooling',
      'cooling',
      'cooling',
      'cooling',
      'dry-run',
    ])
    expect(reasonsOf([100, 100, 1000, 1000])).toEqual(['cooling', 'cooling', 'cooling', 'dry-run'])
  })

  it('is over at once when it is not set', () => {
    expect(reasonsOf([100], { coolingPeriodUs: 0 })).toEqual(['dry-run'])
  })

  it('tells how long it has been and how long it still is', () => {
    const memory = new DecideMemory()
    const seen = cluster({ pools, volumes: [onHot] })
    const inputs = [0, 90 * minute].map(later => {
      const nowUs = noon + later
      const table = heat({ db: 100 }, nowUs)
      return round({ cluster: seen, policies: [policy(spec)], nowUs, memory, heat: table })
    })
    expect(decide(inputs[0]).decisions[0]).toMatchObject({
      reason: 'cooling',
      numbers: { belowS: 0, coolingS: 10_800, remainingS: 10_800 },
    })
    memory.volumes[0].toldReason = null
    expect(decide(inputs[1]).decisions[0].numbers).toMatchObject({ belowS: 5400, remainingS: 5400 })
  })

  it('does not count while heat is a lower bound', () => {
    const memory = new DecideMemory()
    const limit = { value: 100, source: 'label' as const }
    const busy = [...hot.map(one => ({ ...one, iopsLimit: limit })), ...warm, ...cold]
    const decideAt = (index: number, on: readonly Pool[]) => {
      const nowUs = noon + index * hour
      const seen = cluster({ pools: on, volumes: [onHot] })
      const table = heat({ db: 400 }, nowUs)
      const output = decide(
        round({ cluster: seen, policies: [policy(spec)], nowUs, memory, heat: table }),
      )
      return output.decisions[0]?.reason
    }
    expect(decideAt(0, pools)).toBe('cooling')
    expect(decideAt(2, busy)).toBeUndefined()
    expect(decideAt(4, pools)).toBeUndefined()
    expect(decideAt(6, pools)).toBeUndefined()
    expect(decideAt(7, pools)).toBe('at-or-below-low')
  })

  it('does not count while a migration runs or no policy selects the volume', () => {
    for (const away of [{ records: 1 }, { policies: 1 }]) {
      const memory = new DecideMemory()
      const seen = cluster({ pools, volumes: [onHot] })
      const runs = ended(onHot, 'cold', 'cancelled', noon)
      const record = {
        ...runs,
        status: runs.status && { ...runs.status, phase: 'moving' as const },
      }
      const none = policy({ ...spec, storageClassName: 'other' })
      const decideAt = (index: number, isAway: boolean) => {
        const nowUs = noon + index * hour
        return decide(
          round({
            cluster: seen,
            nowUs,
            memory,
            heat: heat({ db: 100 }, nowUs),
            policies: [isAway && away.policies ? none : policy(spec)],
            records: isAway && away.records ? [record] : [],
          }),
        ).decisions[0]?.reason
      }
      expect(decideAt(0, false)).toBe('cooling')
      expect(decideAt(2, true)).toBeUndefined()
      expect(decideAt(4, false)).toBeUndefined()
      expect(decideAt(7, false)).toBe('at-or-below-low')
    }
  })
})
