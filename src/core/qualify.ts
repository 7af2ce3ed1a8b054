/**
 * Which volumes are worth coding: cold, above the policy's size, and at least a fifth smaller so,
 * the journal's share counted.
 */
import { type Coding, codeOf, rawBytes } from './coded-form.js'
import { type Landscape, type PolicyView, policyOf, type VolumeView } from './landscape.js'

/** Coded, a volume takes at most so much of what its replicas take. */
const mostPercent = 80

export interface Gain {
  readonly coding: Coding
  /** Raw bytes as replicas, and in coded form with the journal's share. */
  readonly replicaBytes: number
  readonly codedBytes: number
}

/** The code that a policy has for its cold volumes; null: it has none that can be used. */
export function codingOf({ policy }: PolicyView): Coding | null {
  const { coding } = policy
  if (coding === null || coding.invalid.length > 0) return null
  const { stripeSizeBytes } = coding.spec
  return { policy: coding.name, code: codeOf(coding.spec), stripeBytes: stripeSizeBytes }
}

/** Asks once a round for the volumes that share a journal, and only where there is one. */
export class JournalShares {
  private readonly sharing = new Map<string, number>()

  constructor(private readonly landscape: Landscape) {}

  gainOf(view: VolumeView, policy: PolicyView): Gain | null {
    const coding = codingOf(policy)
    if (coding === null || !couldBeCoded(view, policy)) return null
    const { sizeBytes } = view.volume
    const replicaBytes = replicaBytesOf(view)
    const shareBytes = Math.floor(
      (journalBytes(policy) * sizeBytes) / Math.max(sizeBytes, this.sharingBytes(coding)),
    )
    const codedBytes = rawBytes(coding, sizeBytes) + shareBytes
    if (codedBytes * 100 > replicaBytes * mostPercent) return null
    return { coding, replicaBytes, codedBytes }
  }

  /** Sizes of all volumes that would share the journal of a coding. */
  private sharingBytes(coding: Coding): number {
    const known = this.sharing.get(coding.policy)
    if (known !== undefined) return known
    let bytes = 0
    for (const view of this.landscape.volumes) {
      const policy = policyOf(this.landscape, view)
      if (policy === undefined || policy.policy.coding?.name !== coding.policy) continue
      if (isCoded(view) || qualifiesOtherwise(view, policy, coding)) bytes += view.volume.sizeBytes
    }
    this.sharing.set(coding.policy, bytes)
    return bytes
  }
}

export function isCoded({ volume }: VolumeView): boolean {
  return volume.coded?.serves === true
}

function qualifiesOtherwise(view: VolumeView, policy: PolicyView, coding: Coding): boolean {
  if (!couldBeCoded(view, policy)) return false
  return rawBytes(coding, view.volume.sizeBytes) * 100 <= replicaBytesOf(view) * mostPercent
}

function couldBeCoded(view: VolumeView, { policy }: PolicyView): boolean {
  const { volume } = view
  return (
    view.tier === 'cold' && !isCoded(view) && volume.sizeBytes >= policy.spec.ecMinVolumeSizeBytes
  )
}

function replicaBytesOf({ volume }: VolumeView): number {
  return volume.replicas.reduce((sum, replica) => sum + replica.allocatedBytes, 0)
}

/** Raw: every copy of the journal. */
function journalBytes({ policy }: PolicyView): number {
  const journal = policy.coding?.spec.journal
  return journal === undefined ? 0 : journal.journalSizeBytes * journal.replicationFactor
}
