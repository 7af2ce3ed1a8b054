/** What the chart renders where volumes are MayastorVolume objects: no more than that way needs. */
import { describe, expect, it } from 'vitest'
import { type Manifest, only, rendered, renderedHooks } from './chart.js'
import { permissionsIn } from './permissions.js'

const through = { 'mayastor.volumesFrom': 'custom-resources' }
const closed = { 'networkPolicy.enabled': true, 'networkPolicy.mayastorPort': 8099 }

function portsOf({ spec }: Manifest): readonly number[] {
  const { egress } = spec as {
    readonly egress: readonly { readonly ports: readonly { readonly port: number }[] }[]
  }
  return egress.flatMap(({ ports }) => ports.map(({ port }) => port))
}

describe('a chart of MayastorVolumes', () => {
  it('opens no way to the REST API, to an operator or to a release', () => {
    for (const render of [rendered, renderedHooks]) {
      expect(portsOf(only(render(closed), 'NetworkPolicy'))).toContain(8099)
      const ports = portsOf(only(render({ ...closed, ...through }), 'NetworkPolicy'))
      expect(ports).toContain(6443)
      expect(ports).not.toContain(8099)
    }
  })

  it('gives a release its rights beside its other hooks, before its Job, in one namespace', () => {
    const hooks = renderedHooks({ ...through, 'mayastor.namespace': 'openebs' })
    const own = hooks.filter(({ metadata }) => metadata.namespace === 'openebs')
    expect(own.map(({ kind }) => kind)).toEqual(['Role', 'RoleBinding'])
    for (const { metadata } of own) {
      const { annotations = {} } = metadata
      expect(annotations['helm.sh/hook']).toBe('pre-delete')
      expect(Number(annotations['helm.sh/hook-weight'])).toBeLessThan(0)
      expect(annotations['helm.sh/hook-delete-policy']).toContain('hook-succeeded')
    }
    const rights = permissionsIn(own)
    expect(new Set(rights.map(one => one.resource))).toEqual(new Set(['mayastorvolumes']))
    expect(renderedHooks({ ...through, 'uninstall.release.enabled': false })).toEqual([])
  })

  it('stands in the namespace of the release too', () => {
    const values = { ...through, 'mayastor.namespace': 'couchestor-system' }
    for (const manifests of [rendered(values), renderedHooks(values)]) {
      const names = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`)
      expect(new Set(names).size).toBe(names.length)
    }
  })
})
