/** The Kubernetes half of what doctor finds: null where there is no cluster to ask. */
import { isObject } from '../../core/field.js'
import { parsed } from '../../kubernetes/answer.js'
import type { KubernetesApi, Resource } from '../../kubernetes/api.js'
import { ApiServer, usualApi } from '../../kubernetes/server.js'
import { openApi } from '../../kubernetes/transport.js'
import type { Pause } from '../../live/change-pause.js'
import type { Timing } from '../../live/http/timing.js'
import type { Mayastor } from '../../live/mayastor/mayastor.js'
import { OperatorMap } from '../../live/operator-map.js'
import { connectionOf } from '../cluster/kubernetes.js'
import type { VolumesFlags } from '../cluster/mayastor.js'
import { type LeaseFigures, leaseFigures, readLease } from '../cluster/operator-lease.js'
import { type DefinitionFigures, definitionsOf, diskPoolVersions } from './definitions.js'
import { type ObjectFigures, objectsOf } from './objects.js'
import { type PermissionFigures, permissionsOf, rulesFor } from './permissions.js'

export interface KubernetesFigures extends ObjectFigures {
  readonly url: string
  /** As `v1.35.0`; null where the server does not tell. */
  readonly version: string | null
  readonly definitions: readonly DefinitionFigures[]
  /** Versions that are served; null where the server does not tell. */
  readonly diskPools: readonly string[] | null
  readonly permissions: PermissionFigures
  readonly namespace: string
  /** Null: there is none, or it may not be read. */
  readonly lease: LeaseFigures | null
  readonly pause: Pause
  /** Why the operator's record cannot be read; null: it can, or there is none yet. */
  readonly recordTrouble: string | null
}

export type KubernetesLook =
  | { readonly kind: 'seen'; readonly figures: KubernetesFigures }
  | { readonly kind: 'not-seen'; readonly why: string }

export interface KubernetesQuestion extends VolumesFlags {
  readonly namespace: string
}

/** A person waits. */
const patience = { ...usualApi, headUs: 5_000_000, deadlineUs: 15_000_000, attempts: 2 }

export async function lookAtKubernetes(
  question: KubernetesQuestion,
  mayastor: Mayastor,
  timing: Timing,
): Promise<KubernetesLook> {
  const connected = await connectionOf(question)
  if (connected.kind === 'missing') return { kind: 'not-seen', why: connected.why }
  const { connection } = connected
  const server = new ApiServer(connection, timing, patience)
  const api = openApi(connection, timing, patience)
  try {
    const told = await versionOf(server)
    if (told.kind === 'not-seen') return told
    const { namespace } = question
    const permissions = await permissionsOf(server, namespace, rulesFor(question))
    const figures = await figuresOf(api, namespace, mayastor, timing)
    return { kind: 'seen', figures: { ...figures, permissions, version: told.version } }
  } finally {
    server.close()
    api.close()
  }
}

type Told = { readonly kind: 'version'; readonly version: string | null }
type NotSeen = Extract<KubernetesLook, { readonly kind: 'not-seen' }>

/** The one question that everybody may ask: who is not answered asks no further. */
async function versionOf(server: ApiServer): Promise<Told | NotSeen> {
  const outcome = await server.read('/version', {})
  if (outcome.kind === 'failed') return { kind: 'not-seen', why: outcome.why }
  if (outcome.status === 401) {
    return { kind: 'not-seen', why: `${server.url} does not know this user` }
  }
  const document = parsed(outcome.text)
  const version = isObject(document) ? document.gitVersion : null
  return { kind: 'version', version: typeof version === 'string' ? version : null }
}

async function figuresOf(
  api: KubernetesApi,
  namespace: string,
  mayastor: Mayastor,
  timing: Pick<Timing, 'nowUs'>,
): Promise<Omit<KubernetesFigures, 'version' | 'permissions'>> {
  const [definitions, diskPools, lease, record] = await Promise.all([
    definitionsOf(api),
    diskPoolVersions(api),
    readLease(api, namespace),
    new OperatorMap(api, namespace).look(),
  ])
  return {
    url: api.url,
    definitions,
    diskPools,
    namespace,
    lease: lease.kind === 'answered' ? leaseFigures(lease.value) : null,
    pause: record.kind === 'read' ? record.stored.pause : null,
    recordTrouble: record.kind === 'unavailable' ? record.why : null,
    ...(await objectsOf(api, mayastor, poolsOf(diskPools), timing)),
  }
}

/** Versions of DiskPools that an operator reads, the newer first. */
export const knownPoolVersions = ['v1beta3', 'v1beta2'] as const

function poolsOf(served: readonly string[] | null): Resource | null {
  // Where nobody says what is served, the newest is tried.
  const version = knownPoolVersions.find(one => served === null || served.includes(one))
  if (version === undefined) return null
  return { group: 'openebs.io', version, plural: 'diskpools', namespace: null }
}
