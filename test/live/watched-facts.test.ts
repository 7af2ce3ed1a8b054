import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mayastorDriver } from '../../src/core/landscape.js'
import { poolId, volumeId } from '../../src/core/model.js'
import { defaultPolicy } from '../../src/core/parse-policy.js'
import type { PolicyObject } from '../../src/core/resources.js'
import type { KubernetesObject } from '../../src/kubernetes/api.js'
import {
  componentLabel,
  holdAnnotation,
  keptClaim,
  keptClass,
  keptCodingPolicy,
  keptPolicy,
  keptPool,
  keptVolume,
  pinAnnotation,
} from '../../src/live/kubernetes-objects.js'
import { WatchedFacts, type WatchedObjects } from '../../src/live/watched-facts.js'

interface Part {
  readonly metadata?: object
  readonly [field: string]: unknown
}

function volume(name: string, { metadata, ...spec }: Part = {}): KubernetesObject {
  const csi = { driver: mayastorDriver, volumeHandle: `uuid-of-${name}` }
  const claimRef = { namespace: 'shop', name: `claim-of-${name}`, uid: `uid-of-${name}` }
  const own = { storageClassName: 'mayastor', csi, claimRef }
  return { metadata: { name, ...metadata }, spec: { ...own, ...spec } }
}

function claim(name: string, { metadata, phase = 'Bound', ...spec }: Part = {}): KubernetesObject {
  const of = { volumeName: name, storageClassName: 'mayastor' }
  const creationTimestamp = '2026-01-05T06:30:00Z'
  const head = { name: `claim-of-${name}`, namespace: 'shop', uid: `uid-of-${name}` }
  const given = { ...head, creationTimestamp, ...metadata }
  return { metadata: given, spec: { ...of, ...spec }, status: { phase } }
}

const mayastorClass = (volumeBindingMode: string, provisioner: string = mayastorDriver) =>
  keptClass({ metadata: { name: 'mayastor' }, provisioner, volumeBindingMode })

function objectsOf(
  volumes: readonly KubernetesObject[],
  claims: readonly KubernetesObject[],
  storageClass = mayastorClass('Immediate'),
): WatchedObjects {
  return {
    volumes: new Map(volumes.map(one => [one.metadata.name, keptVolume(one)])),
    claims: new Map(
      claims.map(one => [`${one.metadata.namespace}/${one.metadata.name}`, keptClaim(one)]),
    ),
    classes: new Map([['mayastor', storageClass]]),
    pools: new Map(),
  }
}

function factsOf(...given: Parameters<typeof objectsOf>) {
  return new WatchedFacts().of(objectsOf(...given), [], 7)
}

function onlyVolume(given: KubernetesObject, ...claims: readonly KubernetesObject[]) {
  const [facts] = factsOf([given], claims).volumes.values()
  return facts
}

