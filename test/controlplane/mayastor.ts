/** What Mayastor's own chart installs and we only read: the definition of DiskPools. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ControlPlane } from './control-plane.js'
import { definitionsPath } from './definitions.js'

const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'diskpools.openebs.io' },
  spec: {
    group: 'openebs.io',
    scope: 'Namespaced',
    names: { kind: 'DiskPool', plural: 'diskpools', singular: 'diskpool', shortNames: ['dsp'] },
    versions: [
      {
        name: 'v1beta3',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: { type: 'object', properties: { spec: anything, status: anything } },
        },
      },
    ],
  },
}

export async function installDiskPools({ call }: ControlPlane): Promise<void> {
  const { status, body } = await call('POST', definitionsPath, definition)
  if (status !== 201) throw new Error(`diskpools: ${status} ${JSON.stringify(body)}`)
  for (let tenths = 0; tenths < 300; tenths++) {
    if ((await call('GET', '/apis/openebs.io/v1beta3/diskpools')).status === 200) return
    await sleep(100)
  }
  throw new Error('diskpools are not served after 30 s')
}
