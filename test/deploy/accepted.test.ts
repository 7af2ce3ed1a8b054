/** A real API server takes what the chart renders, and gives the operator the rights it says. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.js'
import { repository } from '../tidy/source.js'
import { type Manifest, manifestsIn, monitoring, namespace, rendered } from './chart.js'
import { apply, install, monitoringDefinitions } from './installed.js'
import { type Permission, permissionsIn } from './permissions.js'

const assets = controlPlaneAssets()

const modes: readonly Readonly<Record<string, unknown>>[] = [
  {},
  {
    replicas: 2,
    'networkPolicy.enabled': true,
    'serviceMonitor.enabled': true,
    'prometheusRule.enabled': true,
  },
  {
    'crds.keep': false,
    'rbac.seedFloor': false,
    'operator.dryRun': true,
    'operator.preservationMode': true,
    'operator.mayastorMaxRebuilds': 4,
    'mayastor.url': 'https://mayastor.example:8080',
    'mayastor.caSecret': 'mayastor-ca',
    'prometheus.tokenSecret': 'prometheus-token',
    clientCertificateSecret: 'own',
    imagePullSecrets: [{ name: 'registry' }],
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    tolerations: [{ key: 'storage', operator: 'Exists', effect: 'NoSchedule' }],
    priorityClassName: 'system-cluster-critical',
    podLabels: { team: 'storage' },
    podAnnotations: { 'example.com/a': 'b' },
    'serviceAccount.annotations': { 'example.com/a': 'b' },
    'networkPolicy.enabled': true,
    'networkPolicy.metricsFrom': [{ namespaceSelector: { matchLabels: { a: 'b' } } }],
  },
  { 'mayastor.volumesFrom': 'custom-resources', 'networkPolicy.enabled': true },
]

const test = it.runIf(assets !== null)

describe('an API server', () => {
  let plane: ControlPlane

  beforeAll(async () => {
    if (assets === null) return
    plane = await startControlPlane(assets)
    const all = rendered({ 'namespace.create': true })
    const first = all.filter(({ kind }) => early.includes(kind))
    await install(plane, [...first, ...monitoringDefinitions])
    const mayastor = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mayastor' } }
    await plane.call('POST', '/api/v1/namespaces', mayastor)
  })
  afterAll(async () => {
    await plane?.stop()
  })

  test.each(modes)('takes all that %j renders', async values => {
    for (const manifest of rendered(values, monitoring)) {
      const { status, body } = await apply(plane, manifest, 'dry')
      expect([200, 201], `${manifest.kind}: ${JSON.stringify(body)}`).toContain(status)
    }
  })

  test('warns of no pod: the namespace enforces the restricted profile', async () => {
    const pods = rendered().flatMap(podsOf)
    expect(pods).toHaveLength(1)
    for (const pod of pods) {
      const { status, body } = await apply(plane, pod, 'dry')
      expect(status, JSON.stringify(body)).toBe(201)
      const bare = { ...pod, spec: { containers: [{ name: 'a', image: 'a' }] } }
      expect((await apply(plane, bare, 'dry')).status).toBe(403)
    }
  })

  test('takes every policy of docs/policies.md', async () => {
    const page = readFileSync(join(repository, 'docs', 'policies.md'), 'utf8')
    const blocks = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)]
    const manifests = blocks.flatMap(([, yaml]) => manifestsIn(String(yaml)))
    expect(manifests.length).toBeGreaterThan(4)
    for (const manifest of manifests) {
      const { status, body } = await apply(plane, manifest, 'dry')
      expect(status, JSON.stringify(body)).toBe(201)
    }
  })

  test('takes every sample', async () => {
    const folder = join(repository, 'deploy', 'samples')
    const samples = readdirSync(folder).flatMap(file =>
      manifestsIn(readFileSync(join(folder, file), 'utf8')),
    )
    const kinds = new Set(samples.map(({ kind }) => kind))
    expect(kinds).toEqual(new Set(['StoragePolicy', 'ErasureCodingPolicy', 'VolumeMigration']))
    for (const sample of samples) {
      const { status, body } = await apply(plane, sample, 'dry')
      expect(status, JSON.stringify(body)).toBe(201)
    }
  })

  // The last one leaves a Role that the others have not.
  test.each([
    [true, 'rest'],
    [false, 'rest'],
    [false, 'custom-resources'],
  ])('gives the rights of the chart, floor %s, through %s, and no other', async (floor, from) => {
    const given = rendered({ 'rbac.seedFloor': floor, 'mayastor.volumesFrom': from })
    await install(plane, given.filter(isAboutRights))
    const allowed = permissionsIn(given)
    const asked = resources.flatMap(resource => questionsOf(resource))
    const wrong = await Promise.all(
      asked.map(async question => {
        const { status } = await ask(plane, question)
        const isAllowed = allowed.some(one => covers(one, question))
        return (status !== 403) === isAllowed ? [] : [`${status} ${JSON.stringify(question)}`]
      }),
    )
    expect(wrong.flat()).toEqual([])
    expect(asked.filter(one => allowed.some(right => covers(right, one))).length).toBeGreaterThan(
      20,
    )
  })
})

const early = ['Namespace', 'ServiceAccount', 'CustomResourceDefinition']

function isAboutRights({ kind }: Manifest): boolean {
  return kind.includes('Role')
}

/** The pod that a Deployment makes. */
function podsOf({ kind, spec }: Manifest): readonly Manifest[] {
  if (kind !== 'Deployment') return []
  const { template } = spec as { readonly template: Pick<Manifest, 'metadata' | 'spec'> }
  const metadata = { ...template.metadata, name: 'operator', namespace }
  return [{ ...template, apiVersion: 'v1', kind: 'Pod', metadata }]
}

