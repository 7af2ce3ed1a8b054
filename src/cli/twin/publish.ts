/**
 * Puts into an API server what a cluster of this scenario has there: DiskPools, PersistentVolumes,
 * claims with their namespaces, StorageClasses. What stands there already is taken over.
 */
import type { Cluster, Pool, Volume } from '../../core/model.js'
import type { KubernetesApi, KubernetesObject, Resource } from '../../kubernetes/api.js'

/** A volume with the identity that it has on the wire. */
export interface PublishedVolume extends Volume {
  readonly uuid: string
}

export interface Published extends Pick<Cluster, 'pools'> {
  readonly volumes: readonly PublishedVolume[]
}

export const diskPools: Resource = {
  group: 'openebs.io',
  version: 'v1beta3',
  plural: 'diskpools',
  namespace: 'mayastor',
}

const core = { group: '', version: 'v1' } as const
const namespaces: Resource = { ...core, plural: 'namespaces', namespace: null }
const volumes: Resource = { ...core, plural: 'persistentvolumes', namespace: null }
const classes: Resource = {
  group: 'storage.k8s.io',
  version: 'v1',
  plural: 'storageclasses',
  namespace: null,
}

const pinAnnotation = 'storage.billyronks.io/pin'
const holdAnnotation = 'storage.billyronks.io/hold'

/**
 * Answers what was refused: as a sentence, null where all is there. A kind is whole before the next
 * one begins, and after the first refusal none does.
 */
export async function publish(
  api: Pick<KubernetesApi, 'apply'>,
  { pools, volumes: published }: Published,
): Promise<string | null> {
  const claimed = published.flatMap(({ claim }) => (claim === null ? [] : [claim.namespace]))
  const kinds: readonly (readonly Step[])[] = [
    [...new Set([diskPools.namespace ?? '', ...claimed])].map(name =>
      whole(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
    ),
    [...new Set(published.flatMap(one => one.storageClass ?? []))].map(classOf),
    pools.map(diskPoolOf),
    published.flatMap(claimOf),
    published.flatMap(claimStatusOf),
    published.map(volumeOf),
  ]
  for (const steps of kinds) {
    const why = await applyAll(api, steps)
    if (why !== null) return why
  }
  return null
}

type Step = readonly [Resource, KubernetesObject, 'status' | null]

/** Calls under way: one alone leaves the server idle most of the time. */
const atOnce = 8

async function applyAll(
  api: Pick<KubernetesApi, 'apply'>,
  steps: readonly Step[],
): Promise<string | null> {
  const left = steps.values()
  let refused: string | null = null
  const work = async (): Promise<void> => {
    for (const step of left) {
      if (refused !== null) return
      const why = await apply(api, step)
      refused ??= why
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return refused
}

async function apply(
  api: Pick<KubernetesApi, 'apply'>,
  [resource, object, subresource]: Step,
): Promise<string | null> {
  const request = { fieldManager: 'couchestor-twin', force: true, subresource }
  const answer = await api.apply(resource, object, request)
  if (answer.kind === 'answered') return null
  const why = answer.kind === 'refused' ? answer.message : answer.why
  return `${object.kind} ${object.metadata.name}: ${why}`
}

function whole(resource: Resource, object: KubernetesObject): Step {
  return [resource, object, null]
}

function classOf(name: string): Step {
  return whole(classes, {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name },
    provisioner: 'io.openebs.csi-mayastor',
    parameters: { protocol: 'nvmf', repl: '2' },
  })
}

/** The labels of its metadata are those that policies of the Community Edition match. */
function diskPoolOf({ id, node, labels }: Pool): Step {
  return whole(diskPools, {
    apiVersion: `${diskPools.group}/${diskPools.version}`,
    kind: 'DiskPool',
    metadata: { name: id, namespace: diskPools.namespace ?? '', labels },
    spec: { node, disks: [`/dev/disk/by-id/${id}`] },
  })
}

function claimOf({ claim, name, sizeBytes, storageClass, labels }: PublishedVolume): Step[] {
  if (claim === null) return []
  const { namespace, pin, hold } = claim
  const annotations = {
    ...(pin === null ? {} : { [pinAnnotation]: pin }),
    ...(hold ? { [holdAnnotation]: 'true' } : {}),
  }
  const spec = {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: String(sizeBytes) } },
    volumeName: name,
    ...(storageClass === null ? {} : { storageClassName: storageClass }),
  }
  const metadata = { name: claim.name, namespace, labels, annotations }
  return [whole(claimsOf(namespace), { ...claimHead, metadata, spec })]
}

/** No controller binds a claim here: its status is written as one does. */
function claimStatusOf({ claim, sizeBytes }: PublishedVolume): Step[] {
  if (claim === null) return []
  const { namespace, name } = claim
  const capacity = { storage: String(sizeBytes) }
  const status = { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity }
  return [[claimsOf(namespace), { ...claimHead, metadata: { name, namespace }, status }, 'status']]
}

const claimHead = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' } as const

function claimsOf(namespace: string): Resource {
  return { ...core, plural: 'persistentvolumeclaims', namespace }
}

function volumeOf(volume: PublishedVolume): Step {
  const { name, uuid, driver, sizeBytes, storageClass, labels, claim } = volume
  const claimRef =
    claim === null
      ? {}
      : {
          claimRef: {
            apiVersion: 'v1',
            kind: 'PersistentVolumeClaim',
            namespace: claim.namespace,
            name: claim.name,
          },
        }
  return whole(volumes, {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, labels },
    spec: {
      capacity: { storage: String(sizeBytes) },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Delete',
      csi: { driver, volumeHandle: uuid, fsType: 'ext4' },
      ...(storageClass === null ? {} : { storageClassName: storageClass }),
      ...claimRef,
    },
  })
}
