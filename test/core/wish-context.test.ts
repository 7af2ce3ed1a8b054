/** The marks of a policy, and where a volume's heat is found. */
import { describe, expect, it } from 'vitest'
import { DecideMemory } from '../../src/core/decide.js'
import { survey } from '../../src/core/landscape.js'
import { heatIndex } from '../../src/core/wish-context.js'
import { cluster, heat, hour, noon, policy, pool, round, volume } from './cluster.js'

const hot = pool('hot-0', 'hot')
const [a, b] = ['a', 'b'].map(name => volume(name, [hot]))

describe('the index of a volume’s heat', () => {
  const remembered = () => {
    const memory = new DecideMemory()
    memory.look(round({ cluster: cluster({ pools: [hot], volumes: [a, b] }), memory }).observation)
    return memory.volumes
  }

  it('is looked up once for each window', () => {
    const [, ofB] = remembered()
    const window = heat({ a: 1, b: 1 }).window(hour)
    expect(heatIndex(window, b, ofB)).toBe(1)
    // Once known it is not looked up again: another volume is not found with this memory.
    expect(heatIndex(window, a, ofB)).toBe(1)
    const turned = heat({ b: 1, a: 1 }, noon, 1, 2 * hour).window(2 * hour)
    expect(heatIndex(turned, b, ofB)).toBe(0)
    expect(heatIndex(turned, a, ofB)).toBe(0)
    expect(heatIndex(window, b, ofB)).toBe(1)
  })

  it('is looked up again until the volume is measured', () => {
    const [ofA] = remembered()
    expect(heatIndex(heat({}).window(hour), a, ofA)).toBe(-1)
    expect(heatIndex(heat({ b: 1, a: 1 }).window(hour), a, ofA)).toBe(1)
  })
})

describe('the marks', () => {
  it('are the policy’s', () => {
    const own = policy({ warmWatermarkIops: 0, highWatermarkIops: 7, lowWatermarkIops: 3 })
    const [view] = survey(cluster({ pools: [hot] }), [own], null).views
    expect(view.marks).toEqual({ highIops: 7, warmIops: 0, lowIops: 3, warmIsOn: false })
  })
})
