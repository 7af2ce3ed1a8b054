/**
 * What Kubernetes says of the things that Mayastor knows, as its watches have it: types only. The
 * inventory joins the two.
 */
import type { Claim, Labels, PoolId, VolumeId, WaitingClaim } from '../core/model.js'
import type { PolicyObject } from '../core/resources.js'

/** One PersistentVolume, with its claim. */
export interface VolumeFacts {
  readonly name: string
  /** Its labels and the claim's; the claim's win. */
  readonly labels: Labels
  readonly storageClass: string | null
  readonly driver: string
  readonly claim: Claim | null
  /** It carries our own shards or journal. */
  readonly ours: boolean
}

export interface KubernetesFacts {
  readonly knownUpToUs: number
  /** By volume handle, which is Mayastor's uuid. */
  readonly volumes: ReadonlyMap<VolumeId, VolumeFacts>
  /** Labels of the DiskPool objects' metadata. */
  readonly poolLabels: ReadonlyMap<PoolId, Labels>
  readonly policies: readonly PolicyObject[]
  readonly waitingClaims: readonly WaitingClaim[]
}

export type KubernetesAnswer =
  | { readonly kind: 'known'; readonly facts: KubernetesFacts }
  | { readonly kind: 'unavailable'; readonly why: string }
