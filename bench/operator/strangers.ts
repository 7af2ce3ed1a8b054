/**
 * Volumes and claims of another driver, which an operator lists with its own. They are put into
 * etcd as the API server stores them: through it, so many would take longer than all the rest.
 */
import { startCluster } from './cluster.js'
import { putOf, seed } from './etcd.js'
import { metricsOf, roundsDone } from './metrics.js'
import { firstSaid } from './running.js'

export interface StrangerFigures {
  readonly objects: number
  /** From the first connection to the last list. */
  readonly listedUs: number
  readonly listedBlockedMs: number
  /** Then they are joined with what Mayastor has. */
  readonly roundBlockedMs: number
  readonly residentMiB: number
}

const pairs = 50_000
const ownVolumes = 10

export async function measureStrangers(): Promise<StrangerFigures> {
  const cluster = await startCluster(ownVolumes, 'by-hand')
  try {
    await seed(cluster.plane, all())
    const operator = cluster.operator()
    const { atUs: beganUs } = await firstSaid(operator, 'listening')
    const { atUs } = await firstSaid(operator, 'everything is listed')
    // Its time is moved by hand: from here it waits for two seconds before its first round.
    const { blockedMs: listedBlockedMs } = await metricsOf(operator)
    const { blockedMs: roundBlockedMs, residentMiB } = await roundsDone(operator, 1)
    await operator.end('SIGTERM')
    const blocks = { listedBlockedMs, roundBlockedMs }
    return { objects: 2 * pairs, listedUs: atUs - beganUs, ...blocks, residentMiB }
  } finally {
    await cluster.stop()
  }
}

function* all(): Generator<readonly object[]> {
  for (let number = 0; number < pairs; number++) yield pairOf(number)
}

function pairOf(number: number): readonly object[] {
  const name = `stranger-${number}`
  const volume = `pv-${name}`
  const claimRef = { kind: 'PersistentVolumeClaim', namespace: 'default', name, uid: uidOf(number) }
  const spec = { accessModes: ['ReadWriteOnce'], storageClassName: 'elsewhere' }
  const storage = '10Gi'
  return [
    putOf(`persistentvolumes/${volume}`, {
      ...{ apiVersion: 'v1', kind: 'PersistentVolume' },
      metadata: { ...metadata, name: volume, uid: uidOf(pairs + number) },
      spec: {
        ...spec,
        capacity: { storage },
        persistentVolumeReclaimPolicy: 'Delete',
        volumeMode: 'Filesystem',
        csi: { driver: 'elsewhere.example.com', volumeHandle: volume, fsType: 'ext4' },
        claimRef,
      },
      status: { phase: 'Bound' },
    }),
    putOf(`persistentvolumeclaims/default/${name}`, {
      ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
      metadata: { ...metadata, name, namespace: 'default', uid: uidOf(number) },
      spec: { ...spec, volumeName: volume, resources: { requests: { storage } } },
      status: { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage } },
    }),
  ]
}

const metadata = {
  creationTimestamp: '2026-01-01T00:00:00Z',
  labels: { 'app.kubernetes.io/name': 'stranger', 'app.kubernetes.io/part-of': 'elsewhere' },
  annotations: { 'pv.kubernetes.io/provisioned-by': 'elsewhere.example.com' },
} as const

function uidOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}
