/** The Lease of the operator in its namespace: its name, and what it says of who leads. */
import { parseInstant } from '../../core/instant.js'
import type { Answer, KubernetesApi, KubernetesObject } from '../../kubernetes/api.js'
import { leasesOf, termOf } from '../../kubernetes/lease-object.js'

export const leaseName = 'couchestor-operator'

export interface LeaseFigures {
  /** Null: nobody. One that ended without giving it back stands here still. */
  readonly holder: string | null
  readonly epoch: number
  /** By the holder's clock; null where it does not say. */
  readonly renewedUs: number | null
}

export function readLease(
  api: KubernetesApi,
  namespace: string,
): Promise<Answer<KubernetesObject>> {
  return api.get(leasesOf({ ...nobody, namespace }), leaseName)
}

export function leaseFigures(object: KubernetesObject): LeaseFigures {
  const { holder, epoch } = termOf(object, 0)
  const { spec } = object
  const renewed = typeof spec === 'object' && spec !== null && 'renewTime' in spec && spec.renewTime
  return {
    holder: holder === '' ? null : holder,
    epoch,
    renewedUs: typeof renewed === 'string' ? parseInstant(renewed) : null,
  }
}

/** Where the leases of a namespace are asks for no more than its name. */
const nobody = { name: leaseName, identity: '', durationUs: 0, renewDeadlineUs: 0, retryUs: 0 }
