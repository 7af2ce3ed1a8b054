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

/** Answers what was refused: as a sentence, null where all is there. */
export async function publish(
  api: KubernetesApi,
  { pools, volumes: published }: Published,
): Promise<string | null> {
  const claimed = published.flatMap(({ claim }) => (claim === null ? [] : [claim.namespace]))
  const steps: readonly Step[] = [
    ...[...new Set([diskPools.namespace ?? '', ...claimed])].map(name =>
      whole(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
    ),
    ...[...new Set(published.flatMap(one => one.storageClass ?? []))].map(classOf),
    ...pools.map(diskPoolOf),
    ...published.flatMap(claimOf),
    ...published.map(volumeOf),
  ]
  for (const [resource, object, subresource] of steps) {
    const request = { fieldManager: 'couchestor-twin', force: true, subresource }
    const answer = await api.apply(resource, object, request)
    if (answer.kind === 'answered') continue
    const why = answer.kind === 'refused' ? answer.message : answer.why
    return `${object.kind} ${object.metadata.name}: ${why}`
  }
  return null
}

type Step = readonly [Resource, KubernetesObject, 'status' | null]

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

/** No controller binds a claim here: its status is written as one does. */
function claimOf({ claim, name, sizeBytes, storageClass, labels }: PublishedVolume): Step[] {
  if (claim === null) return []
  const { namespace, name: claimName, pin, hold } = claim
  const resource: Resource = { ...core, plural: 'persistentvolumeclaims', namespace }
  const head = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' } as const
  const annotations = {
    ...(pin === null ? {} : { [pinAnnotation]: pin }),
    ...(hold ? { [holdAnnotation]: 'true' } : {}),
  }
  const storage = String(sizeBytes)
  const spec = {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage } },
    volumeName: name,
    ...(storageClass === null ? {} : { storageClassName: storageClass }),
  }
  const metadata = { name: claimName, namespace }
  const status = { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage } }
  return [
    whole(resource, { ...head, metadata: { ...metadata, labels, annotations }, spec }),
    [resource, { ...head, metadata, status }, 'status'],
  ]
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
