/**
 * From the objects that are watched to what the inventory asks of Kubernetes. Each part stays the
 * same object while nothing of it changed, and is made again only where one of its sources is
 * another map than before.
 */
import { mayastorDriver } from '../core/landscape.js'
import type { Claim, WaitingClaim } from '../core/model.js'
import { type Labels, type PoolId, poolId, type VolumeId, volumeId } from '../core/model.js'
import type { ErasureCodingPolicyObject, PolicyObject } from '../core/resources.js'
import { isSame, keptArray } from './kept.js'
import type { KubernetesFacts, VolumeFacts } from './kubernetes-facts.js'
import {
  componentLabel,
  type KeptClaim,
  type KeptClass,
  type KeptPool,
  type KeptVolume,
} from './kubernetes-objects.js'

type Objects<Kept> = ReadonlyMap<string, Kept | null>

/** By name, or `namespace/name`; null for an object that could not be read. */
export interface WatchedObjects {
  readonly volumes: Objects<KeptVolume>
  readonly claims: Objects<KeptClaim>
  readonly classes: Objects<KeptClass>
  readonly pools: Objects<KeptPool>
}

export type Policies = ReadonlyMap<string, PolicyObject>
export type CodingPolicies = ReadonlyMap<string, ErasureCodingPolicyObject>

export class WatchedFacts {
  private readonly volumes = new Derived<KubernetesFacts['volumes']>(new Map())
  private readonly poolLabels = new Derived<KubernetesFacts['poolLabels']>(new Map())
  private readonly policies = new Derived<KubernetesFacts['policies']>([])
  private readonly waiting = new Derived<KubernetesFacts['waitingClaims']>([])
  private facts: KubernetesFacts | null = null

  /** The same object while neither the facts nor the instant changed. */
  of(
    objects: WatchedObjects,
    policies: KubernetesFacts['policies'],
    knownUpToUs: number,
  ): KubernetesFacts {
    const { volumes, claims, classes, pools } = objects
    const now: KubernetesFacts = {
      knownUpToUs,
      volumes: this.volumes.from([volumes, claims], before =>
        keptMap(before, volumesOf(volumes, claims)),
      ),
      poolLabels: this.poolLabels.from([pools], before => keptMap(before, labelsOf(pools))),
      policies,
      waitingClaims: this.waiting.from([claims, classes], before =>
        keptItems(before, waitingOf(claims, classes), claimKey),
      ),
    }
    const isKept = this.facts !== null && haveSameParts(this.facts, now)
    if (this.facts === null || !isKept) this.facts = now
    return this.facts
  }

  /** By name, each with the code that it names. */
  policiesOf(policies: Policies, codings: CodingPolicies): KubernetesFacts['policies'] {
    return this.policies.from([policies, codings], before => {
      const now = [...policies.values()].map(policy => withCoding(policy, codings))
      now.sort((one, other) => (one.name < other.name ? -1 : 1))
      return keptItems(before, now, policy => policy.name)
    })
  }
}

/** A value that is made again only where one of its sources is another object than before. */
class Derived<Value> {
  private sources: readonly unknown[] | null = null

  constructor(private value: Value) {}

  from(sources: readonly unknown[], make: (before: Value) => Value): Value {
    const known = this.sources
    if (known === null || sources.some((source, place) => source !== known[place])) {
      this.value = make(this.value)
      this.sources = sources
    }
    return this.value
  }
}

function haveSameParts(one: KubernetesFacts, other: KubernetesFacts): boolean {
  return (
    one.knownUpToUs === other.knownUpToUs &&
    one.volumes === other.volumes &&
    one.poolLabels === other.poolLabels &&
    one.policies === other.policies &&
    one.waitingClaims === other.waitingClaims
  )
}

