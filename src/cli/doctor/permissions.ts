/** What an operator has to be allowed, and whether who asks here is. */
import { isObject } from '../../core/field.js'
import { group } from '../../core/manifest.js'
import { parsed } from '../../kubernetes/answer.js'
import type { ApiServer } from '../../kubernetes/server.js'
import { operatorMapName } from '../../live/operator-map.js'
import { type VolumesFlags, volumeSourceOf } from '../cluster/mayastor.js'
import { leaseName } from '../cluster/operator-lease.js'

interface Rule {
  readonly group: string
  readonly resource: string
  readonly verbs: readonly string[]
  /** In the operator's own namespace; else in all, or in none. */
  readonly own?: true
  /** In this one, which is not the operator's. */
  readonly namespace?: string
  /** A Role may allow this one object alone; `create` cannot be limited so. */
  readonly name?: string
}

/** Everything that is asked while the operator runs, and nothing else. */
export const operatorRules: readonly Rule[] = [
  { group, resource: 'storagepolicies', verbs: ['get', 'list', 'watch'] },
  { group, resource: 'storagepolicies/status', verbs: ['patch'] },
  { group, resource: 'erasurecodingpolicies', verbs: ['get', 'list', 'watch'] },
  { group, resource: 'erasurecodingpolicies/status', verbs: ['patch'] },
  { group, resource: 'ecstripes', verbs: ['list', 'watch'] },
  { group, resource: 'volumemigrations', verbs: ['list', 'watch', 'create', 'patch'] },
  { group, resource: 'volumemigrations/status', verbs: ['update'] },
  { group: 'openebs.io', resource: 'diskpools', verbs: ['list', 'watch'] },
  { group: '', resource: 'persistentvolumes', verbs: ['list', 'watch'] },
  { group: '', resource: 'persistentvolumeclaims', verbs: ['list', 'watch'] },
  { group: 'storage.k8s.io', resource: 'storageclasses', verbs: ['list', 'watch'] },
  { group: 'events.k8s.io', resource: 'events', verbs: ['create', 'patch'] },
  {
    group: 'coordination.k8s.io',
    resource: 'leases',
    verbs: ['get', 'create', 'update'],
    own: true,
    name: leaseName,
  },
  {
    group: '',
    resource: 'configmaps',
    verbs: ['get', 'list', 'watch', 'create', 'update'],
    own: true,
    name: operatorMapName,
  },
]

/** Further ones, in Mayastor's namespace, where volumes are MayastorVolume objects. */
export const volumeRules: readonly Rule[] = [
  { group: 'openebs.io', resource: 'mayastorvolumes', verbs: ['get', 'list', 'patch'] },
]

export function rulesFor(flags: VolumesFlags): readonly Rule[] {
  if (volumeSourceOf(flags) === 'rest') return operatorRules
  const namespace = flags.mayastorNamespace
  return [...operatorRules, ...volumeRules.map(rule => ({ ...rule, namespace }))]
}

export interface PermissionFigures {
  readonly asked: number
  readonly denied: readonly Denied[]
  /** Of which the server did not say. */
  readonly unknown: number
}

export interface Denied {
  readonly verb: string
  /** As `storagepolicies.storage.billyronks.io`, the way kubectl takes it. */
  readonly resource: string
  /** Null: in all of them, or the resource has none. */
  readonly namespace: string | null
}

export async function permissionsOf(
  server: ApiServer,
  namespace: string,
  rules: readonly Rule[],
): Promise<PermissionFigures> {
  const asked = rules.flatMap(rule => rule.verbs.map(verb => ({ rule, verb })))
  const answers = await Promise.all(
    asked.map(({ rule, verb }) => isAllowed(server, rule, verb, namespace)),
  )
  return {
    asked: asked.length,
    denied: asked
      .filter((_, place) => answers[place] === false)
      .map(({ rule, verb }) => deniedOf(rule, verb, namespace)),
    unknown: answers.filter(answer => answer === null).length,
  }
}

/** A review is an answer and no object: it may have no name, and has none. */
const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'

/** Null: it did not say. */
async function isAllowed(
  server: ApiServer,
  rule: Rule,
  verb: string,
  namespace: string,
): Promise<boolean | null> {
  const [resource, subresource] = rule.resource.split('/')
  const resourceAttributes = {
    ...{ group: rule.group, resource, verb },
    ...(subresource === undefined ? {} : { subresource }),
    ...placeOf(rule, namespace),
    ...(rule.name === undefined || verb === 'create' ? {} : { name: rule.name }),
  }
  const document = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  }
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify(document)
  const outcome = await server.once({ method: 'POST', path: reviews, headers, body })
  if (outcome.kind === 'failed' || outcome.status !== 201) return null
  const review = parsed(outcome.text)
  if (!isObject(review) || !isObject(review.status)) return null
  return review.status.allowed === true
}

function placeOf(rule: Rule, own: string): { readonly namespace?: string } {
  const namespace = rule.own === true ? own : rule.namespace
  return namespace === undefined ? {} : { namespace }
}

function deniedOf(rule: Rule, verb: string, own: string): Denied {
  const { group, resource } = rule
  const [plural, subresource] = resource.split('/')
  const full = group === '' ? plural : `${plural}.${group}`
  return {
    verb,
    resource: subresource === undefined ? full : `${full}/${subresource}`,
    namespace: placeOf(rule, own).namespace ?? null,
  }
}
