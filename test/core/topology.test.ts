/** A volume’s own topology against the labels of pools and nodes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nodeFits, topologyFits } from '../../src/core/topology.js'
import { node, pool } from './cluster.js'

const key = fc.constantFrom('zone', 'constructor')
const labels = fc.dictionary(key, fc.constantFrom('a', 'b'))
const wanted = fc.dictionary(key, fc.constantFrom('a', 'b', ''))
const free = { poolInclusion: {}, nodeInclusion: {}, nodeExclusion: {} }

describe('a wanted label', () => {
  it('must be there, with its value or, where that is empty, with any', () => {
    fc.assert(
      fc.property(wanted, labels, (inclusion, own) => {
        const expected = Object.keys(inclusion).every(
          name =>
            Object.hasOwn(own, name) && (inclusion[name] === '' || inclusion[name] === own[name]),
        )
        expect(topologyFits(inclusion, pool('p', 'hot', { schedulerLabels: own }))).toBe(expected)
        const topology = { ...free, nodeInclusion: inclusion }
        expect(nodeFits(topology, node('n', { labels: own }), [])).toBe(expected)
      }),
    )
  })

  it('is looked for among the scheduler’s labels alone', () => {
    const own = pool('p', 'hot', { labels: { zone: 'a' }, schedulerLabels: {} })
    expect(topologyFits({ zone: 'a' }, own)).toBe(false)
  })
})

describe('a spread volume', () => {
  it('has each replica on another value of the key', () => {
    fc.assert(
      fc.property(labels, fc.array(labels), fc.uniqueArray(key), (own, others, keys) => {
        const nodeExclusion = Object.fromEntries(keys.map(name => [name, '']))
        const taken = others.map((one, index) => node(`n${index}`, { labels: one }))
        const told = (one: typeof own, name: string) =>
          Object.entries(one).find(([k]) => k === name)?.[1]
        const expected = keys.every(name =>
          others.every(one => told(one, name) !== told(own, name)),
        )
        const fits = nodeFits({ ...free, nodeExclusion }, node('n', { labels: own }), taken)
        expect(fits).toBe(expected)
      }),
    )
  })
})
