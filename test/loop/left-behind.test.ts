/** Cordons that an operator left behind: who takes them away, and when. */
import { describe, expect, it } from 'vitest'
import { Operators } from '../../sim/operators.js'
import {
  broken,
  minute,
  type SmallWorld,
  second,
  smallWorld,
  tierOfVolume,
} from '../sim/small-world.js'
import {
  commands,
  cooling,
  cordonOf,
  hotPool,
  labelsOf,
  poolWindow,
  replicasOnly,
  snapshotsToo,
} from './one-cooling.js'

describe('cordons that were left behind', () => {
  async function killedInWindow(prepare: (small: SmallWorld) => void): Promise<SmallWorld> {
    const { setUs } = await poolWindow()
    const small = smallWorld(cooling)
    small.operators.start()
    small.at((setUs + second / 100) / minute, () => {
      small.operators.crash()
      prepare(small)
    })
    await small.run(20)
    return small
  }

  it('are undone first by the next operator, once nobody can be using them', async () => {
    const small = await killedInWindow(() => {})
    expect(cordonOf(small)).toEqual(replicasOnly)
    small.operators.launch()
    small.world.engine.noteSettled()
    await small.run(60)
    expect(commands(small, 'operator-2').slice(0, 2)).toEqual(['uncordon-pool', 'unlabel-pool'])
    expect([cordonOf(small), labelsOf(small)]).toEqual([null, []])
    expect(tierOfVolume(small, 0)).toEqual(['cold', 'cold'])
    expect(broken(small.watch)).toEqual([])
  })

  it('stay while another epoch’s window is not over', async () => {
    const small = await killedInWindow(dead => {
      dead.operators.launch()
      dead.world.engine.noteSettled()
    })
    const { entries } = small.world.history
    const restart = entries.filter(entry => entry.kind === 'restart')[1]
    const first = entries.find(entry => entry.kind === 'command' && entry.operator === 'operator-2')
    expect((first?.atUs ?? 0) - restart.atUs).toBeGreaterThan(50 * second)
    expect((first?.atUs ?? 0) - restart.atUs).toBeLessThan(75 * second)
    expect(broken(small.watch)).toEqual([])
  })

  it('are left to whoever changed them since, and a condition says so', async () => {
    const small = await killedInWindow(dead => {
      dead.person.cordonPool(hotPool, snapshotsToo)
    })
    small.operators.launch()
    small.world.engine.noteSettled()
    await small.run(60)
    expect(cordonOf(small)).toEqual({ ...replicasOnly, snapshots: true })
    expect(labelsOf(small)).toEqual([])
    const told = small.world.history.entries.filter(
      entry => entry.kind === 'condition' && entry.condition === 'CordonsOurs',
    )
    expect(told.length).toBe(1)
  })

  it('are all that an operator with --dry-run touches', async () => {
    const small = await killedInWindow(() => {})
    const dry = new Operators(small.world, { ...small.scenario.loop, dryRun: true })
    dry.launch()
    small.world.engine.noteSettled()
    await small.run(60)
    expect(commands(small, 'operator-1', 20 * minute)).toEqual(['uncordon-pool', 'unlabel-pool'])
    expect([cordonOf(small), labelsOf(small)]).toEqual([null, []])
    expect([...tierOfVolume(small, 0)].sort()).toEqual(['cold', 'hot'])
  })

  it('because Mayastor answered nothing are undone when it answers again', async () => {
    const { setUs } = await poolWindow()
    const small = smallWorld({
      ...cooling,
      faults: [
        {
          kind: 'answers',
          from: 'mayastor',
          how: 'lost',
          numerator: 1,
          denominator: 1,
          atUs: setUs,
          forUs: 10 * minute,
        },
      ],
    })
    small.operators.start()
    await small.run(60)
    expect([cordonOf(small), labelsOf(small)]).toEqual([null, []])
    expect(tierOfVolume(small, 0)).toEqual(['cold', 'cold'])
    expect(broken(small.watch)).toEqual([])
  })
})
