/** The Lease object: what it says, and what is written into it. */
import type { KubernetesObject, Resource } from './api.js'
import { microTime } from './micro-time.js'

export interface LeaseSettings {
  readonly namespace: string
  readonly name: string
  /** Of this process alone: podName_uuid. */
  readonly identity: string
  readonly durationUs: number
  /** A hold that was not renewed for so long is given up, well before others may take it. */
  readonly renewDeadlineUs: number
  readonly retryUs: number
  /** A holder that is nobody to this process: what it left may be taken at once. */
  readonly takesFrom?: string
}

export interface Term {
  /** Empty: nobody. */
  readonly holder: string
  readonly epoch: number
  readonly durationUs: number
  /** Whoever asked its holder for it; empty: nobody. */
  readonly askedBy: string
  /** All that the object says of its holder, to see whether it changed. */
  readonly text: string
}

export function termOf(object: KubernetesObject, usualDurationUs: number): Term {
  const spec = fieldsOf(object.spec)
  const { holderIdentity, leaseTransitions, leaseDurationSeconds: seconds } = spec
  return {
    holder: typeof holderIdentity === 'string' ? holderIdentity : '',
    epoch: (typeof leaseTransitions === 'number' ? leaseTransitions : 0) + 1,
    durationUs: typeof seconds === 'number' ? seconds * 1_000_000 : usualDurationUs,
    askedBy: asked(object),
    text: JSON.stringify([object.metadata.uid, spec]),
  }
}

export function created(settings: LeaseSettings, epoch: number, atUs: number): KubernetesObject {
  const { name, namespace } = settings
  const empty = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace },
  }
  return taken(empty, settings, epoch, atUs)
}

/**
 * As everything that is written here, it has the uid that was read: without it, a server answers
 * the replace of a deleted lease by creating it.
 */
export function taken(
  current: KubernetesObject,
  settings: LeaseSettings,
  epoch: number,
  atUs: number,
): KubernetesObject {
  const acquireTime = microTime(atUs)
  const began = { ...fieldsOf(current.spec), acquireTime, leaseTransitions: epoch - 1 }
  return renewed({ ...unasked(current), spec: began }, settings, atUs)
}

/** The object has whole seconds only: others wait rather longer than the holder relies on it. */
export function renewed(
  current: KubernetesObject,
  { identity, durationUs }: Pick<LeaseSettings, 'identity' | 'durationUs'>,
  atUs: number,
): KubernetesObject {
  const spec = {
    ...fieldsOf(current.spec),
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(durationUs / 1_000_000),
    renewTime: microTime(atUs),
  }
  return { ...current, spec }
}

/** The server takes no duration below a second. */
export function released(current: KubernetesObject, atUs: number): KubernetesObject {
  const nobody = { holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime(atUs) }
  return { ...current, spec: { ...fieldsOf(current.spec), ...nobody } }
}

/** With a holder that is nobody: others wait for so long, as for one that was killed. */
export function kept(
  current: KubernetesObject,
  durationUs: number,
  atUs: number,
): KubernetesObject {
  return renewed(current, { identity: endedRelease, durationUs }, atUs)
}

/** The holder of a lease that a release left to itself: another release may take it at once. */
export const endedRelease = 'release-that-ended'

/** Asks its holder to give it back; it is said beside the spec, and renews nothing. */
export function asking(current: KubernetesObject, identity: string): KubernetesObject {
  const { metadata } = current
  const annotations = { ...metadata.annotations, [askedFor]: identity }
  return { ...current, metadata: { ...metadata, annotations } }
}

/** Whoever takes it needs to be asked anew. */
function unasked(current: KubernetesObject): KubernetesObject {
  const { annotations, ...metadata } = current.metadata
  const rest = Object.entries(annotations ?? {}).filter(([name]) => name !== askedFor)
  if (rest.length === 0) return { ...current, metadata }
  return { ...current, metadata: { ...metadata, annotations: Object.fromEntries(rest) } }
}

function asked({ metadata }: KubernetesObject): string {
  return metadata.annotations?.[askedFor] ?? ''
}

const askedFor = 'storage.billyronks.io/asked-for-by'

export function leasesOf({ namespace }: LeaseSettings): Resource {
  return { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', namespace }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
