/** Slots are given back by who cannot progress, and taken again before anything goes on. */
import { expect, it } from 'vitest'
import type { Fault } from '../../sim/scenario/model.js'
import { nodeId } from '../../src/core/model.js'
import {
  broken,
  minute,
  type SmallScenario,
  type SmallWorld,
  smallWorld,
  tierOfVolume,
} from '../sim/small-world.js'

const cold = [{ fromMinute: 0, iops: 5 }]

/** One slot; the first volume has two replicas to move, the second is long in copying. */
function oneSlot(secondGiB: number, faults: readonly Fault[]): SmallScenario {
  return {
    pools: [
      ...[0, 1, 2].map(node => ({ tier: 'hot' as const, node, capacityGiB: 1500 })),
      ...[3, 4, 5].map(node => ({ tier: 'cold' as const, node, capacityGiB: 1500 })),
    ],
    volumes: [
      { place: 'hot', replicas: 2, sizeGiB: 60, heat: cold },
      { place: 'hot', replicas: 1, sizeGiB: secondGiB, heat: cold },
    ],
    lengthMinutes: 180,
    policy: { maxConcurrentMigrations: 1 },
    faults,
  }
}

/** The most migrations that held a slot at once. */
function mostHolders(small: SmallWorld): number {
  const holders = new Set<string>()
  let most = 0
  for (const entry of small.world.history.entries) {
    if (entry.kind !== 'record') continue
    const { name, status } = entry.record
    if (status?.holdsSlot === true && status.phase !== 'finished') holders.add(name)
    else holders.delete(name)
    most = Math.max(most, holders.size)
  }
  return most
}

it('one that goes on and one that starts do not take the same slot in one round', async () => {
  const fault: Fault = { kind: 'prometheus', how: 'down', atUs: 6 * minute, forUs: 20 * minute }
  const small = smallWorld(oneSlot(20, [fault]))
  small.operators.start()
  await small.run(180)
  expect(mostHolders(small)).toBe(1)
  expect(broken(small.watch)).toEqual([])
  expect([...tierOfVolume(small, 0), ...tierOfVolume(small, 1)]).toEqual(['cold', 'cold', 'cold'])
})

it('one that gave its slot back waits until the one that took it has ended', async () => {
  const fault: Fault = {
    kind: 'exporter',
    node: nodeId('node-0'),
    how: 'gap',
    atUs: 6 * minute,
    forUs: 12 * minute,
  }
  const small = smallWorld(oneSlot(600, [fault]))
  small.operators.start()
  await small.run(30)
  const [first, second] = small.world.journal.records()
  expect([first.status?.holdsSlot, second?.status?.holdsSlot]).toEqual([false, true])
  await small.run(180)
  expect(mostHolders(small)).toBe(1)
  expect([...tierOfVolume(small, 0), ...tierOfVolume(small, 1)]).toEqual(['cold', 'cold', 'cold'])
})
