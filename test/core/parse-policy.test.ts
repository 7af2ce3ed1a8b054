/** StoragePolicy manifests: the contract that existing users hold, and every error. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Parsed, show } from '../../src/core/field.js'
import { defaultPolicy, parseStoragePolicy } from '../../src/core/parse-policy.js'
import { type PolicyObject, storagePolicyFields } from '../../src/core/resources.js'
import { wrongValues } from './wrong-values.js'

const apiVersion = 'storage.billyronks.io/v1'

function manifest(spec: unknown): Record<string, unknown> {
  return { apiVersion, kind: 'StoragePolicy', metadata: { name: 'gold' }, spec }
}

function read(spec: unknown): PolicyObject {
  const parsed = parseStoragePolicy(manifest(spec))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value
}

function problemsOf(parsed: Parsed<unknown>): readonly string[] {
  return parsed.ok ? [] : parsed.problems.map(one => `${one.code} ${one.path}`)
}

const everyField = {
  highWatermarkIOPS: 10,
  warmWatermarkIOPS: 5,
  lowWatermarkIOPS: 1,
  samplingWindow: '2m',
  cooldownPeriod: '1h',
  storageClassName: 'fast',
  hotPoolSelector: { matchLabels: { tier: 'h' } },
  warmPoolSelector: { matchLabels: { tier: 'w' } },
  coldPoolSelector: { matchLabels: { tier: 'c' } },
  volumeSelector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] },
  maxConcurrentMigrations: 7,
  migrationTimeout: '3m',
  enabled: false,
  dryRun: true,
  ecPolicyRef: 'ec',
  ecMinVolumeSizeBytes: '1GiB',
  coolingPeriod: '4m',
  activeHours: [{ from: '22:00' }],
  maxBytesPerDay: '1TiB',
  maxDemotionsPercentPerRound: 20,
  minimumCoveragePercent: 50,
  snapshots: 'LeaveBehind',
  allowWeakerNodeTolerance: true,
  algorithm: 'Frozen',
}

const everyValue = {
  highWatermarkIops: 10,
  warmWatermarkIops: 5,
  lowWatermarkIops: 1,
  samplingWindowUs: 120_000_000,
  cooldownPeriodUs: 3_600_000_000,
  storageClassName: 'fast',
  maxConcurrentMigrations: 7,
  migrationTimeoutUs: 180_000_000,
  enabled: false,
  dryRun: true,
  ecPolicyRef: 'ec',
  ecMinVolumeSizeBytes: 1_073_741_824,
  coolingPeriodUs: 240_000_000,
  maxBytesPerDay: 1_099_511_627_776,
  maxDemotionsPercentPerRound: 20,
  minimumCoveragePercent: 50,
  snapshots: 'LeaveBehind',
  allowWeakerNodeTolerance: true,
  algorithm: 'Frozen',
}

describe('a StoragePolicy', () => {
  it('that says nothing has the documented defaults', () => {
    // reference/custom-resources.md, StoragePolicy v1.
    expect(read({}).spec).toEqual({
      highWatermarkIops: 5000,
      warmWatermarkIops: 2000,
      lowWatermarkIops: 500,
      samplingWindowUs: 3_600_000_000,
      cooldownPeriodUs: 86_400_000_000,
      storageClassName: 'mayastor',
      hotPoolSelector: null,
      warmPoolSelector: null,
      coldPoolSelector: null,
      volumeSelector: { matchLabels: {}, matchExpressions: [] },
      maxConcurrentMigrations: 2,
      migrationTimeoutUs: 1_800_000_000,
      enabled: true,
      dryRun: false,
      ecPolicyRef: null,
      ecMinVolumeSizeBytes: 10_737_418_240,
      coolingPeriodUs: 0,
      activeHours: null,
      maxBytesPerDay: null,
      maxDemotionsPercentPerRound: null,
      minimumCoveragePercent: 80,
      snapshots: 'Skip',
      allowWeakerNodeTolerance: false,
      algorithm: 'Watermarks',
    })
  })

  it.each([
    [{ highWatermarkIOPS: 1500, lowWatermarkIOPS: 100 }],
    [{ warmWatermarkIOPS: 0, warmPoolSelector: { matchLabels: { a: 'b' } } }],
    [{ warmWatermarkIOPS: 9000 }],
    [{ warmWatermarkIOPS: 400, lowWatermarkIOPS: 400, highWatermarkIOPS: 401 }],
    [{ samplingWindow: '1h30m', cooldownPeriod: '0s', migrationTimeout: '45m' }],
    [{ ecMinVolumeSizeBytes: Number('9223372036854775807') }],
    [{ storageClassName: '', ecPolicyRef: '', volumeSelector: {} }],
    [{ hotPoolSelector: {}, coldPoolSelector: null }],
    [null],
    [undefined],
  ])('that existing users hold applies unchanged: %j', spec => {
    expect(parseStoragePolicy(manifest(spec)).ok).toBe(true)
  })

  it('has a size of 64 bits, taken for the largest exact number', () => {
    const largest = Number.MAX_SAFE_INTEGER
    expect(read({ ecMinVolumeSizeBytes: 2 ** 63 }).spec.ecMinVolumeSizeBytes).toBe(largest)
    expect(read({ ecMinVolumeSizeBytes: 2n ** 62n }).spec.ecMinVolumeSizeBytes).toBe(largest)
    expect(read({ ecMinVolumeSizeBytes: '9PiB' }).spec.ecMinVolumeSizeBytes).toBe(largest)
    // A text of any size: an API server cannot tell one beyond 64 bits from the others.
    expect(read({ ecMinVolumeSizeBytes: '9000PiB' }).spec.ecMinVolumeSizeBytes).toBe(largest)
    expect(read({ ecMinVolumeSizeBytes: 2 ** 53 - 2 }).spec.ecMinVolumeSizeBytes).toBe(largest - 1)
    expect(read({ ecMinVolumeSizeBytes: 7n }).spec.ecMinVolumeSizeBytes).toBe(7)
    const paths = problemsOf(parseStoragePolicy(manifest({ ecMinVolumeSizeBytes: 2 ** 64 })))
    expect(paths).toEqual(['FIELD_INVALID spec.ecMinVolumeSizeBytes'])
  })

  it('reads each field that it is given', () => {
    const { spec } = read(everyField)
    expect(spec).toMatchObject(everyValue)
    expect(spec.hotPoolSelector?.matchLabels).toEqual({ tier: 'h' })
    expect(spec.warmPoolSelector?.matchLabels).toEqual({ tier: 'w' })
    expect(spec.coldPoolSelector?.matchLabels).toEqual({ tier: 'c' })
    expect(spec.volumeSelector.matchExpressions).toEqual([
      { key: 'app', operator: 'Exists', values: [] },
    ])
    expect(spec.activeHours?.[0].fromMinute).toBe(1320)
  })

  it.each(Object.keys(storagePolicyFields))('says where when %s is of a wrong kind', name => {
    const row = Object.entries(storagePolicyFields).find(([key]) => key === name)?.[1]
    for (const wrong of wrongValues(row?.kind.name ?? '')) {
      const problems = problemsOf(parseStoragePolicy(manifest({ [name]: wrong })))
      expect(problems, show(wrong)).toHaveLength(1)
      expect(problems[0]).toMatch(new RegExp(`^FIELD_\\w+ spec\\.${name}(\\W|$)`))
    }
  })

  it.each([
    [{ highWatermarkIOPS: 100, lowWatermarkIOPS: 100 }, ['lowWatermarkIOPS']],
    [{ highWatermarkIOPS: 100, lowWatermarkIOPS: 101 }, ['lowWatermarkIOPS']],
    [{ warmPoolSelector: {}, warmWatermarkIOPS: 5000 }, ['warmWatermarkIOPS']],
    [{ warmPoolSelector: {}, warmWatermarkIOPS: 500 }, ['lowWatermarkIOPS']],
    [
      { warmPoolSelector: {}, highWatermarkIOPS: 1, warmWatermarkIOPS: 2, lowWatermarkIOPS: 3 },
      ['lowWatermarkIOPS', 'warmWatermarkIOPS'],
    ],
    [{ highWatermarkIOPS: 'many', lowWatermarkIOPS: 9000 }, ['highWatermarkIOPS']],
    [{ samplingWindow: '0s', migrationTimeout: '0m' }, ['samplingWindow', 'migrationTimeout']],
    [{ maxConcurrentMigrations: 0 }, ['maxConcurrentMigrations']],
    [{ minimumCoveragePercent: 101 }, ['minimumCoveragePercent']],
    [{ minimumCoveragePercent: 0 }, ['minimumCoveragePercent']],
    [{ maxDemotionsPercentPerRound: 0 }, ['maxDemotionsPercentPerRound']],
    [{ lowWatermarkIOPS: -1, highWatermarkIOPS: 0 }, ['highWatermarkIOPS', 'lowWatermarkIOPS']],
  ])('%j is wrong at %j', (spec, fields) => {
    const paths = fields.map(name => `FIELD_INVALID spec.${name}`)
    expect(problemsOf(parseStoragePolicy(manifest(spec)))).toEqual(paths)
  })

  it('names the figures of watermarks that do not fit, and what to choose', () => {
    const two = parseStoragePolicy(manifest({ highWatermarkIOPS: 100 }))
    const three = parseStoragePolicy(manifest({ highWatermarkIOPS: 100, warmPoolSelector: {} }))
    expect(!two.ok && two.problems[0]).toMatchObject({
      message: 'lowWatermarkIOPS is 500, not below highWatermarkIOPS 100',
      hint: 'choose low < high',
    })
    expect(!three.ok && three.problems[0]).toMatchObject({
      message: 'warmWatermarkIOPS is 2000, not below highWatermarkIOPS 100',
      hint: 'choose low < warm < high',
    })
  })

  it('guesses a misspelt field', () => {
    const parsed = parseStoragePolicy(manifest({ highWatermarkIops: 1, colour: 2 }))
    expect(!parsed.ok && parsed.problems.map(one => one.hint)).toEqual([
      'did you mean highWatermarkIOPS?',
      `known fields: ${Object.keys(storagePolicyFields).join(', ')}`,
    ])
  })

  it('tells what is wrong around the spec and in it at once', () => {
    const parsed = parseStoragePolicy({
      apiVersion: 'storage.billyronks.io/v2',
      metadata: {},
      spec: { enabled: 'yes', lowWatermark: 3 },
      stats: {},
    })
    expect(problemsOf(parsed)).toEqual([
      'FIELD_UNKNOWN stats',
      'FIELD_INVALID apiVersion',
      'FIELD_MISSING kind',
      'FIELD_INVALID metadata',
      'FIELD_UNKNOWN spec.lowWatermark',
      'FIELD_INVALID spec.enabled',
    ])
    expect(!parsed.ok && parsed.problems[0].hint).toBe('did you mean status?')
  })

  it.each([null, undefined, 'text', 3, [], true])('is no manifest when it is %j', raw => {
    const parsed = parseStoragePolicy(raw)
    expect(problemsOf(parsed)).toEqual(['FIELD_INVALID '])
    expect(!parsed.ok && parsed.problems[0].hint).toContain('StoragePolicy')
  })

  it('is refused when its spec is no object, its name is empty, or its kind another', () => {
    expect(problemsOf(parseStoragePolicy(manifest('fast')))).toEqual(['FIELD_INVALID spec'])
    const nameless = { ...manifest({}), metadata: { name: '' } }
    expect(problemsOf(parseStoragePolicy(nameless))).toEqual(['FIELD_INVALID metadata'])
    const other = { ...manifest({}), kind: 'ErasureCodingPolicy' }
    expect(problemsOf(parseStoragePolicy(other))).toEqual(['FIELD_INVALID kind'])
  })

  it('keeps its name and generation', () => {
    const raw = { ...manifest({}), metadata: { name: 'silver', generation: 4 }, status: { any: 1 } }
    const parsed = parseStoragePolicy(raw)
    expect(parsed.ok && parsed.value).toMatchObject({ name: 'silver', generation: 4, problems: [] })
    expect(read({}).generation).toBe(1)
  })

  it('is read or refused whatever it is, and never throws', () => {
    const names = fc.constantFrom(...Object.keys(storagePolicyFields))
    const spec = fc.dictionary(names, fc.anything())
    fc.assert(
      fc.property(fc.oneof(fc.anything(), spec.map(manifest)), raw => {
        const parsed = parseStoragePolicy(raw)
        expect(parsed.ok || parsed.problems.length > 0).toBe(true)
        expect(parsed.ok || parsed.problems.every(one => one.hint !== '')).toBe(true)
      }),
    )
  })
})

describe('the default policy', () => {
  it('selects pools by the label storage-tier', () => {
    const { name, generation, spec, problems } = defaultPolicy('usual')
    expect({ name, generation, problems }).toEqual({ name: 'usual', generation: 1, problems: [] })
    expect(spec.hotPoolSelector?.matchLabels).toEqual({ 'storage-tier': 'hot' })
    expect(spec.warmPoolSelector?.matchLabels).toEqual({ 'storage-tier': 'warm' })
    expect(spec.coldPoolSelector?.matchLabels).toEqual({ 'storage-tier': 'cold' })
    expect(spec.highWatermarkIops).toBe(5000)
  })
})
