/** The index of stripes, a few thousand objects of it, on a real API server. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { putOf, seed } from '../../bench/operator/etcd.js'
import { group } from '../../src/core/manifest.js'
import { parseErasureCodingPolicy } from '../../src/core/parse-ec-policy.js'
import { stripeObject, volumeLabel } from '../../src/core/stripe-object.js'
import { connect } from '../../src/kubernetes/connect.js'
import { openApi } from '../../src/kubernetes/transport.js'
import { systemTiming } from '../../src/live/http/timing.js'
import { StripeIndexWriter } from '../../src/live/stripe-index-writer.js'
import { StripeWatch, stripesResource } from '../../src/live/stripe-watch.js'
import { apiOf } from '../controlplane/api.js'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { writeCertificate } from '../controlplane/certificates.js'
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.js'
import { installDefinitions, pathOf } from '../controlplane/definitions.js'
import { writeKubeconfig } from '../controlplane/kubeconfig.js'

const assets = controlPlaneAssets()
const onServer = it.runIf(assets !== null)
const objects = 3000

function objectOf(number: number) {
  const made = stripeObject({
    ...{ volume: `coded-${number % 2}`, policy: 'archive', firstStripe: number, stripes: 10 },
    ...{ stripeBytes: 1_048_576, codec: { family: 'gf256', version: 1 }, generation: 1 },
    shards: Array.from({ length: 6 }, (_, shard) => ({
      ...{ shard, isData: shard < 4, pool: `cold-${shard}`, node: `node-${shard}` },
      ...{ offsetBytes: 4096, sizeBytes: 262_144 },
    })),
  })
  const uid = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
  return {
    ...made,
    metadata: { ...made.metadata, uid, generation: 1, creationTimestamp: '2026-01-01T00:00:00Z' },
    status: { state: 'Healthy', healthyShards: 6 },
  }
}

function policy() {
  const head = { apiVersion: `${group}/v1`, kind: 'ErasureCodingPolicy' }
  const spec = { dataShards: 4, parityShards: 2 }
  const parsed = parseErasureCodingPolicy({ ...head, metadata: { name: 'archive' }, spec })
  if (!parsed.ok) throw new Error('the policy does not parse')
  return parsed.value
}

async function until<Found>(look: () => Found | null, what: string): Promise<Found> {
  for (let tenths = 0; tenths < 600; tenths++) {
    const found = look()
    if (found !== null) return found
    await sleep(100)
  }
  throw new Error(`after 60 s there is no ${what}`)
}

describe('the index of stripes in a cluster', () => {
  let plane: ControlPlane
  let api: ReturnType<typeof openApi>
  let watch: StripeWatch
  const policies = [policy()]
  const counts = () => watch.counts(policies)?.get('archive')

  beforeAll(async () => {
    if (assets === null) return
    plane = await startControlPlane(assets)
    const connected = await connect({ kubeconfig: writeKubeconfig(plane) })
    if (connected.kind === 'missing') throw new Error(connected.why)
    api = openApi(connected.connection, systemTiming)
  })
  afterEach(async () => {
    await watch?.stop()
  })
  afterAll(async () => {
    api?.close()
    await plane?.stop()
  })

  onServer('is not known, and says why, where the server has not the kind', async () => {
    watch = new StripeWatch(api, systemTiming)
    expect(watch.trouble()).toBeNull()
    watch.start()
    expect(await until(() => watch.trouble(), 'trouble')).toContain('404')
    expect(watch.counts(policies)).toBeNull()
    await installDefinitions(plane)
    await until(() => watch.counts(policies), 'counts after the kind came')
    expect(watch.trouble()).toBeNull()
  })

  onServer('is listed in pages, counted in stripes, watched, and removed by label', async () => {
    await seed(
      plane,
      Array.from({ length: objects }, (_, number) => {
        const object = objectOf(number)
        return [putOf(`${group}/ecstripes/${object.metadata.name}`, object)]
      }),
    )
    watch = new StripeWatch(api, systemTiming)
    watch.start()
    await watch.whenListed()
    expect(counts()).toMatchObject({ volumes: 2, stripes: 10 * objects, endangered: 0 })
    expect(watch.counts(policies)).toBe(watch.counts(policies))

    const { name } = objectOf(0).metadata
    const path = `${pathOf('ECStripe', name)}/status`
    const patch = { 'content-type': 'application/merge-patch+json' }
    const status = { state: 'Degraded', healthyShards: 4 }
    expect((await plane.call('PATCH', path, { status }, patch)).status).toBe(200)
    await until(() => (counts()?.endangered === 10 ? true : null), 'endangered stripes')
    expect(counts()?.byState).toMatchObject({ degraded: 10, healthy: 10 * objects - 10 })

    expect(await new StripeIndexWriter(api, systemTiming).removeAll('coded-0')).toBeNull()
    await until(() => (counts()?.volumes === 1 ? true : null), 'removal of a volume')
    expect(counts()).toMatchObject({ stripes: 5 * objects, endangered: 0 })
    const left = { labelSelector: `${volumeLabel}=coded-0`, limit: 1 }
    expect(await api.list(stripesResource, left)).toMatchObject({ value: { items: [] } })
  })

  onServer('is not known where it may not be read, and says so', async () => {
    writeCertificate(plane.folder, 'nobody', '/CN=nobody')
    const nobody = apiOf(plane, 'nobody')
    watch = new StripeWatch(nobody, systemTiming)
    watch.start()
    expect(await until(() => watch.trouble(), 'trouble')).toContain('403')
    expect(watch.counts(policies)).toBeNull()
    nobody.close()
  })
}, 180_000)
