/** Our definitions in a cluster, and Mayastor's of DiskPools, as its API server serves them. */
import { customResources } from '../../core/custom-resources.js'
import { isObject } from '../../core/field.js'
import { group } from '../../core/manifest.js'
import { type Schema, tableSchema } from '../../core/schema.js'
import type { KubernetesApi, Resource } from '../../kubernetes/api.js'

type CustomResource = (typeof customResources)[number]

export interface DefinitionFigures {
  /** As `storagepolicies.storage.billyronks.io`. */
  readonly name: string
  readonly version: string
  readonly state: 'installed' | 'outdated' | 'missing' | 'unknown'
  /** Fields of ours that the server drops. */
  readonly lacks: readonly string[]
}

export function definitionsOf(api: KubernetesApi): Promise<readonly DefinitionFigures[]> {
  return Promise.all(customResources.map(resource => definitionOf(api, resource)))
}

/** Versions of DiskPools that are served; null where the server does not say. */
export async function diskPoolVersions(api: KubernetesApi): Promise<readonly string[] | null> {
  const answer = await api.get(definitions, 'diskpools.openebs.io')
  if (answer.kind === 'refused' && answer.status === notFound) return []
  if (answer.kind !== 'answered') return null
  return versionsIn(answer.value.spec).flatMap(({ name }) => (typeof name === 'string' ? name : []))
}

const definitions: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  namespace: null,
}
const notFound = 404

async function definitionOf(
  api: KubernetesApi,
  resource: CustomResource,
): Promise<DefinitionFigures> {
  const { plural, version } = resource
  const about = { name: `${plural}.${group}`, version, lacks: [] }
  const answer = await api.get(definitions, about.name)
  if (answer.kind === 'refused' && answer.status === notFound) return { ...about, state: 'missing' }
  if (answer.kind !== 'answered') return { ...about, state: 'unknown' }
  const served = versionsIn(answer.value.spec).find(({ name }) => name === version)
  if (served === undefined) return { ...about, state: 'outdated' }
  const schema = isObject(served.schema) ? served.schema.openAPIV3Schema : undefined
  const { spec, status } = resource
  const whole: Schema = { properties: { spec: tableSchema(spec), status: tableSchema(status) } }
  const lacks = lackingIn(whole, schema, [])
  return { ...about, state: lacks.length === 0 ? 'installed' : 'outdated', lacks }
}

type Fields = Readonly<Record<string, unknown>>

function versionsIn(spec: unknown): readonly Fields[] {
  if (!isObject(spec) || !Array.isArray(spec.versions)) return []
  const versions: readonly unknown[] = spec.versions
  return versions.filter(isObject).filter(({ served }) => served === true)
}

/** Paths of the fields of ours that a served schema does not know: a server drops their values. */
export function lackingIn(ours: Schema, served: unknown, path: readonly string[]): string[] {
  const known = isObject(served) ? served : {}
  if (known['x-kubernetes-preserve-unknown-fields'] === true) return []
  const own = isObject(known.properties) ? known.properties : {}
  const fields = Object.entries(ours.properties ?? {}).flatMap(([name, schema]) => {
    const there = [...path, name]
    if (!Object.hasOwn(own, name)) return [there.join('.')]
    return lackingIn(schema, own[name], there)
  })
  return ours.items === undefined
    ? fields
    : [...fields, ...lackingIn(ours.items, known.items, path)]
}
