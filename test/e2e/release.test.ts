/**
 * An operator that is killed while a copy runs, and what `release` makes of it: a real API server,
 * the twin on the wire as Mayastor, its clock moved by hand.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ran, run } from '../cli/in-process.js'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.js'
import { installDefinitions, pathOf } from '../controlplane/definitions.js'
import { writeKubeconfig } from '../controlplane/kubeconfig.js'
import { installDiskPools } from '../controlplane/mayastor.js'
import { isList, type Started, started, tiers, until } from './cluster.js'
import { scratch } from './program.js'
import { scenarioIn } from './small-scenario.js'

const assets = controlPlaneAssets()
const onServer = it.runIf(assets !== null)
const cwd = scratch()
const secondUs = 1_000_000
const namespace = 'couchestor-system'
const leasePath = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/couchestor-operator`

describe('release', () => {
  let plane: ControlPlane
  let twin: Started
  let operator: Started | null = null
  let origin = ''
  let mayastor: readonly string[] = []
  let cluster: readonly string[] = []

  const ask = async (method: string, path: string, body?: unknown) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    const answer = await fetch(`${origin}${path}`, init)
    return { status: answer.status, text: await answer.text() }
  }
  /** Moves time on, once whoever is awake sleeps; null where nobody slept for long. */
  const advance = (us: number) =>
    until(async () => {
      const { status } = await ask('POST', '/twin/v1/advance', { us })
      return status === 200 ? status : null
    }, 'advance')
  const migrations = async (): Promise<readonly Listed[]> => {
    const { body } = await plane.call('GET', pathOf('VolumeMigration'))
    return isList(body) ? body.items : []
  }
  const volumes = async (): Promise<readonly MayastorVolume[]> => {
    const { text } = await ask('GET', '/v0/volumes?max_entries=100')
    const { entries }: { readonly entries: readonly MayastorVolume[] } = JSON.parse(text)
    return entries
  }
  const leaseHolder = async (): Promise<unknown> => {
    const { body } = await plane.call('GET', leasePath)
    const { spec } = Object(body)
    return spec?.holderIdentity
  }
  /** In steps of ten seconds while it runs, since it sleeps by the twin's clock. */
  const released = async (...words: readonly string[]): Promise<Ran> => {
    let ran: Ran | null = null
    const ending = run('release', ...mayastor, '--lease-seconds', '2', ...words).then(one => {
      ran = one
    })
    while (ran === null) {
      const { text } = await ask('GET', '/twin/v1/clock')
      if (text.includes('"operator"')) await ask('POST', '/twin/v1/advance', { us: 10 * secondUs })
      await sleep(20)
    }
    await ending
    return ran
  }
  const lead = async (): Promise<Started> => {
    const addresses = ['--metrics-addr', '127.0.0.1:0', '--health-addr', '127.0.0.1:0']
    const leading = started(['operator', ...cluster, ...addresses, '--lease-seconds', '2'], cwd)
    await until(() => (leading.lines().join('\n').includes('leading') ? true : null), 'leader')
    return leading
  }

  beforeAll(async () => {
    if (assets === null) return
    plane = await startControlPlane(assets)
    await installDefinitions(plane)
    await installDiskPools(plane)
    const kubeconfig = writeKubeconfig(plane)
    const listen = ['--listen', '127.0.0.1:0', '--speed', 'manual']
    const words = ['twin', scenarioIn(cwd), ...listen, '--publish', '--kubeconfig', kubeconfig]
    twin = started(words, cwd)
    origin = await until(
      () => /listens on (\S+?),/.exec(twin.lines().join('\n'))?.[1] ?? null,
      'twin',
    )
    mayastor = ['--kubeconfig', kubeconfig, '--mayastor-url', origin, '--clock', origin]
    cluster = [...mayastor, '--prometheus-url', origin, '--scrape-interval', '60s']
    await plane.call('POST', '/api/v1/namespaces', { metadata: { name: namespace } })
    await plane.call('POST', pathOf('StoragePolicy'), tiers)
    await advance(3600 * secondUs)
  })
  afterAll(async () => {
    operator?.child.kill('SIGKILL')
    twin?.child.kill()
    await twin?.ended
    await plane?.stop()
  })

  onServer('finds nothing in a cluster where nothing is under way', async () => {
    const ran = await released()
    expect(ran).toMatchObject({ status: 0, out: 'Nothing of ours is under way' })
    expect(await leaseHolder()).toBe('')
  })

  onServer('does not wait for a lease in a namespace that is not there', async () => {
    const ran = await run('release', ...mayastor, '--namespace', 'nowhere')
    expect(ran).toMatchObject({ status: 4, out: '' })
    expect(ran.notes).toMatch(/the lease: 404: namespaces "nowhere" not found: check --namespace/)
  })

  onServer('leaves a cluster to the operator that leads it', async () => {
    operator = await lead()
    const ran = await run('release', ...mayastor, '--lease-seconds', '2')
    expect(ran).toMatchObject({ status: 4, out: '' })
    const waited = await run('release', ...mayastor, '--wait', '300ms')
    expect(waited).toEqual(ran)
    expect(ran.notes).toMatch(
      /^error: \S+ holds the lease: end that operator first.* \[LEASE_HELD\]$/,
    )
  })

  onServer(
    'is ended by a signal: what it began is for the next one, and the lease too',
    async () => {
      await until(async () => {
        await advance(10 * secondUs)
        return (await migrations()).some(isCopying) ? true : null
      }, 'copy that runs')
      expect((await volumes()).some(({ spec }) => spec.num_replicas === 3)).toBe(true)
      operator?.child.kill('SIGKILL')
      await operator?.ended
      await ask('DELETE', '/twin/v1/parties/operator')
      const release = started(['release', ...mayastor, '--lease-seconds', '2'], cwd)
      await until(async () => {
        const { text } = await ask('GET', '/twin/v1/clock')
        return /"operator","untilUs":\d/.test(text) || release.child.exitCode !== null ? true : null
      }, 'release that sleeps')
      release.child.kill('SIGTERM')
      await advance(10 * secondUs)
      const { status, notes } = await release.ended
      expect(status, notes).toBe(143)
      expect(await leaseHolder()).toBe('')
      const running = (await migrations()).filter(one => one.status?.phase !== 'Finished')
      expect(running.length).toBeGreaterThan(0)
      for (const { metadata } of running) expect(metadata.deletionTimestamp).toBeDefined()
    },
  )

  onServer('undoes what one that was killed had begun, paused or not', async () => {
    await run('pause', '--why', 'rack 3', ...mayastor.slice(0, 2))
    await ask('PUT', '/v0/nodes/node-1/cordon/couchestor-of-a-record-that-is-gone')
    const before = await migrations()
    const ran = await released()
    expect(ran.status, `${ran.out}\n${ran.notes}`).toBe(0)
    expect(ran.out).toMatch(/^ {2}\S+ of volume \S+: cancelled \(cancelled-by-person\)$/m)
    expect(ran.out).toMatch(/^ {2}cordon couchestor-of-a-record-that-is-gone of node node-1$/m)
    expect(ran.out).toMatch(/^Nothing of ours is under way$/m)
    const running = before.filter(one => one.status?.phase !== 'Finished')
    const names = new Set((await migrations()).map(({ metadata }) => metadata.name))
    expect(running.length).toBeGreaterThan(0)
    for (const { metadata } of running) expect(names.has(metadata.name)).toBe(false)
    for (const { metadata } of await migrations()) expect(metadata.finalizers ?? []).toEqual([])
    for (const { spec, state } of await volumes()) {
      expect(spec.num_replicas).toBe(2)
      expect(Object.keys(state.replica_topology)).toHaveLength(2)
    }
    for (const path of ['/v0/nodes', '/v0/pools']) {
      expect((await ask('GET', path)).text).not.toContain('couchestor-')
    }
    const path = `/api/v1/namespaces/${namespace}/configmaps/couchestor-operator`
    const { body } = await plane.call('GET', path)
    const record: unknown = JSON.parse(Object(body).data.record)
    expect(record).toMatchObject({ slots: [], window: null, pause: { why: 'rack 3' } })
    expect(await leaseHolder()).toBe('')
  })

  onServer('names what it could not undo, and an operator can lead after it', async () => {
    await plane.call('POST', pathOf('VolumeMigration'), {
      ...{ apiVersion: 'storage.billyronks.io/v1alpha1', kind: 'VolumeMigration' },
      metadata: { name: 'broken', finalizers: ['storage.billyronks.io/undo'] },
      spec: { volume: 'vol', toTier: 'hot' },
    })
    const type = { 'content-type': 'application/merge-patch+json' }
    const status = { protocol: 1, phase: 'Moving' }
    await plane.call('PATCH', `${pathOf('VolumeMigration', 'broken')}/status`, { status }, type)
    const ran = await released()
    expect(ran.status).toBe(1)
    expect(ran.out).toMatch(/^Could not be undone\n {2}broken cannot be read: look at what it did/m)
    operator = await lead()
    operator.child.kill('SIGTERM')
    expect((await operator.ended).status).toBe(143)
  })
})

interface Listed {
  readonly metadata: {
    readonly name: string
    readonly finalizers?: readonly string[]
    readonly deletionTimestamp?: string
  }
  readonly status?: {
    readonly phase?: string
    readonly moves?: readonly { readonly state: string }[]
  }
}

interface MayastorVolume {
  readonly spec: { readonly num_replicas: number }
  readonly state: { readonly replica_topology: object }
}

function isCopying({ status }: Listed): boolean {
  return status?.moves?.some(({ state }) => state === 'Syncing') === true
}