describe('a volume', () => {
  it('is known by its handle, with the labels and annotations of its claim', () => {
    const labels = { app: 'of-volume', zone: 'a' }
    const annotations = { [pinAnnotation]: 'warm', [holdAnnotation]: 'true' }
    const bound = claim('pv', { metadata: { labels: { app: 'of-claim' }, annotations } })
    const { volumes, knownUpToUs } = factsOf([volume('pv', { metadata: { labels } })], [bound])
    expect(knownUpToUs).toBe(7)
    expect(volumes).toEqual(
      new Map([
        [
          volumeId('uuid-of-pv'),
          {
            name: 'pv',
            labels: { app: 'of-claim', zone: 'a' },
            storageClass: 'mayastor',
            driver: mayastorDriver,
            claim: { namespace: 'shop', name: 'claim-of-pv', pin: 'warm', hold: true },
            ours: false,
          },
        ],
      ]),
    )
  })

  it.each([
    ['is not there', []],
    ['is of another name', [claim('other')]],
    ['took the name of the one before', [claim('pv', { metadata: { uid: 'later' } })]],
    ['is bound to another volume', [claim('pv', { volumeName: 'other' })]],
  ])('has no claim where that %s', (_, claims) => {
    expect(onlyVolume(volume('pv'), ...claims)).toMatchObject({ claim: null })
  })

  it('with a claim that nobody gave a uid is bound by name', () => {
    const claimRef = { namespace: 'shop', name: 'claim-of-pv' }
    const found = onlyVolume(volume('pv', { claimRef }), claim('pv'))
    expect(found).toMatchObject({ claim: { name: 'claim-of-pv' } })
  })

  it.each(['', undefined])('of class %j has none', storageClassName => {
    expect(onlyVolume(volume('pv', { storageClassName }))).toMatchObject({ storageClass: null })
  })

  it('is pinned to tiers that there are, and held by a true', () => {
    const annotations = { [pinAnnotation]: 'fast', [holdAnnotation]: 'yes' }
    const found = onlyVolume(volume('pv'), claim('pv', { metadata: { annotations } }))
    expect(found).toMatchObject({ claim: { pin: null, hold: false } })
  })

  it('is ours where it, or its claim, says so', () => {
    const metadata = { labels: { [componentLabel]: 'shards' } }
    expect(onlyVolume(volume('pv', { metadata }))).toMatchObject({ ours: true })
    expect(onlyVolume(volume('pv'), claim('pv', { metadata }))).toMatchObject({ ours: true })
  })

  it('of two of one handle is Mayastor’s, then the one in use, whatever comes first', () => {
    const volumeHandle = 'uuid'
    const mine = volume('mine', { csi: { driver: mayastorDriver, volumeHandle } })
    const left = volume('left', { csi: { driver: mayastorDriver, volumeHandle } })
    const foreign = volume('foreign', { csi: { driver: 'nfs', volumeHandle } })
    const claims = [claim('mine'), claim('foreign')]
    const any = fc.shuffledSubarray([mine, left, foreign], { minLength: 3 })
    const property = fc.property(any, all => {
      const names = [...factsOf(all, claims).volumes.values()].map(one => one.name)
      expect(names).toEqual(['mine'])
    })
    fc.assert(property)
  })
})

describe('a claim that waits', () => {
  const pending = { phase: 'Pending', volumeName: undefined }

  it('is told with since when, and whether it waits for its first consumer', () => {
    const sinceUs = 1_767_594_600_000_000
    const told = { namespace: 'shop', name: 'claim-of-pv', sinceUs }
    const waiting = (mode: string, part: Part = {}) =>
      factsOf([], [claim('pv', { ...pending, ...part })], mayastorClass(mode)).waitingClaims
    const selected = { annotations: { 'volume.kubernetes.io/selected-node': 'node-1' } }
    expect(waiting('Immediate')).toEqual([{ ...told, waitsForFirstConsumer: false }])
    expect(waiting('WaitForFirstConsumer')).toEqual([{ ...told, waitsForFirstConsumer: true }])
    expect(waiting('WaitForFirstConsumer', { metadata: selected })).toEqual([
      { ...told, waitsForFirstConsumer: false },
    ])
  })

  it.each([
    ['is bound', { phase: 'Bound' }],
    ['has its volume', { ...pending, volumeName: 'pv' }],
    ['is of another class', { ...pending, storageClassName: 'other' }],
    ['is of no class', { ...pending, storageClassName: '' }],
    ['is deleted', { ...pending, metadata: { deletionTimestamp: '2026-01-05T06:31:00Z' } }],
  ])('does not where it %s', (_, part) => {
    expect(factsOf([], [claim('pv', part)]).waitingClaims).toEqual([])
  })

  it('does not count where another driver makes its volume', () => {
    const nfs = mayastorClass('Immediate', 'nfs')
    expect(factsOf([], [claim('pv', pending)], nfs).waitingClaims).toEqual([])
  })
})

