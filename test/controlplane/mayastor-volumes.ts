/** MayastorVolumes in the seed's form, which no chart of Mayastor 2.x installs. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ControlPlane } from './control-plane.js'
import { definitionsPath } from './definitions.js'

const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'mayastorvolumes.openebs.io' },
  spec: {
    group: 'openebs.io',
    scope: 'Namespaced',
    names: { kind: 'MayastorVolume', plural: 'mayastorvolumes', singular: 'mayastorvolume' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        subresources: { status: {} },
        // Loose, so that objects of other forms can stand there.
        schema: {
          openAPIV3Schema: { type: 'object', properties: { spec: anything, status: anything } },
        },
      },
    ],
  },
}

export const volumesPath = '/apis/openebs.io/v1alpha1/namespaces/mayastor/mayastorvolumes'

export async function installMayastorVolumes({ call }: ControlPlane): Promise<void> {
  const { status, body } = await call('POST', definitionsPath, definition)
  if (status !== 201) throw new Error(`mayastorvolumes: ${status} ${JSON.stringify(body)}`)
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mayastor' } }
  await call('POST', '/api/v1/namespaces', namespace)
  for (let tenths = 0; tenths < 300; tenths++) {
    if ((await call('GET', volumesPath)).status === 200) return
    await sleep(100)
  }
  throw new Error('mayastorvolumes are not served after 30 s')
}

/** Creates it, or changes it: what it is told of its status included. */
export async function put(
  { call }: ControlPlane,
  path: string,
  object: { readonly metadata: { readonly name: string }; readonly status?: unknown },
): Promise<void> {
  const merge = { 'content-type': 'application/merge-patch+json' }
  const made = await call('POST', path, object)
  if (made.status !== 201 && made.status !== 409) throw new Error(JSON.stringify(made))
  const { status } = object
  if (status === undefined) return
  const at = `${path}/${object.metadata.name}/status`
  const told = await call('PATCH', at, { status }, merge)
  if (told.status !== 200) throw new Error(JSON.stringify(told))
}
