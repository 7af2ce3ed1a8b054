/** What the chart renders, on a control plane. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, ControlPlane } from '../controlplane/control-plane.js'
import type { Manifest } from './chart.js'

const applyPatch = { 'content-type': 'application/apply-patch+yaml' }

/** As `kubectl apply --server-side` sends it; `dry` changes nothing. */
export async function apply(
  { call }: ControlPlane,
  manifest: Manifest,
  dry: 'dry' | 'really',
): Promise<Answer> {
  const path = `${await collectionOf(call, manifest)}/${manifest.metadata.name}`
  const query = `fieldManager=test&force=true&fieldValidation=Strict`
  return call(
    'PATCH',
    `${path}?${query}${dry === 'dry' ? '&dryRun=All' : ''}`,
    manifest,
    applyPatch,
  )
}

/** Applies them in their order, and waits for the kinds that they define. */
export async function install(plane: ControlPlane, manifests: readonly Manifest[]): Promise<void> {
  for (const manifest of manifests) {
    const { status, body } = await apply(plane, manifest, 'really')
    const { kind, metadata } = manifest
    if (status > 201) throw new Error(`${kind} ${metadata.name}: ${status} ${JSON.stringify(body)}`)
  }
  for (const one of manifests) if (one.kind === 'CustomResourceDefinition') await served(plane, one)
}

async function served({ call }: ControlPlane, { metadata, spec }: Manifest): Promise<void> {
  const { group, versions } = spec as {
    readonly group: string
    readonly versions: readonly { readonly name: string }[]
  }
  const [plural] = metadata.name.split('.')
  for (let tenths = 0; tenths < 300; tenths++) {
    const { status } = await call('GET', `/apis/${group}/${versions[0]?.name}/${plural}`)
    if (status === 200) return
    await sleep(100)
  }
  throw new Error(`${metadata.name} is not served after 30 s`)
}

/** By what the server itself says of its kinds. */
async function collectionOf(
  call: ControlPlane['call'],
  { apiVersion, kind, metadata }: Manifest,
): Promise<string> {
  const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const { body } = await call('GET', base)
  const { resources = [] } = body as { readonly resources?: readonly Served[] }
  const found = resources.find(one => one.kind === kind && !one.name.includes('/'))
  if (found === undefined) throw new Error(`the server knows no ${kind} of ${apiVersion}`)
  if (!found.namespaced) return `${base}/${found.name}`
  if (metadata.namespace === undefined) throw new Error(`${kind} ${metadata.name}: no namespace`)
  return `${base}/namespaces/${metadata.namespace}/${found.name}`
}

interface Served {
  readonly name: string
  readonly kind: string
  readonly namespaced: boolean
}

/** Of what the Prometheus operator installs, the least: the kinds, which take any spec. */
export const monitoringDefinitions: readonly Manifest[] = [
  ['ServiceMonitor', 'servicemonitors'],
  ['PrometheusRule', 'prometheusrules'],
].map(([kind = '', plural = '']) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.monitoring.coreos.com` },
  spec: {
    group: 'monitoring.coreos.com',
    scope: 'Namespaced',
    names: { kind, plural, singular: kind.toLowerCase() },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            },
          },
        },
      },
    ],
  },
}))
