/** Manifests of both policies in one file, as people keep them. */
import { describe, expect, it } from 'vitest'
import { parseManifest } from '../../src/core/parse-manifest.js'

const apiVersion = 'storage.billyronks.io/v1'
const metadata = { name: 'gold' }

describe('a manifest of a policy', () => {
  it('is read by its kind', () => {
    for (const kind of ['StoragePolicy', 'ErasureCodingPolicy'] as const) {
      const parsed = parseManifest({ apiVersion, kind, metadata })
      expect(parsed.ok && parsed.value).toMatchObject({ kind, policy: { name: 'gold' } })
    }
  })

  it.each([
    [
      { apiVersion, kind: 'ErasureCodingPolicy', metadata, spec: { dataShards: 0 } },
      ['spec.dataShards'],
    ],
    [{ apiVersion, kind: 'StoragePolicy', metadata, spec: { dataShards: 4 } }, ['spec.dataShards']],
    [{ apiVersion, kind: 'Policy', metadata }, ['kind']],
    ['text', ['']],
  ])('%j is wrong at %j', (raw, paths) => {
    const parsed = parseManifest(raw)
    expect(!parsed.ok && parsed.problems.map(one => one.path)).toEqual(paths)
  })
})
