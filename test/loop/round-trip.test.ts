/** The main road: a volume goes down when it cools and up when it heats. */
import { expect, it } from 'vitest'
import { broken, smallWorld, tierOfVolume } from '../sim/small-world.js'

const fourNodes = [
  { tier: 'hot', node: 0 },
  { tier: 'hot', node: 1 },
  { tier: 'cold', node: 2 },
  { tier: 'cold', node: 3 },
] as const

it('moves a volume down when it cools and up again when it heats, and breaks no law', async () => {
  const small = smallWorld({
    pools: fourNodes,
    volumes: [
      {
        place: 'hot',
        replicas: 2,
        heat: [
          { fromMinute: 0, iops: 5 },
          { fromMinute: 90, iops: 130 },
        ],
      },
    ],
    lengthMinutes: 240,
  })
  small.operators.start()
  await small.run(80)
  expect(tierOfVolume(small, 0)).toEqual(['cold', 'cold'])
  await small.run(240)
  expect(tierOfVolume(small, 0)).toEqual(['hot', 'hot'])
  expect(broken(small.watch)).toEqual([])
  const stakes = small.watch.timesAtStake()
  expect([1, 2, 3, 4, 5, 6, 7, 13, 16].filter(law => !stakes.has(law))).toEqual([])
})
