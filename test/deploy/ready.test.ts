/**
 * A release's life on nodes: the pods of the chart get ready, are rolled, drained and taken away,
 * and what their containers run really runs, against the twin, with a volume in mid-move all along.
 */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.js'
import { pathOf } from '../controlplane/definitions.js'
import { writeKubeconfig } from '../controlplane/kubeconfig.js'
import { installDiskPools } from '../controlplane/mayastor.js'
import { tiers, until } from '../e2e/cluster.js'
import { scratch } from '../e2e/program.js'
import { cordoned, expectNeverTooFew, stoodOf } from '../e2e/whole.js'
import { Containers, type Pod, type Ran } from '../kubelet/containers.js'
import { startNodes } from '../kubelet/nodes.js'
import { kubeletProgram } from '../kubelet/program.js'
import { chartFolder, type HelmAnswer, helmMeanwhile, namespace } from './chart.js'
import { tokenKubeconfig } from './service-token.js'
import { startTwin, type Twin } from './twin.js'

const assets = controlPlaneAssets()
const kubelet = kubeletProgram(assets)
const test = it.runIf(assets !== null && kubelet !== null)
const cwd = scratch()
const deploymentPath = `/apis/apps/v1/namespaces/${namespace}/deployments/couchestor-operator`

describe('a release on nodes', () => {
  let plane: ControlPlane
  let twin: Twin
  let containers: Containers
  let stopNodes: () => Promise<void>

  const helm = async (command: string, ...words: readonly string[]): Promise<HelmAnswer> => {
    const at = ['--namespace', namespace, '--kubeconfig', writeKubeconfig(plane)]
    const waiting = ['--wait', '--timeout', '100s']
    const answer = await helmMeanwhile([command, 'couchestor', ...words, ...waiting, ...at])
    expect(answer.status, answer.notes).toBe(0)
    return answer
  }
  const wordsFor = async ({ metadata, spec }: Pod): Promise<readonly string[]> => {
    const config = ['--kubeconfig', await tokenKubeconfig(plane, spec.serviceAccountName)]
    const clock = [...config, '--clock', twin.origin, '--lease-seconds', '3']
    if (spec.serviceAccountName === 'couchestor-release') return clock
    const own = ['--metrics-addr', '127.0.0.1:0', '--health-addr', '127.0.0.1:0']
    return [...clock, ...own, '--clock-party', metadata.name]
  }
  /** Names of the pods that are ready and are to stay. */
  const ready = async (): Promise<readonly string[]> =>
    (await containers.pods()).filter(isReady).map(({ metadata }) => metadata.name)
  /** One of these pods leads, and time waits for it. */
  const led = async (): Promise<void> => {
    await until(async () => {
      const [parties, names] = [await twin.parties(), await ready()]
      return names.some(name => parties.includes(`"${name}"`)) ? true : null
    }, 'pod that leads')
  }
  const copies = async (): Promise<number> =>
    (await twin.list('VolumeMigration')).filter(one => JSON.stringify(one).includes('"Syncing"'))
      .length

  beforeAll(async () => {
    if (assets === null || kubelet === null) return
    plane = await startControlPlane(assets)
    stopNodes = await startNodes(plane, assets, kubelet)
    await installDiskPools(plane)
    twin = await startTwin(plane, cwd)
    containers = new Containers({ plane, namespace, cwd, wordsFor })
  })
  afterAll(async () => {
    await containers?.stop()
    await twin?.stop()
    await stopNodes?.()
    await plane?.stop()
  })

  test('gets ready when its programs are', async () => {
    const { origin } = twin
    const urls = ['--set', `mayastor.url=${origin}`, '--set', `prometheus.url=${origin}`]
    const scraped = ['--set', 'operator.scrapeInterval=60s', '--set', 'replicas=2']
    await helm('install', chartFolder, '--create-namespace', ...urls, ...scraped)
    expect(await ready()).toHaveLength(2)
    await led()
    // Until it is known how warm volumes are.
    await twin.advance(3600)
    await plane.call('POST', pathOf('StoragePolicy'), tiers)
    await until(async () => {
      await twin.advance(10)
      return (await copies()) > 0 ? true : null
    }, 'copy that runs')
  })

  test('is upgraded and rolled back in mid-move, pod by pod', async () => {
    for (const words of [
      ['upgrade', chartFolder, '--reuse-values', '--set', 'operator.logLevel=debug'],
      ['rollback', '1'],
    ] as const) {
      const before = await ready()
      const [command, ...rest] = words
      await helm(command, ...rest)
      const after = await ready()
      expect(after).toHaveLength(2)
      expect(after.filter(name => before.includes(name))).toEqual([])
      await led()
      await twin.advance(10)
      expect(await copies()).toBeGreaterThan(0)
    }
    const { body } = await plane.call('GET', deploymentPath)
    expect(JSON.stringify(body)).toContain('--log-level=info')
  })

  test('never loses both of its pods to a drain', async () => {
    containers.areHeld = true
    const nodes = (await containers.pods()).filter(isReady).map(({ spec }) => spec.nodeName ?? '')
    const drain = kubectl(plane, ['drain', ...new Set(nodes), '--timeout=100s'])
    const isHeld = until(
      () => (drain.notes().includes("violate the pod's disruption budget") ? true : null),
      'eviction that is refused',
    )
    await isHeld
    expect(await ready()).toHaveLength(1)
    containers.areHeld = false
    expect(await drain.ended, drain.notes()).toBe(0)
    await until(async () => ((await ready()).length === 2 ? true : null), 'two pods again')
    const left = (await containers.pods()).map(({ spec }) => spec.nodeName)
    expect(left.filter(node => nodes.includes(node ?? ''))).toEqual([])
    await led()
    await twin.advance(10)
    expect(await copies()).toBeGreaterThan(0)
  })

  test('leaves nothing of ours', async () => {
    let isOver = false
    const uninstalled = helm('uninstall').finally(() => {
      isOver = true
    })
    while (!isOver) {
      const released = (await twin.parties()).includes('"operator"')
      if (released) await twin.ask('POST', '/twin/v1/advance', { us: 10_000_000 })
      await sleep(50)
    }
    await uninstalled
    await until(async () => ((await containers.pods()).length === 0 ? true : null), 'last pod')
    const [job, ...later] = containers.ran.slice(containers.ran.findIndex(isOfRelease))
    expect(textOf(job)).toMatch(/of volume \S+: cancelled/)
    // The one that was asked for its lease was started again, and had to wait.
    expect(later.length).toBeGreaterThan(0)
    for (const one of later) expect(textOf(one)).not.toContain('"leading"')
    expect((await plane.call('GET', deploymentPath)).status).toBe(404)
    // What was cancelled is gone: whatever is left has ended.
    for (const { metadata, status } of await twin.list('VolumeMigration')) {
      expect([metadata.finalizers ?? [], status?.phase], metadata.name).toEqual([[], 'Finished'])
    }
    expect(await cordoned(twin)).toEqual([])
    for (const { name, replicaCount, replicas } of (await stoodOf(twin)).volumes) {
      expect([name, replicaCount, replicas.length]).toEqual([name, 2, 2])
    }
    await expectNeverTooFew(twin)
  })
})

function isReady({ metadata, status }: Pod): boolean {
  const ready = status.conditions?.find(({ type }) => type === 'Ready')
  return ready?.status === 'True' && metadata.deletionTimestamp === undefined
}

function isOfRelease({ pod }: Ran): boolean {
  return pod.spec.serviceAccountName === 'couchestor-release'
}

function textOf(ran: Ran | undefined): string {
  return ran?.process.lines().join('\n') ?? ''
}

interface Kubectl {
  readonly ended: Promise<number | null>
  readonly notes: () => string
}

function kubectl(plane: ControlPlane, words: readonly string[]): Kubectl {
  if (assets === null) throw new Error('there is no kubectl')
  let notes = ''
  const at = ['--kubeconfig', writeKubeconfig(plane)]
  const env = { HOME: plane.folder }
  const child = execFile(join(assets, 'kubectl'), [...words, ...at], { env })
  child.stderr?.on('data', part => {
    notes += part
  })
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  return { ended, notes: () => notes }
}
