/** What a set of rules allows, one by one. */
import type { Manifest } from './chart.js'

export interface Permission {
  readonly verb: string
  readonly group: string
  /** With its subresource, as `storagepolicies/status`. */
  readonly resource: string
  /** Null: any name. */
  readonly name: string | null
  /** Null: everywhere. */
  readonly namespace: string | null
}

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
  readonly resourceNames?: readonly string[]
}

/** Of all Roles and ClusterRoles among these. */
export function permissionsIn(manifests: readonly Manifest[]): readonly Permission[] {
  return manifests
    .filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole')
    .flatMap(({ metadata, rules }) => {
      if (!Array.isArray(rules)) throw new Error(`${metadata.name} has no rules`)
      return rules.flatMap((rule: Rule) => permissionsOf(rule, metadata.namespace ?? null))
    })
}

function permissionsOf(rule: Rule, namespace: string | null): readonly Permission[] {
  const { apiGroups, resources, verbs, resourceNames = [null] } = rule
  return apiGroups.flatMap(group =>
    resources.flatMap(resource =>
      verbs.flatMap(verb =>
        resourceNames.map(name => ({ verb, group, resource, name, namespace })),
      ),
    ),
  )
}

/** For comparisons: `patch storagepolicies/status.storage.billyronks.io`. */
export function wordsOf({ verb, group, resource }: Omit<Permission, 'name' | 'namespace'>): string {
  return `${verb} ${resource}.${group}`
}
