/** What people do in the middle of a migration, and how it ends then. */
import { describe, expect, it } from 'vitest'
import type { PolicyObject } from '../../src/core/resources.js'
import {
  broken,
  minute,
  type SmallWorld,
  smallWorld,
  tierOfVolume,
  volumeOf,
} from '../sim/small-world.js'
import { cooling } from './one-cooling.js'

/** The copy of 60 GiB runs from a little after minute five for some minutes. */
const copying = 7

async function ended(
  deed: (small: SmallWorld) => void,
  atMinute = copying,
): Promise<{ readonly small: SmallWorld; readonly outcome: string | null | undefined }> {
  const small = smallWorld({ ...cooling, volumes: [{ ...cooling.volumes[0], sizeGiB: 60 }] })
  small.operators.start()
  small.at(atMinute, () => deed(small))
  await small.run(60)
  expect(broken(small.watch)).toEqual([])
  return { small, outcome: small.world.journal.records()[0].status?.outcome }
}

const changed = (small: SmallWorld, spec: Partial<PolicyObject['spec']>): PolicyObject => ({
  ...small.policy,
  spec: { ...small.policy.spec, ...spec },
})

describe('a policy that stops while a copy runs', () => {
  it.each<[string, (small: SmallWorld) => readonly PolicyObject[]]>([
    ['is disabled', small => [changed(small, { enabled: false })]],
    ['becomes dry-run', small => [changed(small, { dryRun: true })]],
    ['is deleted', () => []],
  ])('and %s: the copy is taken back', async (_, policies) => {
    const { small, outcome } = await ended(one =>
      one.person.applyPolicies(policies(one), [one.policy]),
    )
    expect(tierOfVolume(small, 0)).toEqual(['hot', 'hot'])
    expect(outcome).toBe('cancelled')
  })

  it('when the copy is synced: the move ends, and no other begins', async () => {
    const untouched = await ended(() => {}, 1)
    const { entries } = untouched.small.world.history
    const synced = entries.find(entry => entry.kind === 'replica-synced' && entry.by === 'cluster')
    const { small } = await ended(
      one => one.person.applyPolicies([changed(one, { enabled: false })], [one.policy]),
      ((synced?.atUs ?? 0) + 35_000_000) / minute,
    )
    expect([...tierOfVolume(small, 0)].sort()).toEqual(['cold', 'hot'])
  })
})

it('a migration that is deleted while its copy runs is undone', async () => {
  const { small, outcome } = await ended(one => one.person.cancel('vol-0-1'))
  expect(outcome).toBe('cancelled')
  const { status } = small.world.journal.records()[0]
  expect(status?.why).toBe('cancelled-by-person')
})

it('a volume that is deleted ends its migration, and nothing of it is left', async () => {
  const { small, outcome } = await ended(one => one.person.deleteVolume(volumeOf(0)))
  expect(outcome).toBe('gone')
  expect(small.world.control.pools.map(pool => pool.replicas)).toEqual([0, 0, 0, 0])
})

it('a volume that is unpublished for a while goes on when it is published again', async () => {
  const { small } = await ended(one => {
    one.person.unpublish(volumeOf(0))
    one.at(copying + 5, () => one.person.publish(volumeOf(0)))
  })
  expect(tierOfVolume(small, 0)).toEqual(['cold', 'cold'])
})

it('a replica count that a person sets in the middle of a move stands', async () => {
  const { small } = await ended(one => one.person.setReplicaCount(volumeOf(0), 2))
  const model = small.world.control.volume(volumeOf(0))
  expect([model?.replicaCount, model?.replicas.length]).toEqual([2, 2])
})
