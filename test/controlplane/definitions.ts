/** Our CustomResourceDefinitions on a control plane, and calls that are about them. */
import { setTimeout as sleep } from 'node:timers/promises'
import { definition } from '../../src/core/crd.js'
import { customResources } from '../../src/core/custom-resources.js'
import { group } from '../../src/core/manifest.js'
import type { Answer, ControlPlane } from './control-plane.js'

export const definitionsPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

/** Installs all four as `kubectl apply --server-side` does, and waits until they are served. */
export async function installDefinitions({ call }: ControlPlane): Promise<void> {
  for (const resource of customResources) {
    const path = `${definitionsPath}/${resource.plural}.${group}?fieldManager=test&force=true`
    const patch = { 'content-type': 'application/apply-patch+yaml' }
    const { status, body } = await call('PATCH', path, definition(resource), patch)
    if (status !== 201) throw new Error(`${resource.plural}: ${status} ${JSON.stringify(body)}`)
  }
  for (const { kind } of customResources) await served(call, pathOf(kind))
}

async function served(call: ControlPlane['call'], path: string): Promise<void> {
  for (let tenths = 0; tenths < 300; tenths++) {
    if ((await call('GET', path)).status === 200) return
    await sleep(100)
  }
  throw new Error(`${path} is not served after 30 s`)
}

export function pathOf(kind: string, name = ''): string {
  const resource = customResources.find(one => one.kind === kind)
  if (resource === undefined) throw new Error(`no resource ${kind}`)
  const path = `/apis/${group}/${resource.version}/${resource.plural}`
  return name === '' ? path : `${path}/${name}`
}

export function manifestOf(kind: string, name: string, spec?: unknown): Record<string, unknown> {
  const version = customResources.find(one => one.kind === kind)?.version
  const head = { apiVersion: `${group}/${version}`, kind, metadata: { name } }
  return spec === undefined ? head : { ...head, spec }
}

/** Creates it as kubectl does, which refuses fields that are not known. */
export function create(
  { call }: ControlPlane,
  manifest: Readonly<Record<string, unknown>>,
  more = '',
): Promise<Answer> {
  const kind = String(manifest.kind)
  return call('POST', `${pathOf(kind)}?fieldValidation=Strict${more}`, manifest)
}

/** Each cause as `field: message`; the whole message where there is none. */
export function whyRefused({ body }: Answer): readonly string[] {
  const { details, message } = body as {
    readonly message?: string
    readonly details?: { readonly causes?: readonly { field?: string; message?: string }[] }
  }
  const causes = details?.causes ?? []
  return causes.length === 0
    ? [message ?? '']
    : causes.map(cause => `${cause.field}: ${cause.message}`)
}
