/** ErasureCodingPolicy manifests: the contract that existing users hold, and every error. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Parsed, show } from '../../src/core/field.js'
import { parseErasureCodingPolicy } from '../../src/core/parse-ec-policy.js'
import {
  type ErasureCodingPolicyObject,
  erasureCodingPolicyFields,
  journalFields,
} from '../../src/core/resources.js'
import { wrongValues } from './wrong-values.js'

function manifest(spec: unknown): Record<string, unknown> {
  const apiVersion = 'storage.billyronks.io/v1'
  return { apiVersion, kind: 'ErasureCodingPolicy', metadata: { name: 'rs' }, spec }
}

function read(spec: unknown): ErasureCodingPolicyObject {
  const parsed = parseErasureCodingPolicy(manifest(spec))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value
}

function problemsOf(parsed: Parsed<unknown>): readonly string[] {
  return parsed.ok ? [] : parsed.problems.map(one => `${one.code} ${one.path}`)
}

describe('an ErasureCodingPolicy', () => {
  it('that says nothing has the documented defaults', () => {
    // reference/custom-resources.md, ErasureCodingPolicy v1.
    const spec = {
      dataShards: 4,
      parityShards: 2,
      stripeSizeBytes: 1_048_576,
      algorithm: 'ReedSolomon',
      journal: {
        journalSizeBytes: 10_737_418_240,
        replicationFactor: 3,
        destageThresholdPercent: 80,
        destageIntervalUs: 30_000_000,
      },
      minHealthyShards: 4,
      scrubbingEnabled: false,
      scrubIntervalUs: 604_800_000_000,
    }
    expect(read({})).toEqual({ name: 'rs', generation: 1, spec, invalid: [] })
    expect(read({ journalConfig: null, minHealthyShards: null }).spec).toEqual(spec)
  })

  it('reads each field that it is given', () => {
    expect(
      read({
        dataShards: 12,
        parityShards: 4,
        stripeSizeBytes: '64KiB',
        algorithm: 'LRC',
        journalConfig: {
          journalSizeBytes: '1GiB',
          replicationFactor: 2,
          destageThresholdPercent: 50,
          destageInterval: '10s',
        },
        minHealthyShards: 13,
        scrubbingEnabled: true,
        scrubInterval: '1d',
      }).spec,
    ).toEqual({
      dataShards: 12,
      parityShards: 4,
      stripeSizeBytes: 65_536,
      algorithm: 'LRC',
      journal: {
        journalSizeBytes: 1_073_741_824,
        replicationFactor: 2,
        destageThresholdPercent: 50,
        destageIntervalUs: 10_000_000,
      },
      minHealthyShards: 13,
      scrubbingEnabled: true,
      scrubIntervalUs: 86_400_000_000,
    })
  })

  it.each([
    [3, 1],
    [4, 2],
    [4, 4],
    [6, 2],
    [8, 3],
    [10, 2],
    [10, 4],
  ])('of %i and %i shards can be used', (dataShards, parityShards) => {
    expect(read({ dataShards, parityShards }).invalid).toEqual([])
  })

  it('of a shape that no engine has is no error', () => {
    expect(read({ dataShards: 5000, parityShards: 1 }).invalid).toEqual([])
  })

  it.each([
    [{ minHealthyShards: 7 }, ['minHealthyShards is 7, and a stripe has 6 shards.']],
    [{ minHealthyShards: 6 }, []],
    [{ algorithm: 'LRC', dataShards: 12, parityShards: 4 }, []],
    [{ algorithm: 'LRC', dataShards: 6, parityShards: 3 }, []],
    [
      { algorithm: 'LRC', dataShards: 5, parityShards: 3 },
      ['LRC has two local groups, and 5 data shards are an odd number.'],
    ],
    [
      { algorithm: 'LRC', dataShards: 5, parityShards: 2, minHealthyShards: 8 },
      [
        'minHealthyShards is 8, and a stripe has 7 shards.',
        'LRC has two local groups, and 5 data shards are an odd number.',
        'LRC has two local parities and at least a global one, and parityShards is 2.',
      ],
    ],
    [{ dataShards: 5, parityShards: 2 }, []],
  ])('%j is in phase Invalid for %j', (spec, invalid) => {
    expect(read(spec).invalid).toEqual(invalid)
  })

  it('needs no fewer healthy shards than it has data shards', () => {
    const parsed = parseErasureCodingPolicy(manifest({ dataShards: 6, minHealthyShards: 5 }))
    expect(!parsed.ok && parsed.problems).toEqual([
      {
        code: 'FIELD_INVALID',
        path: 'spec.minHealthyShards',
        message: 'minHealthyShards is 5, below dataShards 6',
        hint: 'give 6 or more, or leave it out',
      },
    ])
    expect(read({ dataShards: 6, minHealthyShards: 6 }).spec.minHealthyShards).toBe(6)
  })

  it.each([
    [65_535, false],
    [65_536, true],
    [67_108_864, true],
    [67_108_865, false],
  ])('with a stripe of %i bytes is read: %s', (stripeSizeBytes, ok) => {
    const parsed = parseErasureCodingPolicy(manifest({ stripeSizeBytes }))
    expect(parsed.ok).toBe(ok)
    expect(parsed.ok || parsed.problems[0].hint).toBe(ok || 'give 64KiB to 64MiB')
  })

  it.each(Object.keys(erasureCodingPolicyFields))('says where when %s is of a wrong kind', name => {
    const row = Object.entries(erasureCodingPolicyFields).find(([key]) => key === name)?.[1]
    for (const wrong of wrongValues(row?.kind.name ?? '')) {
      const problems = problemsOf(parseErasureCodingPolicy(manifest({ [name]: wrong })))
      expect(problems, show(wrong)).toHaveLength(1)
      expect(problems[0]).toMatch(new RegExp(`^FIELD_\\w+ spec\\.${name}(\\W|$)`))
    }
  })

  it.each(Object.entries(journalFields))('says where when journalConfig.%s is', (name, row) => {
    for (const wrong of wrongValues(row.kind.name)) {
      const spec = { journalConfig: { [name]: wrong } }
      const problems = problemsOf(parseErasureCodingPolicy(manifest(spec)))
      expect(problems).toEqual([`FIELD_INVALID spec.journalConfig.${name}`])
    }
  })

  it('tells everything at once', () => {
    const parsed = parseErasureCodingPolicy({
      ...manifest({
        dataShard: 3,
        parityShards: 0,
        journalConfig: { size: 1, replicationFactor: 0 },
      }),
      kind: 'StoragePolicy',
    })
    expect(problemsOf(parsed)).toEqual([
      'FIELD_INVALID kind',
      'FIELD_UNKNOWN spec.dataShard',
      'FIELD_INVALID spec.parityShards',
      'FIELD_UNKNOWN spec.journalConfig.size',
      'FIELD_INVALID spec.journalConfig.replicationFactor',
    ])
  })

  it('is read or refused whatever it is, and never throws', () => {
    const names = fc.constantFrom(...Object.keys(erasureCodingPolicyFields))
    const spec = fc.dictionary(names, fc.anything())
    fc.assert(
      fc.property(fc.oneof(fc.anything(), spec.map(manifest)), raw => {
        const parsed = parseErasureCodingPolicy(raw)
        expect(parsed.ok || parsed.problems.length > 0).toBe(true)
      }),
    )
  })
})
