import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Command } from '../../../src/core/command.js'
import { nodeId, poolId, volumeId } from '../../../src/core/model.js'
import { pathOf } from '../../../src/kubernetes/path.js'
import { requestOf } from '../../../src/live/mayastor/command-path.js'
import { type Client, templateOf } from '../../../src/live/tracing/path-template.js'

const uuid = 'ec4e66fb-1d2c-4e9b-8a9c-0123456789ab'

/** Names that look like words of the paths are names all the same. */
const name = fc.oneof(
  fc.uuid(),
  fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,10}[a-z0-9])?$/),
  fc.constantFrom('volumes', 'pools', 'nodes', 'cordon', 'label', 'replica_count', 'replicas'),
  fc.constantFrom('namespaces', 'api', 'apis', 'v1', 'status', 'a/b', 'a b', '{name}', 'ü'),
)

const all = { replicas: true, snapshots: true, restores: true, import: true }

/** A path of every form that a client asks for, and what it is called. */
type Form = readonly [client: Client, template: string, path: (...names: Names) => string]
type Names = readonly [one: string, other: string, third: string]

const command = (of: Command): string => requestOf(of).path.split('?')[0]
const segment = encodeURIComponent

const mayastor: readonly Form[] = [
  ['mayastor', '/volumes', () => '/volumes'],
  ['mayastor', '/volumes/{name}', one => `/volumes/${segment(one)}`],
  ['mayastor', '/nodes/{name}', one => `/nodes/${segment(one)}`],
  ['mayastor', '/pools/{name}', one => `/pools/${segment(one)}`],
  [
    'mayastor',
    '/volumes/{name}/replica_count/{name}',
    one => command({ kind: 'set-replica-count', volume: volumeId(one), count: one.length }),
  ],
  [
    'mayastor',
    '/pools/{name}/cordon',
    one => command({ kind: 'cordon-pool', pool: poolId(one), scopes: all }),
  ],
  [
    'mayastor',
    '/nodes/{name}/cordon/{name}',
    (one, label) => command({ kind: 'uncordon-node', node: nodeId(one), label }),
  ],
  [
    'mayastor',
    '/pools/{name}/label/{name}',
    (one, key, value) => command({ kind: 'label-pool', pool: poolId(one), key, value }),
  ],
  [
    'mayastor',
    '/pools/{name}/label/{name}',
    (one, key) => command({ kind: 'unlabel-pool', pool: poolId(one), key }),
  ],
]

const own = { group: 'storage.billyronks.io', version: 'v1' }
const openebs = { group: 'openebs.io', version: 'v1alpha1' }

const kubernetes: readonly Form[] = [
  [
    'kubernetes',
    '/api/v1/persistentvolumes',
    () => pathOf({ group: '', version: 'v1', plural: 'persistentvolumes', namespace: null }, null),
  ],
  [
    'kubernetes',
    '/api/v1/namespaces/{name}',
    one => pathOf({ group: '', version: 'v1', plural: 'namespaces', namespace: null }, one),
  ],
  [
    'kubernetes',
    '/api/v1/namespaces/{namespace}/configmaps/{name}',
    (one, namespace) => pathOf({ group: '', version: 'v1', plural: 'configmaps', namespace }, one),
  ],
  [
    'kubernetes',
    '/apis/storage.billyronks.io/v1/volumemigrations/{name}/status',
    one => pathOf({ ...own, plural: 'volumemigrations', namespace: null }, one, 'status'),
  ],
  [
    'kubernetes',
    '/apis/events.k8s.io/v1/namespaces/{namespace}/events',
    namespace =>
      pathOf({ group: 'events.k8s.io', version: 'v1', plural: 'events', namespace }, null),
  ],
  [
    'mayastor',
    '/apis/openebs.io/v1alpha1/namespaces/{namespace}/mayastorvolumes/{name}',
    (one, namespace) => pathOf({ ...openebs, plural: 'mayastorvolumes', namespace }, one),
  ],
]

const prometheus: readonly Form[] = [
  ['prometheus', '/api/v1/query', () => '/api/v1/query'],
  ['prometheus', '/api/v1/status/buildinfo', () => '/api/v1/status/buildinfo'],
]

describe('what a path is called', () => {
  it.each([...mayastor, ...kubernetes, ...prometheus])('of %s is %s', (client, template, path) => {
    fc.assert(
      fc.property(name, name, name, (...names) => {
        expect(templateOf(client, path(...names))).toBe(template)
      }),
    )
  })

  it('holds no name, as a uuid', () => {
    const paths = [...mayastor, ...kubernetes].map(([client, , path]) =>
      templateOf(client, path(uuid, uuid, uuid)),
    )
    expect(paths.join('\n')).not.toContain(uuid)
  })
})
