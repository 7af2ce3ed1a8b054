/**
 * The rights of `--volumes-from custom-resources`, as the chart's service accounts use them: an
 * operator adds a copy through a MayastorVolume, and a release takes one back. The server's own
 * audit log tells what was asked, of what and where.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { pathOf } from '../controlplane/definitions.js'
import { writeKubeconfig } from '../controlplane/kubeconfig.js'
import { installMayastorVolumes, put, volumesPath } from '../controlplane/mayastor-volumes.js'
import { hourUs, isList, type Listed, type Started } from '../e2e/cluster.js'
import { Bridge } from '../e2e/mayastor-volumes-bridge.js'
import { onlyColdLeftIn } from '../e2e/only-cold-left.js'
import { type Ended, scratch } from '../e2e/program.js'
import type { AuditEvent } from './audited.js'
import {
  type AuditedCluster,
  argumentsOf,
  compared,
  startAuditedCluster,
  wordsOfTest,
} from './audited-cluster.js'
import { only, rendered, renderedHooks } from './chart.js'
import { permissionsIn } from './permissions.js'

const assets = controlPlaneAssets()
const test = it.runIf(assets !== null)
const cwd = scratch()
const through = {
  'namespace.create': true,
  'mayastor.volumesFrom': 'custom-resources',
  'operator.preservationMode': true,
}
const chart = rendered({ ...through, 'rbac.seedFloor': false })
const hooks = renderedHooks(through)
const words = argumentsOf(only(chart, 'Deployment'))

describe('the operator of MayastorVolumes under the rights of the chart', () => {
  let cluster: AuditedCluster
  let bridge: Bridge
  let operator: Started

  beforeAll(async () => {
    if (assets === null) return
    const audience = { account: 'couchestor-operator', manifests: chart } as const
    const scenario = onlyColdLeftIn(cwd)
    cluster = await startAuditedCluster(assets, { ...audience, cwd, scenario })
    bridge = await bridgeOf(cluster)
    operator = cluster.run([...words, ...wordsOfTest(cluster)])
    await cluster.joined()
  })
  afterAll(() => cluster?.stop())

  test('adds a copy', async () => {
    try {
      await until(cluster, bridge, '"outcome":"Preserved"')
    } finally {
      operator.child.kill('SIGTERM')
      await operator.ended
    }
    expect(operator.lines().join('\n')).toContain('the lease is given back')
  })

  test('is refused nothing, and uses every right, where it has it', () => {
    const events = cluster.asked()
    const { refused, usedNotGiven, givenNotUsed } = compared(events, chart)
    expect([refused, usedNotGiven]).toEqual([[], []])
    expect(givenNotUsed.filter(one => one !== seldom)).toEqual([])
    expect(placesIn(events)).toEqual(new Set(['mayastor']))
    expect(placesGiven(chart)).toEqual(new Set(['mayastor']))
  })

  test('has beside them what the architecture document lists, and no more', () => {
    const { givenNotUsed } = compared(cluster.asked(), rendered(through))
    expect(givenNotUsed.filter(one => one !== seldom)).toEqual(floor)
  })
})

describe('a release of MayastorVolumes under the rights of the chart', () => {
  let cluster: AuditedCluster
  let bridge: Bridge

  beforeAll(async () => {
    if (assets === null) return
    const manifests = [...chart, ...hooks]
    const audience = { account: 'couchestor-release', manifests } as const
    // Large enough to be copied still when the release looks.
    const scenario = onlyColdLeftIn(cwd, '400GiB')
    cluster = await startAuditedCluster(assets, { ...audience, cwd, scenario })
    bridge = await bridgeOf(cluster)
    const administrator = ['--kubeconfig', writeKubeconfig(cluster.plane)]
    const party = ['--clock-party', 'first']
    const operator = cluster.run([...words, ...wordsOfTest(cluster), ...party, ...administrator])
    await cluster.joined('first')
    await until(cluster, bridge, '"Syncing"')
    operator.child.kill('SIGKILL')
    await operator.ended
    await cluster.ask('DELETE', '/twin/v1/parties/first')
  })
  afterAll(() => cluster?.stop())

  test('leaves a copy that may be synced any moment, and says so', async () => {
    const { status, out, notes } = await released(cluster, bridge)
    expect(status, out + notes).toBe(1)
    expect(out).toContain('is under way still, Mayastor cannot be told whom to remove')
    expect(await counts(cluster)).toEqual([2, 2, 2, 4])
  })

  test('takes one back that is faulted', async () => {
    await faultCopy(cluster)
    const { status, out, notes } = await released(cluster, bridge)
    expect(status, out + notes).toBe(0)
    expect(out).toMatch(/of volume \S+: cancelled/)
    expect(await counts(cluster)).toEqual([2, 2, 2, 3])
  })

  test('is refused nothing, and uses every right, where it has it', () => {
    const events = cluster.asked()
    const created = ['create configmaps.', 'create leases.coordination.k8s.io']
    expect(compared(events, hooks)).toEqual({
      ...{ refused: [], usedNotGiven: [] },
      // Where an operator led before, both are there.
      givenNotUsed: created,
    })
    expect(placesIn(events)).toEqual(new Set(['mayastor']))
    expect(placesGiven(hooks)).toEqual(new Set(['mayastor']))
  })
})

/** The Job of an uninstall, by its own words. */
async function released({ run, ask }: AuditedCluster, bridge: Bridge): Promise<Ended> {
  const release = run([...argumentsOf(only(hooks, 'Job')), '--lease-seconds', '3'])
  while (release.child.exitCode === null) {
    const { text } = await ask('GET', '/twin/v1/clock')
    if (text.includes('"operator"')) await ask('POST', '/twin/v1/advance', { us: 10_000_000 })
    await bridge.turn()
    await sleep(50)
  }
  return release.ended
}

