/** Law 9: an operator dies at each of its awaits in turn, and the next one converges. */
import { describe, expect, it } from 'vitest'
import { converged } from '../../src/core/laws.js'
import {
  broken,
  minute,
  type SmallScenario,
  type SmallWorld,
  smallWorld,
  tierOfVolume,
} from '../sim/small-world.js'

const pools = [
  { tier: 'hot', node: 0 },
  { tier: 'hot', node: 1 },
  { tier: 'cold', node: 2 },
  { tier: 'cold', node: 3 },
] as const

const cooling: SmallScenario = {
  pools,
  volumes: [{ place: 'hot', replicas: 2, heat: [{ fromMinute: 0, iops: 5 }] }],
  lengthMinutes: 30,
  loop: { roundIntervalUs: 2 * minute },
}

/** How often the first operator's promises are settled until its migration is finished. */
async function awaitsOf(scenario: SmallScenario): Promise<number> {
  const small = smallWorld(scenario)
  const party = small.operators.launch()
  let settlements = 0
  for (let at = 1; at <= 29; at++) {
    small.at(at, () => {
      const done = small.world.journal.records().some(one => one.status?.phase === 'finished')
      if (!done) settlements = party.settlements
    })
  }
  await small.run(30)
  return settlements + 40
}

async function crashAt(
  scenario: SmallScenario,
  settlements: number,
  awayUs: number,
): Promise<SmallWorld> {
  const small = smallWorld(scenario)
  const { engine } = small.world
  const party = small.operators.launch()
  party.crashAfter(settlements, () => {
    small.operators.crash()
    engine.schedule(engine.nowUs + awayUs, () => {
      small.operators.launch()
      engine.noteSettled()
    })
  })
  await small.run(30)
  return small
}

describe('law 9: a crash at any await', () => {
  it.each([
    ['at once', 0, 1],
    ['after five minutes', 5 * minute, 4],
  ])(
    'converges when an operator starts again %s',
    async (_, awayUs, stride) => {
      const awaits = await awaitsOf(cooling)
      expect(awaits).toBeGreaterThan(150)
      for (let settlements = 0; settlements <= awaits; settlements += stride) {
        const small = await crashAt(cooling, settlements, awayUs)
        const where = `crash after ${settlements} awaits`
        expect(converged(small.world.history.entries, false), where).toEqual([])
        expect(broken(small.watch), where).toEqual([])
        expect(tierOfVolume(small, 0), where).toEqual(['cold', 'cold'])
        expect(leftovers(small), where).toEqual([])
      }
    },
    120_000,
  )
})

/** Labels and cordons of ours that stand, and a window that nobody closed. */
function leftovers(small: SmallWorld): readonly string[] {
  const { control, journal } = small.world
  return [
    ...control.nodes.flatMap(node => node.cordonLabels),
    ...control.pools.filter(pool => pool.cordon !== null).map(pool => `cordon of ${pool.id}`),
    ...control.pools.flatMap(pool =>
      Object.keys(pool.labels).filter(key => key.startsWith('couchestor')),
    ),
    ...(journal.operator().window === null ? [] : ['an open window']),
  ]
}