interface Asked {
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly namespace: string | null
  readonly name: string
}

interface Question extends Asked {
  readonly verb: string
  readonly subresource: string
}

const ours = { group: 'storage.billyronks.io', namespace: null, name: 'couchestor-operator' }
const volumes = { ...ours, group: 'openebs.io', version: 'v1alpha1', plural: 'mayastorvolumes' }
const core = { group: '', version: 'v1', name: 'couchestor-operator' }

/** All that the chart names, and what an operator could be after. */
const resources: readonly Asked[] = [
  { ...ours, version: 'v1', plural: 'storagepolicies' },
  { ...ours, version: 'v1', plural: 'erasurecodingpolicies' },
  { ...ours, version: 'v1', plural: 'ecstripes' },
  { ...ours, version: 'v1alpha1', plural: 'volumemigrations' },
  { ...ours, group: 'openebs.io', version: 'v1beta3', plural: 'diskpools' },
  { ...volumes, namespace: 'mayastor' },
  { ...volumes, namespace: 'default' },
  { ...ours, group: 'storage.k8s.io', version: 'v1', plural: 'storageclasses' },
  { ...ours, group: 'storage.k8s.io', version: 'v1', plural: 'volumeattachments' },
  { ...core, plural: 'persistentvolumes', namespace: null },
  { ...core, plural: 'nodes', namespace: null },
  ...['default', namespace].flatMap(where => [
    { ...core, plural: 'persistentvolumeclaims', namespace: where },
    { ...core, plural: 'events', namespace: where },
    { ...core, plural: 'configmaps', namespace: where },
    { ...core, plural: 'configmaps', namespace: where, name: 'another' },
    { ...core, plural: 'secrets', namespace: where },
    { ...core, plural: 'pods', namespace: where },
    { ...core, group: 'events.k8s.io', plural: 'events', namespace: where },
    { ...core, group: 'coordination.k8s.io', plural: 'leases', namespace: where },
    { ...core, group: 'coordination.k8s.io', plural: 'leases', namespace: where, name: 'another' },
  ]),
]

const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection']

function questionsOf(asked: Asked): readonly Question[] {
  return [
    ...verbs.map(verb => ({ ...asked, verb, subresource: '' })),
    ...['get', 'update', 'patch'].map(verb => ({ ...asked, verb, subresource: 'status' })),
  ]
}

function covers(right: Permission, question: Question): boolean {
  const { group, plural, verb, subresource, name } = question
  const resource = subresource === '' ? plural : `${plural}/${subresource}`
  return (
    right.group === group &&
    right.resource === resource &&
    right.verb === verb &&
    (right.name === null || right.name === name) &&
    (right.namespace === null || right.namespace === question.namespace)
  )
}

const methods: Readonly<Record<string, string>> = {
  ...{ get: 'GET', list: 'GET', watch: 'GET', create: 'POST', update: 'PUT', patch: 'PATCH' },
  ...{ delete: 'DELETE', deletecollection: 'DELETE' },
}

/** As the service account; what it asks for is not done. */
function ask({ call }: ControlPlane, question: Question) {
  const { group, version, plural, namespace: where, name, verb, subresource } = question
  const base = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  const all = `${base}${where === null ? '' : `/namespaces/${where}`}/${plural}`
  const one = `${all}/${name}${subresource === '' ? '' : `/${subresource}`}`
  const isOfAll = ['list', 'watch', 'create', 'deletecollection'].includes(verb)
  // Creating is the one that no name limits.
  const chosen = isOfAll && verb !== 'create' ? `&fieldSelector=metadata.name%3D${name}` : ''
  const watching = verb === 'watch' ? '&watch=true&timeoutSeconds=1' : ''
  const query = `?dryRun=All${chosen}${watching}`
  const hasBody = ['create', 'update', 'patch'].includes(verb)
  return call(methods[verb] ?? '', `${isOfAll ? all : one}${query}`, hasBody ? {} : undefined, {
    ...(verb === 'patch' ? { 'content-type': 'application/merge-patch+json' } : {}),
    'impersonate-user': `system:serviceaccount:${namespace}:couchestor-operator`,
  })
}
