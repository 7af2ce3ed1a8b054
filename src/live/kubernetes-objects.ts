/**
 * What is kept of the objects that the inventory watches: a small record of each, and null of one
 * that has not the form that it should have.
 */
import { isObject, type Problem } from '../core/field.js'
import { parseInstant } from '../core/instant.js'
import { type Labels, policyName, type Tier, tiers } from '../core/model.js'
import { parseErasureCodingPolicy, parseErasureCodingSpec } from '../core/parse-ec-policy.js'
import { parseStoragePolicy, parseStoragePolicySpec } from '../core/parse-policy.js'
import type { ErasureCodingPolicyObject, PolicyObject } from '../core/resources.js'
import type { KubernetesObject } from '../kubernetes/api.js'
import { checkOf, object, record, text } from './shape.js'

export const pinAnnotation = 'storage.billyronks.io/pin'
export const holdAnnotation = 'storage.billyronks.io/hold'
/** On volumes and claims that carry our own shards or journal, whatever its value. */
export const componentLabel = 'storage.billyronks.io/component'
/** A scheduler sets it once there is a consumer: the volume is being made. */
const selectedNodeAnnotation = 'volume.kubernetes.io/selected-node'

export interface KeptVolume {
  readonly name: string
  readonly labels: Labels
  readonly driver: string
  readonly handle: string
  readonly storageClass: string | null
  /** The claim that it is bound to, or was; the uid is empty where nobody says. */
  readonly claim: { readonly key: string; readonly uid: string } | null
}

export interface KeptClaim {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly labels: Labels
  readonly pin: Tier | null
  readonly hold: boolean
  /** Empty: none yet. */
  readonly volume: string
  readonly storageClass: string | null
  readonly createdUs: number
  readonly isPending: boolean
  readonly hasConsumer: boolean
}

export interface KeptClass {
  readonly provisioner: string
  readonly waitsForFirstConsumer: boolean
}

export interface KeptPool {
  readonly name: string
  readonly labels: Labels
}

const labelled = { labels: record(text), uid: text } as const

const volumeShape = object(
  {
    metadata: object({ name: text }, labelled),
    spec: object(
      { csi: object({ driver: text, volumeHandle: text }, {}) },
      { storageClassName: text, claimRef: object({ namespace: text, name: text }, { uid: text }) },
    ),
  },
  {},
)
const checkVolume = checkOf(volumeShape)

/** Null of one that no CSI driver serves, too. */
export function keptVolume(raw: KubernetesObject): KeptVolume | null {
  const checked = checkVolume(raw)
  if (checked.kind === 'invalid') return null
  const { metadata, spec } = checked.value
  const { claimRef, csi } = spec
  return {
    name: metadata.name,
    labels: metadata.labels ?? {},
    driver: csi.driver,
    handle: csi.volumeHandle,
    storageClass: nameOrNone(spec.storageClassName),
    claim:
      claimRef === null || claimRef === undefined
        ? null
        : { key: `${claimRef.namespace}/${claimRef.name}`, uid: claimRef.uid ?? '' },
  }
}

const claimShape = object(
  {
    metadata: object(
      { namespace: text, name: text, creationTimestamp: text },
      { ...labelled, annotations: record(text), deletionTimestamp: text },
    ),
  },
  {
    spec: object({}, { volumeName: text, storageClassName: text }),
    status: object({}, { phase: text }),
  },
)
const checkClaim = checkOf(claimShape)

export function keptClaim(raw: KubernetesObject): KeptClaim | null {
  const checked = checkClaim(raw)
  if (checked.kind === 'invalid') return null
  const { metadata, spec, status } = checked.value
  const createdUs = parseInstant(metadata.creationTimestamp)
  if (createdUs === null) return null
  const annotations = new Map(Object.entries(metadata.annotations ?? {}))
  const isLeaving = typeof metadata.deletionTimestamp === 'string'
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid ?? '',
    labels: metadata.labels ?? {},
    pin: tiers.find(tier => tier === annotations.get(pinAnnotation)) ?? null,
    hold: annotations.get(holdAnnotation) === 'true',
    volume: spec?.volumeName ?? '',
    storageClass: nameOrNone(spec?.storageClassName),
    createdUs,
    isPending: status?.phase === 'Pending' && !isLeaving,
    hasConsumer: annotations.has(selectedNodeAnnotation),
  }
}

const checkClass = checkOf(object({ provisioner: text }, { volumeBindingMode: text }))

export function keptClass(raw: KubernetesObject): KeptClass | null {
  const checked = checkClass(raw)
  if (checked.kind === 'invalid') return null
  const { provisioner, volumeBindingMode } = checked.value
  return { provisioner, waitsForFirstConsumer: volumeBindingMode === 'WaitForFirstConsumer' }
}

const checkPool = checkOf(object({ metadata: object({ name: text }, labelled) }, {}))

export function keptPool(raw: KubernetesObject): KeptPool | null {
  const checked = checkPool(raw)
  if (checked.kind === 'invalid') return null
  const { name, labels } = checked.value.metadata
  return { name, labels: labels ?? {} }
}

/** What a policy chooses stays its own while the rest cannot be read: nobody else takes it. */
const choosing = [
  'storageClassName',
  'volumeSelector',
  'hotPoolSelector',
  'warmPoolSelector',
  'coldPoolSelector',
] as const

/** One that cannot be read has problems, and starts nothing. */
export function keptPolicy(raw: KubernetesObject): PolicyObject {
  const parsed = parseStoragePolicy(raw)
  return parsed.ok ? parsed.value : unreadablePolicy(raw, parsed.problems)
}

function unreadablePolicy(raw: KubernetesObject, problems: readonly Problem[]): PolicyObject {
  const said = isObject(raw.spec) ? raw.spec : {}
  const read = Object.entries(said).filter(
    ([name, value]) =>
      choosing.some(one => one === name) && parseStoragePolicySpec({ [name]: value }, 'spec').ok,
  )
  const spec = parseStoragePolicySpec(Object.fromEntries(read), 'spec')
  if (!spec.ok) throw new Error('fields that parse one by one do not parse together')
  const { name, generation } = raw.metadata
  return {
    name: policyName(name),
    generation: generation ?? 1,
    spec: spec.value,
    coding: null,
    problems,
  }
}

/** One that cannot be read is invalid, and says why. */
export function keptCodingPolicy(raw: KubernetesObject): ErasureCodingPolicyObject {
  const parsed = parseErasureCodingPolicy(raw)
  if (parsed.ok) return parsed.value
  const spec = parseErasureCodingSpec({}, 'spec')
  if (!spec.ok) throw new Error('the defaults of the table do not parse')
  const { name, generation } = raw.metadata
  const invalid = parsed.problems.map(one => `${one.path}: ${one.message}.`)
  return { name, generation: generation ?? 1, spec: spec.value, invalid }
}

function nameOrNone(name: string | null | undefined): string | null {
  return name === undefined || name === '' ? null : name
}
