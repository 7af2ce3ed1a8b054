/** What a scenario says of coded volumes: their policies, their settings, the faults of shards. */
import { describe, expect, test } from 'vitest'
import { parseScenario } from '../../../sim/scenario/parse-scenario.js'
import { usualCoding } from '../../../sim/scenario/usual-coding.js'
import { type Document, problemsOf, whole, withValue } from './whole.js'

const apiVersion = 'storage.billyronks.io/v1'
const wide = {
  apiVersion,
  kind: 'ErasureCodingPolicy',
  metadata: { name: 'wide' },
  spec: { dataShards: 10, parityShards: 4 },
}

function coded(spec: Document): Document {
  return { apiVersion, kind: 'StoragePolicy', metadata: { name: 'cold' }, spec }
}

describe('codings', () => {
  const scenarioIn = (document: unknown) => {
    const parsed = parseScenario(document, 'fallback')
    if (!parsed.ok) throw new Error('the scenario parses')
    return parsed.value
  }

  test('are policies of their own kind, which another may name', () => {
    const both = [coded({ ecPolicyRef: 'wide' }), wide, { ...wide, metadata: { name: 'cold' } }]
    const { policies, codingPolicies } = scenarioIn(withValue(whole, ['policies'], both))
    expect(policies.map(one => [one.name, one.spec.ecPolicyRef])).toEqual([['cold', 'wide']])
    expect(codingPolicies.map(one => [one.name, one.spec.dataShards])).toEqual([
      ['wide', 10],
      ['cold', 10],
    ])
  })

  test('have the documented defaults', () => {
    const { coding } = scenarioIn(withValue(whole, ['coding'], undefined))
    expect(coding).toEqual({
      sample: { numerator: 1, denominator: 262_144 },
      engine: null,
      threads: 2,
      stripesPerGroup: null,
      repairBytesPerSecond: null,
      journalTier: 'hot',
    })
    expect(coding).toEqual(usualCoding)
  })

  test('have faults: a pool that is lost, and shards', () => {
    const { faults, startUs } = scenarioIn(whole)
    const atUs = startUs + 3_600_000_000
    expect(faults.slice(2)).toEqual([
      { atUs, forUs: 86_400_000_000, kind: 'pool', pool: 'hot-1', how: 'lost' },
      {
        atUs,
        forUs: 0,
        kind: 'shards',
        pool: 'hot-1',
        how: 'flipped',
        numerator: 1,
        denominator: 1000,
      },
    ])
  })
})

describe('of codings', () => {
  test.each([
    {
      document: withValue(whole, ['faults'], [{ at: '1h', shards: 'hot-7', how: 'lost' }]),
      path: '.faults[0].shards',
      says: /no pool hot-7/,
    },
    {
      document: withValue(whole, ['faults'], [{ at: '1h', shards: 'hot-1', how: 'offline' }]),
      path: '.faults[0].how',
      says: /how is offline/,
    },
    {
      document: withValue(whole, ['policies'], [coded({ ecPolicyRef: 'wide' })]),
      path: '.policies[0].spec.ecPolicyRef',
      says: /no ErasureCodingPolicy wide/,
    },
    {
      document: withValue(whole, ['policies'], [wide, coded({ ecPolicyRef: 'wiide' })]),
      path: '.policies[1].spec.ecPolicyRef',
      says: /no ErasureCodingPolicy wiide/,
    },
    {
      document: withValue(whole, ['policies'], [wide, wide]),
      path: '.policies',
      says: /two policies are called wide/,
    },
    {
      document: withValue(whole, ['policies'], [{ ...wide, spec: { dataShards: 0 } }]),
      path: '.policies[0].spec.dataShards',
      says: /./,
    },
  ])('$path $says', ({ document, path, says }) => {
    const told = problemsOf(document).filter(one => one.path.startsWith(path))
    expect(told.map(one => one.message)).toContainEqual(expect.stringMatching(says))
  })
})
