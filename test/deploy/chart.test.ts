import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { repository } from '../tidy/source.js'
import {
  chartFolder,
  chartScript,
  helm,
  type Manifest,
  manifestsIn,
  monitoring,
  only,
  rendered,
  template,
} from './chart.js'

const everything = {
  replicas: 2,
  'namespace.create': true,
  'networkPolicy.enabled': true,
  'serviceMonitor.enabled': true,
  'prometheusRule.enabled': true,
}

describe('the chart', () => {
  it('is in order', () => {
    const { status, out, notes } = helm(['lint', '--strict', chartFolder])
    expect(status, out + notes).toBe(0)
  })

  it('is of the version of the program', () => {
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))
    const chart = parse(readFileSync(join(chartFolder, 'Chart.yaml'), 'utf8'))
    expect([chart.version, chart.appVersion]).toEqual([version, version])
  })

  it('refuses clusters before 1.28', () => {
    expect(template({}, ['--kube-version', '1.27.16'])).toMatchObject({
      status: 1,
      notes: expect.stringContaining('incompatible with Kubernetes v1.27.16'),
    })
    expect(template({}, ['--kube-version', '1.28.0']).status).toBe(0)
  })

  it('is generated, definitions and plain manifests', () => {
    const folder = mkdtempSync(join(tmpdir(), 'couchestor-chart-'))
    try {
      execFileSync(process.execPath, [chartScript, '--into', folder])
      for (const path of [
        'chart/couchestor/templates/definitions.yaml',
        'manifests/install.yaml',
      ]) {
        const now = readFileSync(join(folder, path), 'utf8')
        expect(readFileSync(join(repository, 'deploy', path), 'utf8'), path).toBe(now)
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('has the definitions as the table gives them', () => {
    const found = rendered().filter(({ kind }) => kind === 'CustomResourceDefinition')
    const files = readdirSync(join(repository, 'crds'))
    const wanted = files.flatMap(file =>
      manifestsIn(readFileSync(join(repository, 'crds', file), 'utf8')),
    )
    expect(specsOf(found)).toEqual(specsOf(wanted))
    for (const { metadata } of found) {
      expect(metadata.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' })
    }
  })
})

const optional: readonly (readonly [values: Record<string, unknown>, kinds: readonly string[]])[] =
  [
    [{}, []],
    [{ 'crds.install': false }, ['-CustomResourceDefinition']],
    [{ replicas: 2 }, ['PodDisruptionBudget']],
    [{ replicas: 2, 'podDisruptionBudget.enabled': false }, []],
    [{ 'namespace.create': true }, ['Namespace']],
    [{ 'serviceAccount.create': false }, ['-ServiceAccount']],
    [{ 'networkPolicy.enabled': true }, ['NetworkPolicy']],
    [{ 'serviceMonitor.enabled': true }, ['ServiceMonitor']],
    [{ 'prometheusRule.enabled': true }, ['PrometheusRule']],
    [
      everything,
      ['Namespace', 'PodDisruptionBudget', 'NetworkPolicy', 'ServiceMonitor', 'PrometheusRule'],
    ],
  ]

describe('its values', () => {
  const usual = [
    'ServiceAccount',
    'CustomResourceDefinition',
    'ClusterRole',
    'ClusterRoleBinding',
    'Role',
    'RoleBinding',
    'Service',
    'Deployment',
  ]

  it.each(optional)('%j change the kinds by %j', (values, kinds) => {
    const gone = kinds.flatMap(kind => (kind.startsWith('-') ? [kind.slice(1)] : []))
    const more = kinds.filter(kind => !kind.startsWith('-'))
    const found = new Set(rendered(values, monitoring).map(({ kind }) => kind))
    expect(found).toEqual(new Set([...usual.filter(kind => !gone.includes(kind)), ...more]))
  })

  it('render nothing that the cluster does not know', () => {
    const kinds = rendered(everything).map(({ kind }) => kind)
    expect(kinds).not.toContain('ServiceMonitor')
    expect(kinds).not.toContain('PrometheusRule')
  })

  it('let definitions go with the release only where they say so', () => {
    const [first] = rendered({ 'crds.keep': false }).filter(
      ({ kind }) => kind === 'CustomResourceDefinition',
    )
    expect(first?.metadata.annotations).toBeUndefined()
  })

  it.each<readonly [path: string, value: unknown, why: string]>([
    ['replicas', '2', "at '/replicas': got string, want integer"],
    ['replicas', 0, "at '/replicas': minimum: got 0, want 1"],
    ['replica', 2, "additional properties 'replica' not allowed"],
    ['operator.headroomPercent', 101, "at '/operator/headroomPercent': maximum"],
    ['operator.roundInterval', '1 minute', "at '/operator/roundInterval'"],
    ['operator.logLevel', 'trace', "at '/operator/logLevel'"],
    ['image.digest', 'sha256:abc', "at '/image/digest'"],
    ['prometheus.url', 'prometheus:9090', "at '/prometheus/url'"],
    ['resources.limits.memory', '256M', "at '/resources/limits/memory'"],
    ['mayastor.namespaces', 'x', "additional properties 'namespaces' not allowed"],
    ['networkPolicy.apiServerPorts', [], "at '/networkPolicy/apiServerPorts'"],
  ])('%s is not %j', (path, value, why) => {
    const { status, notes } = template({ [path]: value })
    expect(status).toBe(1)
    expect(notes).toContain(why)
  })
})

describe('the pod', () => {
  const spec = (values: Readonly<Record<string, unknown>> = {}) => podOf(values)

  it('is as the restricted profile and the architecture document want it', () => {
    const { container, pod } = spec()
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 65534,
      seccompProfile: { type: 'RuntimeDefault' },
    })
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    expect(pod.terminationGracePeriodSeconds).toBe(45)
    expect(container.ports).toEqual([
      { name: 'metrics', containerPort: 8080 },
      { name: 'health', containerPort: 8081 },
    ])
  })

  it.each([
    ['256Mi', 192],
    ['512Mi', 384],
    ['1Gi', 768],
  ])('has a heap of three quarters of %s', (memory, mebibytes) => {
    const { container } = spec({ 'resources.limits.memory': memory })
    const value = `--max-old-space-size=${mebibytes} --max-semi-space-size=4`
    expect(container.env).toEqual([{ name: 'NODE_OPTIONS', value }])
  })

  it('takes a digest instead of a tag', () => {
    const digest = `sha256:${'0'.repeat(64)}`
    expect(spec().container.image).toMatch(/^couchestor:\d/)
    expect(spec({ 'image.tag': 'a' }).container.image).toBe('couchestor:a')
    expect(spec({ 'image.digest': digest }).container.image).toBe(`couchestor@${digest}`)
  })

  it('reads secrets from files that it mounts, and only those that are named', () => {
    expect(spec().pod.volumes).toBeUndefined()
    const { pod, container } = spec({
      'mayastor.tokenSecret': 'rest-token',
      clientCertificateSecret: 'own',
    })
    expect(container.args).toEqual(
      expect.arrayContaining([
        '--mayastor-token-file=/etc/couchestor/mayastor-token/token',
        '--client-certificate-file=/etc/couchestor/client-certificate/tls.crt',
        '--client-key-file=/etc/couchestor/client-certificate/tls.key',
      ]),
    )
    expect(pod.volumes).toEqual([
      { name: 'mayastor-token', secret: { secretName: 'rest-token' } },
      { name: 'client-certificate', secret: { secretName: 'own' } },
    ])
  })
})

describe('the plain manifests', () => {
  it('are whole by themselves', () => {
    const path = join(repository, 'deploy', 'manifests', 'install.yaml')
    const all = manifestsIn(readFileSync(path, 'utf8'))
    expect(all[0]?.kind).toBe('Namespace')
    expect(only(all, 'Deployment').metadata).toMatchObject({
      name: 'couchestor-operator',
      namespace: 'couchestor-system',
    })
  })
})

/** By name: helm has an order of its own. */
function specsOf(manifests: readonly Manifest[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(manifests.map(({ metadata, spec }) => [metadata.name, spec]))
}

interface Container {
  readonly image: string
  readonly args: readonly string[]
  readonly env: readonly unknown[]
  readonly ports: readonly unknown[]
  readonly securityContext: unknown
}

interface Pod {
  readonly securityContext: unknown
  readonly terminationGracePeriodSeconds: number
  readonly volumes?: readonly unknown[]
  readonly containers: readonly Container[]
}

function podOf(values: Readonly<Record<string, unknown>>): {
  readonly pod: Pod
  readonly container: Container
} {
  const { spec } = only(rendered(values), 'Deployment')
  const { template: of } = spec as { readonly template: { readonly spec: Pod } }
  const [container] = of.spec.containers
  if (container === undefined) throw new Error('a pod without a container')
  return { pod: of.spec, container }
}
