/** The cluster as a reader sees it: the same objects while nothing that can be seen changed. */
import { describe, expect, it } from 'vitest'
import { smallWorld } from './small-world.js'

const steady = [{ fromMinute: 0, iops: 20 }]

function threeVolumes() {
  return smallWorld({
    pools: [0, 1, 2].map(node => ({ tier: 'hot', node })),
    volumes: [0, 1, 2].map(() => ({ place: 'hot', replicas: 2, heat: steady })),
    lengthMinutes: 10,
  })
}

describe('the list of volumes', () => {
  it('is the same one while only pools change', () => {
    const { world } = threeVolumes()
    const { view, control } = world
    const before = view.observe().cluster
    expect(view.observe().cluster).toBe(before)
    control.cordons.labelPool(control.pools[0].id, 'couchestor-window', 'any')
    const after = view.observe().cluster
    expect(after.pools[0].labels).toEqual({ ...before.pools[0].labels, 'couchestor-window': 'any' })
    expect(after.pools[1]).toBe(before.pools[1])
    expect(after.volumes).toBe(before.volumes)
  })

  it('is another one, with the same pictures of the others, when a volume changes or goes', () => {
    const { world } = threeVolumes()
    const { view, control } = world
    const [first, second, third] = view.observe().cluster.volumes
    expect(control.begin(control.volumes[1].id, 'SetReplica')).toBeNull()
    const busy = view.observe().cluster.volumes
    expect(busy).toEqual([first, { ...second, operation: 'SetReplica' }, third])
    expect(busy[0]).toBe(first)
    expect(busy[2]).toBe(third)
    control.end(control.volumes[1].id)
    expect(view.observe().cluster.volumes).toEqual([first, second, third])
    for (const gone of [0, 2, 1]) {
      control.remove(control.volumes[gone])
      const fresh = control.volumes.filter(one => !one.deleted).map(one => view.volume(one))
      expect(view.observe().cluster.volumes).toEqual(fresh)
    }
    expect(view.observe().cluster.volumes).toEqual([])
  })
})