async function objects({ plane }: AuditedCluster): Promise<readonly Listed[]> {
  const { body } = await plane.call('GET', volumesPath)
  return isList(body) ? body.items : []
}

async function counts(cluster: AuditedCluster): Promise<readonly number[]> {
  const all = await objects(cluster)
  return all.map(({ spec }) => Number(spec?.numReplicas)).sort((one, other) => one - other)
}

/** What the controller tells of a copy whose pool fails. */
async function faultCopy(cluster: AuditedCluster): Promise<void> {
  for (const { metadata, status } of await objects(cluster)) {
    const replicas = Object(status).replicas.map((one: { readonly synced: boolean }) =>
      one.synced ? one : { ...one, state: 'Faulted' },
    )
    await put(cluster.plane, volumesPath, {
      ...{ apiVersion: 'openebs.io/v1alpha1', kind: 'MayastorVolume' },
      ...{ metadata: { name: metadata.name }, status: { replicas } },
    })
  }
}

async function bridgeOf(cluster: AuditedCluster): Promise<Bridge> {
  await installMayastorVolumes(cluster.plane)
  const bridge = new Bridge(cluster)
  await bridge.begin()
  await cluster.advance(hourUs)
  return bridge
}

/** Lets time pass, with a controller that turns, until the migrations have these words. */
async function until(cluster: AuditedCluster, bridge: Bridge, wanted: string): Promise<void> {
  const isSo = async (): Promise<boolean> => {
    const { body } = await cluster.plane.call('GET', pathOf('VolumeMigration'))
    return JSON.stringify(body).includes(wanted)
  }
  expect(await bridge.turnUntil(cluster, isSo), wanted).toBe(true)
}

/** Namespaces in which MayastorVolumes were asked for. */
function placesIn(events: readonly AuditEvent[]): ReadonlySet<string | undefined> {
  const refs = events.flatMap(({ objectRef }) => objectRef ?? [])
  return new Set(refs.filter(isOfVolumes).map(one => one.namespace))
}

function placesGiven(manifests: typeof chart): ReadonlySet<string | null> {
  return new Set(
    permissionsIn(manifests)
      .filter(isOfVolumes)
      .map(one => one.namespace),
  )
}

function isOfVolumes({ resource }: { readonly resource: string }): boolean {
  return resource === 'mayastorvolumes'
}

/** A tale that is told again soon, once the first is written: that is a matter of seconds. */
const seldom = 'patch events.events.k8s.io'

/** What `rbac.seedFloor` adds, and nothing of this mode uses. */
const floor = [
  'create events.',
  'get diskpools.openebs.io',
  'get persistentvolumeclaims.',
  'get persistentvolumes.',
  'get storageclasses.storage.k8s.io',
  'patch diskpools.openebs.io',
  'patch erasurecodingpolicies.storage.billyronks.io',
  'patch events.',
  'patch storagepolicies.storage.billyronks.io',
  'update diskpools.openebs.io',
  'update erasurecodingpolicies.storage.billyronks.io',
  'update mayastorvolumes.openebs.io',
  'update storagepolicies.storage.billyronks.io',
  'watch mayastorvolumes.openebs.io',
]
