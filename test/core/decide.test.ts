/** Laws of one round over arbitrary worlds, and what a decision carries. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DecideMemory, decide, type RoundInput } from '../../src/core/decide.js'
import type { Decision } from '../../src/core/decision.js'
import { clusterNotWhole, freeSlots } from '../../src/core/gate.js'
import { tierings } from '../../src/core/tiering/algorithms.js'
import {
  cluster,
  ended,
  heat,
  hour,
  noon,
  policy,
  pool,
  round,
  running,
  volume,
} from './cluster.js'
import { afresh, anyIops, rounds } from './worlds.js'

type Told = Pick<Decision, 'verdict' | 'reason' | 'to'>
const told = ({ verdict, reason, to }: Decision): Told => ({ verdict, reason, to })

/** What was last told of each volume. */
function keep(last: Map<string, Told>, decisions: readonly Decision[]): Map<string, Told> {
  for (const decision of decisions) last.set(decision.volume, told(decision))
  return last
}

/** The same round later, with other heat and now and then another cluster object. */
const later = fc.record({
  hours: fc.integer({ min: 1, max: 30 }),
  iops: fc.array(anyIops, { minLength: 7, maxLength: 7 }),
  isNewCluster: fc.boolean(),
})
const stories = fc.tuple(rounds, fc.array(later, { minLength: 1, maxLength: 5 }))

function story([first, others]: [
  RoundInput,
  readonly { hours: number; iops: readonly number[]; isNewCluster: boolean }[],
]): readonly RoundInput[] {
  let nowUs = first.nowUs
  let { cluster: seen } = first.observation
  return [
    first,
    ...others.map(({ hours, iops, isNewCluster }) => {
      nowUs += hours * hour
      if (isNewCluster) seen = { ...seen, pools: seen.pools.map(one => ({ ...one })) }
      const figures = seen.volumes.map((one, index) => [one.id, iops[index]])
      const table = heat(Object.fromEntries(figures), nowUs)
      return { ...first, nowUs, heat: table, observation: { ...first.observation, cluster: seen } }
    }),
  ]
}

describe('a round', () => {
  it('decides the same from the same input', () => {
    fc.assert(
      fc.property(rounds, input => {
        const output = decide(afresh(input))
        expect(decide(afresh(input))).toEqual(output)
      }),
    )
  })

  it('says one thing of each volume that a policy selects and no migration moves', () => {
    fc.assert(
      fc.property(rounds, input => {
        const { decisions, landscape } = decide(input)
        const runs = new Set(
          input.records.filter(one => one.status?.phase !== 'finished').map(one => one.spec.volume),
        )
        const expected = landscape.volumes
          .filter(view => view.policyPlaces.length > 0 && !runs.has(view.volume.id))
          .map(view => view.volume.id)
        expect(decisions.map(one => one.volume).sort()).toEqual([...expected].sort())
      }),
    )
  })

  it('tells a decision only when it differs from the last one told', () => {
    fc.assert(
      fc.property(stories, both => {
        const memory = new DecideMemory()
        const last = new Map<string, Told>()
        for (const input of story(both)) {
          for (const decision of decide({ ...input, memory }).decisions) {
            expect(told(decision)).not.toEqual(last.get(decision.volume))
            last.set(decision.volume, told(decision))
          }
        }
      }),
    )
  })

  it('comes to the same with what it remembers as without it, where no brake remembers', () => {
    fc.assert(
      fc.property(stories, ([first, others]) => {
        const policies = first.observation.policies.map(one => ({
          ...one,
          spec: { ...one.spec, coolingPeriodUs: 0, maxDemotionsPercentPerRound: null },
        }))
        const dry = {
          ...first,
          observation: { ...first.observation, policies },
          settings: { ...first.settings, dryRun: true },
        }
        const memory = new DecideMemory()
        const last = new Map<string, Told>()
        for (const input of story([dry, others])) {
          keep(last, decide({ ...input, memory }).decisions)
          expect(last).toEqual(keep(new Map(), decide(afresh(input)).decisions))
        }
      }),
    )
  })
})

