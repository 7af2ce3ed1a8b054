/**
 * `helm uninstall` while a copy runs: the hook's Job is created by helm, run here as its service
 * account with a token of the server, and told as ended to the server, as a kubelet tells it.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { pathOf } from '../controlplane/definitions.js'
import { writeKubeconfig } from '../controlplane/kubeconfig.js'
import { installDiskPools } from '../controlplane/mayastor.js'
import { isList, originIn, type Started, started, tiers, until } from '../e2e/cluster.js'
import { scratch } from '../e2e/program.js'
import { scenarioIn } from '../e2e/small-scenario.js'
import { type Audited, startAudited, wordsOfEvent } from './audited.js'
import { chartFolder, helm, helmMeanwhile, namespace, renderedHooks } from './chart.js'
import { permissionsIn, wordsOf } from './permissions.js'
import { tokenKubeconfig } from './service-token.js'
import { hookPaths, jobPath, standing } from './standing.js'

const assets = controlPlaneAssets()
const test = it.runIf(assets !== null)
const cwd = scratch()
const leasePath = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/couchestor-operator`
const deploymentPath = `/apis/apps/v1/namespaces/${namespace}/deployments/couchestor-operator`
const patch = { 'content-type': 'application/merge-patch+json' }

for (const how of ['leads', 'was killed'] as const)
  describe(`an uninstall in mid-move, whose operator ${how}`, () => {
    let audited: Audited
    let twin: Started
    let operator: Started
    let origin = ''
    const ask = async (method: string, path: string, body?: unknown) => {
      const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
      const answer = await fetch(`${origin}${path}`, init)
      return { status: answer.status, text: await answer.text() }
    }
    const advance = (seconds: number) =>
      until(async () => {
        const { status } = await ask('POST', '/twin/v1/advance', { us: seconds * 1_000_000 })
        return status === 200 ? status : null
      }, 'advance')
    const migrations = async () => {
      const { body } = await audited.plane.call('GET', pathOf('VolumeMigration'))
      return isList(body) ? body.items : []
    }
    const helmWords = (...words: readonly string[]): readonly string[] => {
      const [command = '', ...rest] = words
      const at = ['--namespace', namespace, '--kubeconfig', writeKubeconfig(audited.plane)]
      return [command, 'couchestor', ...rest, ...at]
    }
    const lead = async (): Promise<Started> => {
      const leading = started(
        [
          ...[
            'operator',
            '--kubeconfig',
            await tokenKubeconfig(audited.plane, 'couchestor-operator'),
          ],
          ...['--mayastor-url', origin, '--prometheus-url', origin, '--clock', origin],
          ...['--clock-party', 'first', '--scrape-interval', '60s', '--lease-seconds', '3'],
          ...['--metrics-addr', '127.0.0.1:0', '--health-addr', '127.0.0.1:0'],
        ],
        cwd,
      )
      await until(async () => {
        const { text } = await ask('GET', '/twin/v1/clock')
        return text.includes('"first"') ? text : null
      }, 'leader whom time waits for')
      return leading
    }
    /** The Job that helm waits for, done by its own words; those of the test come after and win. */
    const runJob = async (...words: readonly string[]): Promise<string> => {
      const { plane } = audited
      const job = await until(async () => {
        const { status, body } = await plane.call('GET', jobPath)
        return status === 200 && !Object(body).status?.conditions ? body : null
      }, 'Job')
      const [container] = Object(job).spec.template.spec.containers
      const account: string = Object(job).spec.template.spec.serviceAccountName
      const config = ['--kubeconfig', await tokenKubeconfig(plane, account)]
      const more = [...config, '--clock', origin, '--lease-seconds', '3', ...words]
      const release = started([...container.args, ...more], cwd)
      while (release.child.exitCode === null) {
        const { text } = await ask('GET', '/twin/v1/clock')
        if (text.includes('"operator"')) await ask('POST', '/twin/v1/advance', { us: 10_000_000 })
        await sleep(50)
      }
      const { status, out, notes } = await release.ended
      const told = await plane.call('PATCH', `${jobPath}/status`, jobStatus(status === 0), patch)
      expect(told.status, JSON.stringify(told.body)).toBe(200)
      return out + notes
    }

    beforeAll(async () => {
      if (assets === null) return
      audited = await startAudited(assets, `system:serviceaccount:${namespace}:couchestor-release`)
      const { plane } = audited
      const installed = helm(helmWords('install', chartFolder, '--create-namespace', ...closed))
      expect(installed.status, installed.notes).toBe(0)
      await installDiskPools(plane)
      const published = ['--publish', '--kubeconfig', writeKubeconfig(plane)]
      const listening = ['--listen', '127.0.0.1:0', '--speed', 'manual']
      twin = started(['twin', scenarioIn(cwd), ...listening, ...published], cwd)
      origin = await until(() => originIn(twin), 'twin')
      await plane.call('POST', pathOf('StoragePolicy'), tiers)
      await advance(3600)
      operator = await lead()
      await until(async () => {
        await advance(10)
        return JSON.stringify(await migrations()).includes('"Syncing"') ? true : null
      }, 'copy that runs')
    })
    afterAll(async () => {
      operator?.child.kill('SIGKILL')
      twin?.child.kill()
      await twin?.ended
      await audited?.stop()
    })

    test('fails where Mayastor is away, and the operator can lead again', async () => {
      const uninstall = helmMeanwhile(helmWords('uninstall'))
      const told = await runJob('--mayastor-url', 'http://127.0.0.1:1')
      expect(told).toContain('CLUSTER_MISSING')
      expect((await uninstall).status).not.toBe(0)
      const { status, notes } = await operator.ended
      expect([status, notes]).toEqual([4, expect.stringContaining('asked for it')])
      expect((await audited.plane.call('GET', deploymentPath)).status).toBe(200)
      const left = await standing(audited.plane, hookPaths)
      expect(left).toEqual([jobPath])
      operator = await lead()
    })

    test('runs again, takes the lease over, and leaves nothing of ours', async () => {
      const { plane } = audited
      if (how === 'was killed') {
        operator.child.kill('SIGKILL')
        await operator.ended
        await ask('DELETE', '/twin/v1/parties/first')
      }
      const uninstall = helmMeanwhile(helmWords('uninstall'))
      const told = await runJob('--mayastor-url', origin)
      expect(told).toContain('Nothing of ours is under way\nNo operator begins for 2m')
      const { status, notes } = await uninstall
      expect(status, notes).toBe(0)
      expect((await operator.ended).status).toBe(how === 'leads' ? 4 : null)
      expect(told).toMatch(/of volume \S+: cancelled/)
      const { body } = await plane.call('GET', leasePath)
      expect(Object(body).spec).toMatchObject({
        holderIdentity: 'release-that-ended',
        leaseDurationSeconds: 120,
      })
      const left = JSON.stringify(await migrations())
      expect(left).not.toContain('"finalizers"')
      expect(left).not.toContain('"Syncing"')
      for (const path of ['/v0/nodes', '/v0/pools']) {
        expect((await ask('GET', path)).text).not.toContain('couchestor-')
      }
      const { entries } = JSON.parse((await ask('GET', '/v0/volumes?max_entries=100')).text)
      for (const { spec } of entries) expect(spec.num_replicas).toBe(2)
      expect(await standing(plane, [deploymentPath, ...hookPaths])).toEqual([])
    })

    test('is refused nothing, and uses what its roles say that it uses', () => {
      const events = audited.asked()
      expect(events.filter(({ responseStatus }) => responseStatus?.code === 403)).toEqual([])
      const used = new Set(events.map(wordsOfEvent))
      const given = new Set(permissionsIn(renderedHooks()).map(wordsOf))
      expect([...used].filter(one => !given.has(one))).toEqual([])
      expect([...given].filter(one => !used.has(one)).sort()).toEqual(rare)
    })
  })

const closed = ['--set', 'networkPolicy.enabled=true']

/** Where an operator led before, both are there. */
const rare = ['create configmaps.', 'create leases.coordination.k8s.io']

function jobStatus(isDone: boolean): object {
  const nowTime = new Date().toISOString().replace(/\.\d+Z/, 'Z')
  const types = isDone ? ['SuccessCriteriaMet', 'Complete'] : ['FailureTarget', 'Failed']
  const conditions = types.map(type => ({
    ...{ type, status: 'True', reason: 'Test', message: '' },
    lastTransitionTime: nowTime,
  }))
  const ended = isDone ? { succeeded: 1, completionTime: nowTime } : { failed: 1 }
  return { status: { startTime: nowTime, ...ended, conditions } }
}
