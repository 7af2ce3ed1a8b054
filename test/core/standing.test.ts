/** How volumes stand: taken over from before it equals a look at all of them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { survey } from '../../src/core/landscape.js'
import type { Volume } from '../../src/core/model.js'
import { standAfter } from '../../src/core/standing.js'
import { cluster, GiB, policy, pool, replica, volume } from './cluster.js'

const pools = [0, 1, 2].map(index => pool(`hot-${index}`, 'hot'))
const policies = [policy()]

/** A volume of some size with replicas on some pools, some of them not synced. */
const anyVolume = (name: string) =>
  fc
    .record({
      gibibytes: fc.integer({ min: 1, max: 4 }),
      on: fc.uniqueArray(fc.nat(2), { minLength: 1, maxLength: 3 }),
      isWhole: fc.boolean(),
    })
    .map(({ gibibytes, on, isWhole }): Volume => {
      const childState = isWhole ? 'online' : 'degraded'
      const replicas = on.map(place => replica(`${name}-${place}`, pools[place], { childState }))
      return volume(name, [], {
        sizeBytes: gibibytes * GiB,
        replicas,
        replicaCount: replicas.length,
      })
    })

const names = ['a', 'b', 'c', 'd']
const anyVolumes = fc.tuple(...names.map(anyVolume))

describe('volumes that change', () => {
  it('stand as if all had been looked at, and those that did not change are the same', () => {
    const mask = fc.array(fc.boolean(), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(anyVolumes, fc.array(fc.tuple(anyVolumes, mask), { maxLength: 5 }), (a, more) => {
        let volumes: readonly Volume[] = a
        let before = survey(cluster({ pools, volumes }), policies, null)
        for (const [others, chosen] of more) {
          volumes = volumes.map((one, place) => (chosen[place] ? others[place] : one))
          const after = survey({ ...before.cluster, volumes }, policies, before)
          const anew = survey(after.cluster, policies, null)
          expect(after.largestBytes).toEqual(anew.largestBytes)
          expect(after.brokenPlaces).toEqual(anew.brokenPlaces)
          expect(after.volumes).toEqual(anew.volumes)
          expect(after.volumePlaces).toBe(before.volumePlaces)
          after.volumes.forEach((view, place) => {
            expect(view === before.volumes[place]).toBe(!chosen[place])
          })
          before = after
        }
      }),
    )
  })

  it('stand as they stood where none did', () => {
    const volumes = names.map(name => volume(name, pools))
    const before = survey(cluster({ pools, volumes }), policies, null)
    const [first] = before.volumes
    expect(standAfter(before, volumes, [...volumes], () => first)).toBe(before)
  })

  it('are found by their new names', () => {
    const volumes = names.map(name => volume(name, pools))
    const before = survey(cluster({ pools, volumes }), policies, null)
    const others = [volume('e', pools), ...volumes.slice(1)]
    const after = survey({ ...before.cluster, volumes: others }, policies, before)
    expect([...after.volumePlaces.keys()]).toEqual(['e', 'b', 'c', 'd'])
  })
})