describe('what a round starts', () => {
  it('is within every limit and behind no gate that is shut', () => {
    fc.assert(
      fc.property(rounds, input => {
        const { starts, landscape, decisions } = decide(input)
        const { settings, operator, memory, records } = input
        const { pasts } = memory
        const slots = freeSlots(pasts.runningOrNext(), operator, landscape.policies, settings)
        expect(starts.length).toBeLessThanOrEqual(Math.max(0, slots.operator))
        if (starts.length === 0) return
        expect(clusterNotWhole(landscape, pasts, settings.mayastorMaxRebuilds)).toBeNull()
        expect([settings.dryRun, operator.pause]).toEqual([false, null])
        expect(new Set(starts.map(one => one.volume)).size).toBe(starts.length)
        for (const one of landscape.policies) {
          const own = starts.filter(start => start.policy === one.name)
          expect(own.length).toBeLessThanOrEqual(Math.max(0, slots.byPolicy.get(one.name) ?? 0))
          const bytes = own.reduce((sum, start) => sum + start.sizeBytes, 0)
          const used = operator.movedBytes.find(row => row.policy === one.name)?.bytes ?? 0
          const { maxBytesPerDay, enabled, dryRun } = one.spec
          if (own.length === 0) continue
          expect([enabled, dryRun]).toEqual([true, false])
          if (maxBytesPerDay !== null) expect(bytes + used).toBeLessThanOrEqual(maxBytesPerDay)
        }
        const runs = new Set(pasts.running().map(one => one.spec.volume))
        const accepted = starts.flatMap(start => start.accepted)
        expect(new Set(accepted).size).toBe(accepted.length)
        for (const start of starts) {
          expect(runs.has(start.volume)).toBe(false)
          expect(start.accepted.length).toBeGreaterThan(0)
          expect(records.some(one => one.name === start.name)).toBe(false)
          const decision = decisions.find(one => one.volume === start.volume)
          expect(decision).toMatchObject({
            verdict: 'move',
            to: start.toTier,
            from: start.fromTier,
            reason: start.reason,
          })
        }
      }),
    )
  })

  it('is nothing downward that heat decides about, on unknown heat', () => {
    fc.assert(
      fc.property(rounds, input => {
        const { starts, landscape } = decide(input)
        for (const start of starts) {
          const view = landscape.views.find(one => one.policy.name === start.policy)
          const spec = view?.policy.spec
          if (spec === undefined || !tierings[spec.algorithm].decidesByHeat) continue
          if (start.reason === 'pinned-elsewhere') continue
          expect(start.heatIops).not.toBeNull()
          const index = input.heat.window(spec.samplingWindowUs).indexOf(start.volume)
          expect(input.heat.window(spec.samplingWindowUs).isKnown(index, 80)).toBe(true)
        }
      }),
    )
  })

  it('is what is decided as a move, and nothing else', () => {
    fc.assert(
      fc.property(rounds, input => {
        const { starts, decisions } = decide(input)
        const moves = decisions.filter(one => one.verdict === 'move').map(one => one.volume)
        expect(starts.map(one => one.volume).sort()).toEqual([...moves].sort())
      }),
    )
  })
})

describe('a decision', () => {
  const hot = [0, 1].map(index => pool(`hot-${index}`, 'hot'))
  const cold = [0, 1].map(index => pool(`cold-${index}`, 'cold'))
  const pools = [...hot, ...cold]
  const db = volume('db', [hot[0]])
  const seen = cluster({ pools, volumes: [db] })

  it('that is a move carries all that its record needs', () => {
    const { decisions, starts } = decide(round({ cluster: seen, heat: heat({ db: 120 }) }))
    expect(decisions).toEqual([
      {
        volume: 'db',
        policy: 'gold',
        verdict: 'move',
        from: 'hot',
        to: 'cold',
        reason: 'at-or-below-low',
        heatIops: 120,
        coverage: 1,
        numbers: { highIops: 5000, warmIops: 2000, lowIops: 500 },
        names: [],
      },
    ])
    expect(starts).toEqual([
      {
        name: 'db-1',
        volume: 'db',
        policy: 'gold',
        fromTier: 'hot',
        toTier: 'cold',
        reason: 'at-or-below-low',
        heatIops: 120,
        sizeBytes: db.sizeBytes,
        accepted: ['cold-0', 'cold-1'],
        plan: null,
        expectedDurationUs: Math.ceil((db.sizeBytes * 1_000_000) / 2e8),
        fingerprint: 'gold/1/cold-0,cold-1/db-r0',
      },
    ])
  })

  it('that does not rest on heat carries none to its record', () => {
    const cases = [
      { policies: [policy({ algorithm: 'AllCold' as const })], volumes: [db] },
      {
        policies: [policy()],
        volumes: [
          { ...db, claim: { namespace: 'a', name: 'b', pin: 'cold' as const, hold: false } },
        ],
      },
    ]
    for (const { policies, volumes } of cases) {
      const input = round({ cluster: { ...seen, volumes }, policies, heat: heat({ db: 120 }) })
      expect(decide(input).starts[0].heatIops).toBeNull()
    }
  })

  it('is told again after a migration only if it differs from the last', () => {
    const memory = new DecideMemory()
    const at = (hours: number, records: RoundInput['records']) => {
      const nowUs = noon + hours * hour
      const input = round({ cluster: seen, nowUs, memory, records, heat: heat({ db: 0 }, nowUs) })
      return decide(input).decisions.map(one => one.reason)
    }
    expect(at(0, [])).toEqual(['at-or-below-low'])
    expect(at(1, [running(db, 'cold')])).toEqual([])
    expect(at(2, [ended(db, 'cold', 'failed', noon + hour)])).toEqual([])
    expect(at(3, [ended(db, 'hot', 'completed', noon + hour)])).toEqual(['cooldown'])
  })

  it('remembers since when its volume wishes to move, and forgets it with the wish', () => {
    const memory = new DecideMemory()
    const at = (hours: number, iops: number) => {
      const nowUs = noon + hours * hour
      decide(round({ cluster: seen, nowUs, memory, heat: heat({ db: iops }, nowUs) }))
      const { wishedTo, wishedSinceUs } = memory.volumes[0]
      return [wishedTo, (wishedSinceUs - noon) / hour]
    }
    expect(at(0, 0)).toEqual(['cold', 0])
    expect(at(2, 0)).toEqual(['cold', 0])
    expect(at(3, 1000)).toEqual(['warm', 3])
    expect(at(4, 3000)).toEqual([null, 4])
    expect(at(5, 0)).toEqual(['cold', 5])
  })
})
