/**
 * The index of coded stripes, as the cluster has it: ECStripe objects, listed in pages and watched.
 * What is kept of each is a small record, shared by all that say the same. It reports only: where
 * it cannot be read, the counts are unknown and everything else goes on.
 */
import { anyLosses } from '../core/code.js'
import { codeOf } from '../core/coded-form.js'
import { group } from '../core/manifest.js'
import type { ErasureCodingPolicyObject } from '../core/resources.js'
import {
  countStripes,
  type StripeCounts,
  type StripeRecord,
  stripeRecord,
} from '../core/stripe-counts.js'
import type { KubernetesApi, KubernetesObject, Resource } from '../kubernetes/api.js'
import { type Reflecting, reflect } from '../kubernetes/reflecting.js'
import type { Timing } from '../kubernetes/timing.js'
import { whyUnknown } from './watch-age.js'

export const stripesResource: Resource = {
  group,
  version: 'v1',
  plural: 'ecstripes',
  namespace: null,
}

export type CountsByPolicy = ReadonlyMap<string, StripeCounts>

export class StripeWatch {
  private readonly watched: Reflecting<StripeRecord | null>
  private readonly shared = new Map<string, StripeRecord>()
  /** Null: an object is another than when it was counted. */
  private counted: {
    readonly policies: readonly ErasureCodingPolicyObject[]
    readonly counts: CountsByPolicy
  } | null = null

  constructor(
    api: KubernetesApi,
    private readonly timing: Timing,
  ) {
    const keep = (object: KubernetesObject): StripeRecord | null => this.kept(object)
    this.watched = reflect(api, stripesResource, { keep, isTallied: true }, timing)
  }

  /** Once. */
  start(): void {
    this.watched.subscribe(change => {
      this.counted = null
      // What nothing of a new list shares is let go.
      if (change.kind === 'listed') this.shared.clear()
    })
    this.watched.start()
  }

  stop(): Promise<void> {
    return this.watched.stop()
  }

  whenListed(): Promise<void> {
    return this.watched.whenListed()
  }

  /** Objects of the index; 0 before they were listed. */
  size(): number {
    return this.watched.size()
  }

  /** By kind of object. */
  watching(): Readonly<Record<string, Pick<Reflecting<unknown>, 'knownUpToUs' | 'lists'>>> {
    return { ecstripes: this.watched }
  }

  /** Why they cannot be read, as where a cluster has not the kind; null: they can, or are being. */
  trouble(): string | null {
    const { watched } = this
    const isAsked = watched.knownUpToUs() === null && watched.trouble() === null
    return isAsked ? null : whyUnknown('ecstripes', watched, this.timing.nowUs())
  }

  /**
   * Null: not known. It costs as much as there are different records, however many objects share
   * them, and is counted again only where an object or a policy is another than before.
   */
  counts(policies: readonly ErasureCodingPolicyObject[]): CountsByPolicy | null {
    if (this.trouble() !== null) return null
    const tally = this.watched.tally()
    if (tally === null) return null
    const { counted } = this
    if (counted !== null && isSameList(counted.policies, policies)) return counted.counts
    const losses = new Map(policies.map(({ name, spec }) => [name, anyLosses(codeOf(spec))]))
    const counts = countStripes(tally, policy => losses.get(policy) ?? null)
    this.counted = { policies, counts }
    return counts
  }

  private kept(object: KubernetesObject): StripeRecord | null {
    const record = stripeRecord(object)
    if (record === null) return null
    const key = JSON.stringify(Object.values(record))
    const known = this.shared.get(key)
    if (known === undefined) this.shared.set(key, record)
    return known ?? record
  }
}

function isSameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, at) => value === other[at])
}
