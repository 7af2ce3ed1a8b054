/** The policies of a scenario, and the ErasureCodingPolicies that they name. */
import { describe, expect, it } from 'vitest'
import { policiesOf } from '../../../sim/scenario/policies.js'

const apiVersion = 'storage.billyronks.io/v1'

function storage(name: string, spec: Readonly<Record<string, unknown>> = {}): unknown {
  const usual = { storageClassName: 'mayastor' }
  return { apiVersion, kind: 'StoragePolicy', metadata: { name }, spec: { ...usual, ...spec } }
}

function coding(name: string, spec: Readonly<Record<string, unknown>> = {}): unknown {
  return { apiVersion, kind: 'ErasureCodingPolicy', metadata: { name }, spec }
}

describe('the policies of a scenario', () => {
  it('come with the code that they name, wherever it stands in the list', () => {
    const read = policiesOf([
      storage('gold', { ecPolicyRef: 'narrow' }),
      coding('wide'),
      coding('narrow'),
    ])
    expect(read.problems).toEqual([])
    expect(read.policies.map(one => [one.name, one.coding?.name])).toEqual([['gold', 'narrow']])
    expect(read.codingPolicies.map(one => one.name)).toEqual(['wide', 'narrow'])
  })

  it('or without one', () => {
    const read = policiesOf([coding('wide'), storage('gold')])
    expect(read.policies.map(one => one.coding)).toEqual([null])
    expect(read.problems).toEqual([])
  })

  it('a name that is none is told, with where it stands and what there is', () => {
    const read = policiesOf([coding('narrow'), storage('gold', { ecPolicyRef: 'narow' })])
    expect(read.policies.map(one => one.coding)).toEqual([null])
    const [problem, ...others] = read.problems
    expect(others).toEqual([])
    expect(problem.path).toBe('.policies[1].spec.ecPolicyRef')
    expect(`${problem.message} ${problem.hint}`).toContain('narow')
    expect(`${problem.message} ${problem.hint}`).toContain('narrow')
  })

  it('every problem of every one is told at once, with its place', () => {
    const read = policiesOf([
      storage('gold', { lowWatermarkIops: 'many' }),
      coding('narrow', { dataShards: 0 }),
      storage('silver', { ecPolicyRef: 'gone' }),
    ])
    expect(read.problems.map(one => one.path.slice(0, 12))).toEqual([
      '.policies[0]',
      '.policies[1]',
      '.policies[2]',
    ])
    expect(read.policies.map(one => one.name)).toEqual(['silver'])
    expect(read.codingPolicies).toEqual([])
  })

  it('there are none in what is no list', () => {
    const nothing = { policies: [], codingPolicies: [], problems: [] }
    expect(policiesOf(undefined)).toEqual(nothing)
    expect(policiesOf({})).toEqual(nothing)
  })
})
