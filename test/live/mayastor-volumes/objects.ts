/** MayastorVolumes and DiskPools of the seed's form, for tests to change. */
export const replica = {
  uuid: 'r-1',
  pool: 'pool-1',
  node: 'node-1',
  state: 'Online',
  synced: true,
}

export function volumeObject(name: string, spec: object = {}, status: object = {}) {
  return {
    apiVersion: 'openebs.io/v1alpha1',
    kind: 'MayastorVolume',
    metadata: { name, namespace: 'mayastor', resourceVersion: '7' },
    spec: { numReplicas: 1, size: 1024, ...spec },
    status: {
      state: 'Online',
      replicas: [replica],
      nexus: { uuid: 'n', node: 'node-1', state: 'Online' },
      ...status,
    },
  }
}

export function poolObject(name: string, node: string, status: object = {}) {
  return {
    apiVersion: 'openebs.io/v1beta3',
    kind: 'DiskPool',
    metadata: { name, namespace: 'mayastor' },
    spec: { node, disks: ['/dev/sdb'] },
    status: { pool_status: 'Online', capacity: 9000, used: 100, available: 8900, ...status },
  }
}