function volumesOf(
  volumes: WatchedObjects['volumes'],
  claims: WatchedObjects['claims'],
): Map<VolumeId, VolumeFacts> {
  const made = new Map<VolumeId, VolumeFacts>()
  for (const volume of volumes.values()) {
    if (volume === null) continue
    const facts = factsOf(volume, claims)
    const id = volumeId(volume.handle)
    const other = made.get(id)
    if (other === undefined || isRather(facts, other)) made.set(id, facts)
  }
  return made
}

/**
 * Handles are a driver's own, and two objects may name one volume: Mayastor's counts, then the one
 * in use.
 */
function isRather(one: VolumeFacts, other: VolumeFacts): boolean {
  const isMayastors = one.driver === mayastorDriver
  if (isMayastors !== (other.driver === mayastorDriver)) return isMayastors
  return one.claim !== null && other.claim === null
}

function factsOf(volume: KeptVolume, claims: WatchedObjects['claims']): VolumeFacts {
  const bound = boundClaim(volume, claims)
  const labels: Labels = bound === null ? volume.labels : { ...volume.labels, ...bound.labels }
  const { name, storageClass, driver } = volume
  const ours = Object.hasOwn(labels, componentLabel)
  return { name, labels, storageClass, driver, claim: bound && claimOf(bound), ours }
}

/** Not one that took the name of the claim that was bound. */
function boundClaim(volume: KeptVolume, claims: WatchedObjects['claims']): KeptClaim | null {
  const claim = volume.claim === null ? null : (claims.get(volume.claim.key) ?? null)
  if (volume.claim === null || claim === null || claim.volume !== volume.name) return null
  const { uid } = volume.claim
  return uid === '' || uid === claim.uid ? claim : null
}

function claimOf({ namespace, name, pin, hold }: KeptClaim): Claim {
  return { namespace, name, pin, hold }
}

function labelsOf(pools: WatchedObjects['pools']): Map<PoolId, Labels> {
  const made = new Map<PoolId, Labels>()
  for (const pool of pools.values()) if (pool !== null) made.set(poolId(pool.name), pool.labels)
  return made
}

function waitingOf(
  claims: WatchedObjects['claims'],
  classes: WatchedObjects['classes'],
): readonly WaitingClaim[] {
  const waiting: WaitingClaim[] = []
  for (const claim of claims.values()) {
    if (claim === null || !claim.isPending || claim.volume !== '') continue
    const storageClass = claim.storageClass === null ? null : classes.get(claim.storageClass)
    if (storageClass?.provisioner !== mayastorDriver) continue
    const waitsForFirstConsumer = storageClass.waitsForFirstConsumer && !claim.hasConsumer
    const { namespace, name, createdUs: sinceUs } = claim
    waiting.push({ namespace, name, sinceUs, waitsForFirstConsumer })
  }
  return waiting
}

function claimKey({ namespace, name }: WaitingClaim): string {
  return `${namespace}/${name}`
}

function withCoding(policy: PolicyObject, codings: CodingPolicies): PolicyObject {
  const { ecPolicyRef } = policy.spec
  return { ...policy, coding: ecPolicyRef === null ? null : (codings.get(ecPolicyRef) ?? null) }
}

/** Each value as it was where nothing of it changed; the whole map where nothing changed. */
function keptMap<Key, Value>(
  before: ReadonlyMap<Key, Value>,
  now: Map<Key, Value>,
): ReadonlyMap<Key, Value> {
  let isKept = before.size === now.size
  for (const [key, value] of now) {
    const old = before.get(key)
    if (old !== undefined && isSame(old, value)) now.set(key, old)
    else isKept = false
  }
  return isKept ? before : now
}

function keptItems<Item>(
  before: readonly Item[],
  now: readonly Item[],
  keyOf: (item: Item) => string,
): readonly Item[] {
  const known = new Map(before.map(item => [keyOf(item), item]))
  const kept = now.map(item => {
    const old = known.get(keyOf(item))
    return old !== undefined && isSame(old, item) ? old : item
  })
  return keptArray(before, kept)
}
