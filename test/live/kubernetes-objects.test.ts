import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mayastorDriver } from '../../src/core/landscape.js'
import type { KubernetesObject } from '../../src/kubernetes/api.js'
import {
  keptClaim,
  keptClass,
  keptCodingPolicy,
  keptPolicy,
  keptPool,
  keptVolume,
} from '../../src/live/kubernetes-objects.js'

/** A volume, a claim, a class, a pool and both policies in one: each reads what is its own. */
const right = {
  metadata: {
    name: 'one',
    namespace: 'shop',
    uid: 'uid',
    labels: { app: 'shop' },
    annotations: { note: 'text' },
    creationTimestamp: '2026-01-05T06:30:00Z',
  },
  spec: {
    csi: { driver: mayastorDriver, volumeHandle: 'uuid' },
    claimRef: { namespace: 'shop', name: 'db', uid: 'uid' },
    storageClassName: 'mayastor',
    volumeName: 'one',
    hotPoolSelector: { matchLabels: { tier: 'hot' } },
    dataShards: 4,
  },
  status: { phase: 'Pending' },
  provisioner: mayastorDriver,
  volumeBindingMode: 'Immediate',
}

/** Every place in it, but for the name, which whoever reads the wire makes sure of. */
const places = placesIn(right).filter(place => place.join('.') !== 'metadata.name')

function placesIn(value: object, above: readonly string[] = []): readonly (readonly string[])[] {
  return Object.entries(value).flatMap(([key, below]) => {
    const here = [...above, key]
    if (here.join('.') === 'metadata') return placesIn(below, here)
    return typeof below === 'object' ? [here, ...placesIn(below, here)] : [here]
  })
}

function put(value: unknown, [key, ...below]: readonly string[], what: unknown): unknown {
  if (key === undefined) return what
  const before = Object(value)
  return { ...before, [key]: put(before[key], below, what) }
}

const keep = { keptVolume, keptClaim, keptClass, keptPool, keptPolicy, keptCodingPolicy }

describe('what is kept of an object', () => {
  it.each(['keptVolume', 'keptClaim', 'keptClass', 'keptPool'] as const)(
    'is something where it has its form: %s',
    name => expect(keep[name](right)).not.toBeNull(),
  )

  it('is nothing, or well formed, whatever one part of it is', () => {
    const property = fc.property(fc.constantFrom(...places), fc.jsonValue(), (place, value) => {
      const raw: KubernetesObject = { ...right, ...Object(put(right, place, value)) }
      const labels = keptPool(raw)?.labels ?? {}
      expect(Object.values(labels).every(one => typeof one === 'string')).toBe(true)
      const volume = keptVolume(raw)
      const texts = [volume?.driver, volume?.handle, volume?.claim?.key]
      expect(texts.every(one => one === undefined || typeof one === 'string')).toBe(true)
      const claim = keptClaim(raw)
      if (claim !== null) expect(Number.isSafeInteger(claim.createdUs)).toBe(true)
      keptClass(raw)
      expect(keptPolicy(raw).problems).not.toEqual([])
      expect(keptCodingPolicy(raw).invalid).not.toEqual([])
    })
    fc.assert(property, { numRuns: 500 })
  })
})

describe('a policy that cannot be read', () => {
  const head = {
    apiVersion: 'storage.billyronks.io/v1',
    metadata: { name: 'tiers', generation: 3 },
  }

  it('keeps what it chooses, and has problems', () => {
    const hotPoolSelector = { matchLabels: { tier: 'hot' } }
    const chosen = { storageClassName: 'gold', hotPoolSelector }
    const spec = { ...chosen, samplingWindow: 'long', volumeSelector: 5 }
    expect(keptPolicy({ ...head, kind: 'StoragePolicy', spec })).toMatchObject({
      name: 'tiers',
      generation: 3,
      spec: chosen,
      problems: [{ path: 'spec.samplingWindow' }, { path: 'spec.volumeSelector' }],
    })
  })

  it('is invalid where it is one of codes, and says why', () => {
    const wrong = { ...head, kind: 'ErasureCodingPolicy', spec: { dataShards: 0 } }
    const invalid = ['spec.dataShards: dataShards is 0.']
    expect(keptCodingPolicy(wrong)).toMatchObject({ name: 'tiers', generation: 3, invalid })
  })
})
