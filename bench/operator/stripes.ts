/**
 * The index of coded stripes at its size: 100 000 ECStripe objects of eleven shards, which the
 * operator lists, watches, and lists again when its server was restarted.
 */
import { stripeObject } from '../../src/core/stripe-object.js'
import { type Cluster, startCluster } from './cluster.js'
import { putOf, seed } from './etcd.js'
import { type Metrics, metricsOf } from './metrics.js'
import { firstSaid, type Running, until } from './running.js'

export interface StripeFigures {
  readonly objects: number
  readonly objectBytes: number
  /** From the first connection to the last page. */
  readonly listedUs: number
  readonly blockedMs: number
  readonly residentMiB: number
  /** From the end of the server to the counts of after it, a list of all of them in between. */
  readonly relistedUs: number
  readonly relistBlockedMs: number
  readonly relistResidentMiB: number
  /** `kubectl get ecs -l` of one volume. */
  readonly selected: number
  readonly selectedUs: number
}

const objects = 100_000
const ofOneVolume = 100
const ownVolumes = 10

/** Rounds come often, so that counts do; and its lease outlasts the start of a server. */
const flags = ['--round-interval', '5s', '--lease-seconds', '120'] as const

export async function measureStripes(): Promise<StripeFigures> {
  const cluster = await startCluster(ownVolumes, 'real')
  try {
    await seed(cluster.plane, all())
    const operator = cluster.operator(flags)
    const { atUs: beganUs } = await firstSaid(operator, 'listening')
    // What its start took is not what is asked here.
    await metricsOf(operator)
    const { atUs } = await firstSaid(operator, 'the index of stripes is listed')
    const listed = await metricsOf(operator)
    const counted = await countOf(operator, objects)
    const blockedMs = Math.max(listed.blockedMs, counted.blockedMs)
    const relist = await relisted(cluster, operator)
    const selection = selected(cluster)
    await operator.end('SIGTERM')
    return {
      ...{ objects, objectBytes: JSON.stringify(objectOf(0)).length },
      ...{ listedUs: atUs - beganUs, blockedMs, residentMiB: counted.residentMiB },
      ...relist,
      ...selection,
    }
  } finally {
    await cluster.stop()
  }
}

/** A server that starts anew knows no version of before: whoever watched must list again. */
async function relisted({ plane }: Cluster, operator: Running) {
  const beganUs = Date.now() * 1000
  await plane.kill('kube-apiserver')
  await seed(plane, [[put(objects)]])
  await plane.restart('kube-apiserver')
  const { blockedMs, residentMiB } = await countOf(operator, objects + 1)
  const relistedUs = Date.now() * 1000 - beganUs
  return { relistedUs, relistBlockedMs: blockedMs, relistResidentMiB: residentMiB }
}

/** When a round has counted so many objects. The longest block is that of all looks on the way. */
function countOf(operator: Running, wanted: number): Promise<Metrics> {
  let blockedMs = 0
  return until(
    async () => {
      const metrics = await metricsOf(operator)
      blockedMs = Math.max(blockedMs, metrics.blockedMs)
      const isCounted = metrics.stripes === wanted * stripesOfOne
      return isCounted ? { ...metrics, blockedMs } : null
    },
    `count of ${wanted} objects`,
    operator,
  )
}

function selected({ kubectl }: Cluster): Pick<StripeFigures, 'selected' | 'selectedUs'> {
  const beganUs = Date.now() * 1000
  const words = ['get', 'ecs', '-l', 'storage.billyronks.io/volume=coded-7', '--no-headers']
  const said = kubectl(words)
  return { selected: said.trim().split('\n').length, selectedUs: Date.now() * 1000 - beganUs }
}

function* all(): Generator<readonly object[]> {
  for (let number = 0; number < objects; number++) yield [put(number)]
}

function put(number: number): object {
  const object = objectOf(number)
  return putOf(`storage.billyronks.io/ecstripes/${object.metadata.name}`, object)
}

const stripesOfOne = 1024
const [dataShards, shards] = [8, 11]
const stripeBytes = 1_048_576
const shardBytes = stripeBytes / dataShards

/** As the API server stores it: a gigabyte of a volume over eleven of a hundred pools. */
function objectOf(number: number) {
  const place = Math.floor(number / ofOneVolume)
  const firstStripe = (number % ofOneVolume) * stripesOfOne
  const made = stripeObject({
    ...{ volume: `coded-${place}`, policy: 'archive', firstStripe, stripes: stripesOfOne },
    ...{ stripeBytes, codec: { family: 'gf256', version: 1 }, generation: 1 },
    shards: Array.from({ length: shards }, (_, shard) => ({
      ...{ shard, isData: shard < dataShards, pool: `cold-${(number + shard * 9) % 100}` },
      ...{ node: `node-${(number + shard * 9) % 100}`, sizeBytes: shardBytes },
      offsetBytes: 4096 + firstStripe * shardBytes,
    })),
  })
  const uid = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
  const meta = { uid, generation: 1, creationTimestamp: '2026-01-01T00:00:00Z' }
  const healthy = { healthyDataShards: dataShards, healthyParityShards: shards - dataShards }
  return {
    ...made,
    metadata: { ...made.metadata, ...meta },
    status: { state: 'Healthy', healthyShards: shards, ...healthy },
  }
}
