/** Policies given on the command line take the place of a scenario's. */
import { describe, expect, it } from 'vitest'
import { replacedPolicies } from '../../src/cli/scenario/policies.js'

const apiVersion = 'storage.billyronks.io/v1'

function manifest(kind: 'StoragePolicy' | 'ErasureCodingPolicy', name: string): unknown {
  const spec = kind === 'StoragePolicy' ? { storageClassName: 'mayastor' } : {}
  return { apiVersion, kind, metadata: { name }, spec }
}

const gold = manifest('StoragePolicy', 'gold')
const silver = manifest('StoragePolicy', 'silver')
const wide = manifest('ErasureCodingPolicy', 'wide')
const narrow = manifest('ErasureCodingPolicy', 'narrow')

describe('other policies in place of a scenario’s', () => {
  it('take that of its StoragePolicies, whatever their names', () => {
    expect(replacedPolicies([gold, silver], [silver])).toEqual([silver])
    expect(replacedPolicies([gold], [])).toEqual([])
  })

  it('beside its ErasureCodingPolicies', () => {
    expect(replacedPolicies([gold, wide, narrow], [silver])).toEqual([wide, narrow, silver])
  })

  it('but not beside those of a name that comes with the others', () => {
    const other = {
      apiVersion,
      kind: 'ErasureCodingPolicy',
      metadata: { name: 'wide' },
      spec: { dataShards: 8 },
    }
    expect(replacedPolicies([wide, narrow], [silver, other])).toEqual([narrow, silver, other])
    // A StoragePolicy of that name is another thing.
    const namesake = manifest('StoragePolicy', 'wide')
    expect(replacedPolicies([wide], [namesake])).toEqual([wide, namesake])
  })

  it('what cannot be read is a policy of nobody', () => {
    expect(replacedPolicies([{}, 'x', wide], [silver, {}])).toEqual([wide, silver, {}])
    expect(replacedPolicies(undefined, [silver])).toEqual([silver])
  })
})
