/** The custom resources of the group, one and all. */
import type { CustomResource } from './resources/custom-resource.js'
import { erasureCodingPolicy } from './resources/erasure-coding-policy.js'
import { storagePolicy } from './resources/storage-policy.js'
import { stripeGroup } from './resources/stripe-group.js'
import { volumeMigration } from './resources/volume-migration.js'

export const customResources: readonly CustomResource[] = [
  storagePolicy,
  erasureCodingPolicy,
  stripeGroup,
  volumeMigration,
]
