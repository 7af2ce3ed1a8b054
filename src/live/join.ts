/** Joins what Mayastor and what Kubernetes say into the core's pools and volumes. */
import type { Labels, Limit, Pool, Volume } from '../core/model.js'
import { parseBytes } from '../core/quantity.js'
import type { VolumeFacts } from './kubernetes-facts.js'
import type { MayastorPool, MayastorVolume } from './mayastor/model.js'

/** A volume that no PersistentVolume names counts for room and repair, and has no policy. */
const nobodys: Omit<VolumeFacts, 'name'> = {
  labels: {},
  storageClass: null,
  driver: '',
  claim: null,
  ours: false,
}

export function joinVolume(volume: MayastorVolume, facts: VolumeFacts | undefined): Volume {
  const said = facts ?? { ...nobodys, name: `pvc-${volume.id}` }
  const { name, labels, storageClass, driver, claim, ours } = said
  return { ...volume, name, labels, storageClass, driver, claim, ours, coded: null }
}

/** Labels of a pool that say what it can carry, for the REST API's or the DiskPool's metadata. */
export const iopsLimitLabel = 'couchestor-iops-limit'
export const bandwidthLimitLabel = 'couchestor-bandwidth-limit'

/** A key with two values makes the pool ineligible; the control plane's value is shown. */
export function joinPool(pool: MayastorPool, metadata: Labels | undefined): Pool {
  const { schedulerLabels } = pool
  const labels = { ...metadata, ...schedulerLabels }
  const conflictingLabels = Object.keys(metadata ?? {})
    .filter(key => labels[key] !== metadata?.[key])
    .sort((one, other) => (one < other ? -1 : 1))
  return {
    ...pool,
    labels,
    conflictingLabels,
    iopsLimit: limitOf(labels[iopsLimitLabel]),
    bandwidthLimit: limitOf(labels[bandwidthLimitLabel]),
  }
}

/** A label that is no quantity above zero limits nothing. */
function limitOf(text: string | undefined): Limit | null {
  const value = text === undefined ? null : parseBytes(text)
  return value === null || value <= 0 ? null : { value, source: 'label' }
}