describe('policies', () => {
  const facts = new WatchedFacts()
  const head = {
    apiVersion: 'storage.billyronks.io/v1',
    metadata: { name: 'tiers', generation: 3 },
  }
  const policy = (spec: object) => keptPolicy({ ...head, kind: 'StoragePolicy', spec })

  it('carry the code that they name', () => {
    const coding = keptCodingPolicy({ ...head, kind: 'ErasureCodingPolicy', spec: {} })
    const policies = new Map([['tiers', policy({ ecPolicyRef: 'tiers' })]])
    const [named] = facts.policiesOf(policies, new Map([['tiers', coding]]))
    expect(named).toMatchObject({ coding: { name: 'tiers', generation: 3, invalid: [] } })
    expect(facts.policiesOf(policies, new Map())).toMatchObject([{ coding: null }])
  })
})

describe('what nothing changed in', () => {
  const count = 10_000
  const names = Array.from({ length: count }, (_, index) => `pv-${index}`)
  const many = objectsOf(
    names.map(name => volume(name)),
    names.map(name => claim(name)),
  )
  const pools = new Map([
    ['ns/pool-1', keptPool({ metadata: { name: 'pool-1', labels: { a: 'b' } } })],
  ])
  const objects: WatchedObjects = { ...many, pools }

  it('is the same object, and is not even looked through', () => {
    const facts = new WatchedFacts()
    const policies = [defaultPolicy('tiers')]
    const volumes = new Map(objects.volumes)
    const once = facts.of({ ...objects, volumes }, policies, 1)
    expect([once.volumes.size, once.poolLabels]).toEqual([
      count,
      new Map([[poolId('pool-1'), { a: 'b' }]]),
    ])
    volumes.values = () => {
      throw new Error('it is looked through')
    }
    expect(facts.of({ ...objects, volumes }, policies, 1)).toBe(once)
    const later = facts.of({ ...objects, volumes }, policies, 2)
    expect(later).toEqual({ ...once, knownUpToUs: 2 })
    expect(later.volumes).toBe(once.volumes)
    expect(later.poolLabels).toBe(once.poolLabels)
    expect(later.waitingClaims).toBe(once.waitingClaims)
  })

  it('stays where objects changed in what nobody asks for, or beside it', () => {
    const facts = new WatchedFacts()
    const none: readonly PolicyObject[] = []
    const before = facts.of(objects, none, 1)
    const claims = new Map(objects.claims)
    claims.set('other/claim', keptClaim(claim('other')))
    claims.set('shop/claim-of-pv-7', keptClaim(claim('pv-7')))
    expect(facts.of({ ...objects, claims }, none, 1)).toBe(before)
    const held = claim('pv-7', { metadata: { annotations: { [holdAnnotation]: 'true' } } })
    claims.set('shop/claim-of-pv-7', keptClaim(held))
    const after = facts.of({ ...objects, claims: new Map(claims) }, none, 1)
    const changed = [...after.volumes].filter(([id, one]) => before.volumes.get(id) !== one)
    expect(changed.map(([, one]) => one.name)).toEqual(['pv-7'])
    expect(after.poolLabels).toBe(before.poolLabels)
  })

  it('stays of policies whose status alone was written', () => {
    const facts = new WatchedFacts()
    const named = (name: string) => [name, defaultPolicy(name)] as const
    const before = facts.policiesOf(new Map([named('b'), named('a')]), new Map())
    expect(before.map(one => one.name)).toEqual(['a', 'b'])
    const again = facts.policiesOf(new Map([named('a'), named('b')]), new Map())
    expect(again).toBe(before)
    expect(facts.policiesOf(new Map([named('a')]), new Map())).toEqual([before[0]])
  })
})

describe('an object of another form', () => {
  it.each([
    ['driver', volume('pv', { csi: { volumeHandle: 'uuid' } })],
    ['handle', volume('pv', { csi: { driver: mayastorDriver } })],
    ['CSI', volume('pv', { csi: undefined, nfs: { path: '/' } })],
    ['label that is a text', volume('pv', { metadata: { labels: { a: 1 } } })],
  ])('that is a volume without a %s is left out, and the others stay', (_, wrong) => {
    const names = [...factsOf([wrong, volume('good')], []).volumes.values()].map(one => one.name)
    expect(names).toEqual(['good'])
  })
})
