/** What is remembered of a volume, and for how long. */
import { describe, expect, it } from 'vitest'
import { DecideMemory } from '../../src/core/decide.js'
import type { Volume } from '../../src/core/model.js'
import { cluster, policy, pool, round, volume } from './cluster.js'

const hot = pool('hot-0', 'hot')
const policies = [policy()]
const a = volume('a', [hot])
const b = volume('b', [hot])

describe('the memory of a volume', () => {
  it('is none before anything was looked at', () => {
    expect(new DecideMemory().volumes).toEqual([])
  })

  const memory = new DecideMemory()
  const look = (volumes: readonly Volume[]) =>
    memory.look(
      round({ cluster: cluster({ pools: [hot], volumes }), policies, memory }).observation,
    )

  it('stays with it, wherever it stands among the others', () => {
    look([a, b])
    const [ofA, ofB] = memory.volumes
    expect(ofA).not.toBe(ofB)
    look([b, a])
    expect(memory.volumes[0]).toBe(ofB)
    expect(memory.volumes[1]).toBe(ofA)
    look([a])
    expect(memory.volumes).toHaveLength(1)
    expect(memory.volumes[0]).toBe(ofA)
  })

  it('keeps its list while the volumes are the same, one by one', () => {
    look([a, b])
    const list = memory.volumes
    look([{ ...a }, b])
    expect(memory.volumes).toBe(list)
    look([a, volume('c', [hot])])
    expect(memory.volumes).not.toBe(list)
    expect(memory.volumes[0]).toBe(list[0])
    expect(memory.volumes[1]).not.toBe(list[1])
    look([b, volume('c', [hot])])
    expect(memory.volumes[0]).not.toBe(list[0])
  })

  it('is lost with it, and empty at first', () => {
    look([a])
    const before = memory.volumes[0]
    look([])
    look([a])
    expect(memory.volumes[0]).not.toBe(before)
    expect(memory.volumes[0]).toEqual({
      toldVerdict: null,
      toldReason: null,
      toldTo: null,
      wishedSinceUs: 0,
      wishedTo: null,
      downSinceUs: null,
      coldSinceUs: null,
      guardPassed: false,
      heatIndex: -1,
      heatWindowUs: 0,
    })
  })
})

describe('a landscape', () => {
  it('is derived once while neither the cluster nor the policies are others', () => {
    const memory = new DecideMemory()
    const seen = cluster({ pools: [hot], volumes: [a] })
    const first = memory.look(round({ cluster: seen, policies, memory }).observation)
    expect(memory.look(round({ cluster: seen, policies, memory }).observation)).toBe(first)
    const other = memory.look(round({ cluster: { ...seen }, policies, memory }).observation)
    expect(other).not.toBe(first)
    const again = memory.look(
      round({ cluster: other.cluster, policies: [...policies], memory }).observation,
    )
    expect(again).not.toBe(other)
  })
})
