import { describe, expect, it } from 'vitest'
import { type Manifest, only, rendered, renderedHooks } from './chart.js'
import { permissionsIn, wordsOf } from './permissions.js'

const secrets = {
  'mayastor.caSecret': 'ca',
  'mayastor.tokenSecret': 'token',
  'prometheus.tokenSecret': 'other',
  clientCertificateSecret: 'certificate',
  'mayastor.url': 'https://mayastor:8081',
  'operator.preservationMode': true,
}

describe('the hooks of the chart', () => {
  it('are there before an uninstall alone, the Job last, unless a value says no', () => {
    const hooks = renderedHooks()
    expect(hooks.map(({ kind }) => kind).sort()).toEqual([
      ...['ClusterRole', 'ClusterRoleBinding', 'Job', 'Role', 'RoleBinding', 'ServiceAccount'],
    ])
    const weight = (one: Manifest): number =>
      Number(one.metadata.annotations?.['helm.sh/hook-weight'])
    const others = hooks.filter(({ kind }) => kind !== 'Job').map(weight)
    expect(Math.max(...others)).toBeLessThan(weight(only(hooks, 'Job')))
    for (const { metadata } of hooks) {
      expect(metadata.annotations?.['helm.sh/hook']).toBe('pre-delete')
    }
    expect(renderedHooks({ 'uninstall.release.enabled': false })).toEqual([])
  })

  it('run under the same profile as the operator, with the same servers and secrets', () => {
    const [job, deployment] = [
      podOf(only(renderedHooks(secrets), 'Job')),
      podOf(only(rendered(secrets), 'Deployment')),
    ]
    const [ours, theirs] = [job.containers[0], deployment.containers[0]]
    expect(job.securityContext).toEqual(deployment.securityContext)
    expect(ours?.securityContext).toEqual(theirs?.securityContext)
    expect(ours?.image).toBe(theirs?.image)
    const shared = /^--(mayastor-(url|ca|token)|client-|namespace|preservation)/
    expect(ours?.args.filter(word => shared.test(word))).toEqual(
      theirs?.args.filter(word => shared.test(word)),
    )
    expect(ours?.args.join(' ')).not.toContain('prometheus')
    expect(job.volumes.map(({ name }) => name)).toEqual([
      ...['mayastor-ca', 'mayastor-token', 'client-certificate'],
    ])
  })

  it('get through where the chart closes the network: to names, API server and Mayastor', () => {
    expect(renderedHooks().map(({ kind }) => kind)).not.toContain('NetworkPolicy')
    const values = { 'networkPolicy.enabled': true, 'networkPolicy.mayastorPort': 8099 }
    const hooks = renderedHooks(values)
    const policy = only(hooks, 'NetworkPolicy')
    const { podSelector, policyTypes, ingress, egress } = policy.spec as Closed
    expect([policyTypes, ingress]).toEqual([['Ingress', 'Egress'], undefined])
    expect(egress.flatMap(({ ports, to }) => ports.map(({ port }) => [port, to]))).toEqual(
      [53, 53, 443, 6443, 8099].map(port => [port, undefined]),
    )
    const { spec } = only(hooks, 'Job')
    const { template } = spec as { readonly template: Manifest }
    const labels = (given: Labels = {}) => Object.entries(given)
    const wanted = labels(podSelector.matchLabels)
    expect(wanted).toHaveLength(2)
    expect(labels(template.metadata.labels)).toEqual(expect.arrayContaining(wanted))
    // Neither of the two is the other's.
    const deployed = only(rendered(values), 'Deployment').spec as { readonly template: Manifest }
    expect(labels(deployed.template.metadata.labels)).not.toEqual(expect.arrayContaining(wanted))
    const { hook, weight } = hookOf(policy)
    expect([hook, weight < hookOf(only(hooks, 'Job')).weight]).toEqual(['pre-delete', true])
    expect(renderedHooks({ ...values, 'uninstall.release.enabled': false })).toEqual([])
  })

  it('alone may delete migrations', () => {
    const deleting = 'delete volumemigrations.storage.billyronks.io'
    expect(permissionsIn(renderedHooks()).map(wordsOf)).toContain(deleting)
    expect(permissionsIn(rendered()).map(wordsOf)).not.toContain(deleting)
  })
})

type Labels = Readonly<Record<string, string>>

interface Closed {
  readonly podSelector: { readonly matchLabels: Labels }
  readonly policyTypes: readonly string[]
  readonly ingress?: unknown
  readonly egress: readonly {
    readonly ports: readonly { readonly port: number }[]
    readonly to?: unknown
  }[]
}

function hookOf({ metadata }: Manifest): { readonly hook: string; readonly weight: number } {
  const { annotations = {} } = metadata
  return {
    hook: annotations['helm.sh/hook'] ?? '',
    weight: Number(annotations['helm.sh/hook-weight']),
  }
}

interface Pod {
  readonly securityContext: object
  readonly volumes: readonly { readonly name: string }[]
  readonly containers: readonly {
    readonly image: string
    readonly args: readonly string[]
    readonly securityContext: object
  }[]
}

function podOf({ spec }: Manifest): Pod {
  const { template } = spec as { readonly template: { readonly spec: Pod } }
  return template.spec
}
