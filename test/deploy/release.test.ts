/** A release's life with helm on a real API server: installed, changed, taken back, taken away. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.js'
import { create, definitionsPath, manifestOf, pathOf } from '../controlplane/definitions.js'
import { writeKubeconfig } from '../controlplane/kubeconfig.js'
import { until } from '../e2e/cluster.js'
import { repository } from '../tidy/source.js'
import { chartFolder, helm, helmMeanwhile, namespace } from './chart.js'
import { hookPaths, jobPath, standing } from './standing.js'

const assets = controlPlaneAssets()
const test = it.runIf(assets !== null)

const paths = {
  deployment: `/apis/apps/v1/namespaces/${namespace}/deployments/couchestor-operator`,
  budget: `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/couchestor-operator`,
  role: '/apis/rbac.authorization.k8s.io/v1/clusterroles/couchestor-operator',
  definition: `${definitionsPath}/storagepolicies.storage.billyronks.io`,
  policy: pathOf('StoragePolicy', 'kept'),
} as const

describe('a release', () => {
  let plane: ControlPlane
  const run = (command: string, ...words: readonly string[]): void => {
    const where = ['--namespace', namespace, '--kubeconfig', writeKubeconfig(plane)]
    const { status, out, notes } = helm([command, 'couchestor', ...words, ...where])
    expect(status, out + notes).toBe(0)
  }
  const statusOf = async (what: keyof typeof paths): Promise<number> =>
    (await plane.call('GET', paths[what])).status

  beforeAll(async () => {
    if (assets !== null) plane = await startControlPlane(assets)
  })
  afterAll(async () => {
    await plane?.stop()
  })

  test('is installed into a new namespace', async () => {
    run('install', chartFolder, '--create-namespace', '--set', 'operator.dryRun=true')
    for (const what of ['deployment', 'role', 'definition'] as const) {
      expect(await statusOf(what), what).toBe(200)
    }
    expect((await create(plane, manifestOf('StoragePolicy', 'kept', {}))).status).toBe(201)
  })

  test('is upgraded, and rolled back', async () => {
    run('upgrade', chartFolder, '--reuse-values', '--set', 'replicas=2')
    expect(await statusOf('budget')).toBe(200)
    const { body } = await plane.call('GET', paths.deployment)
    expect(JSON.stringify(body)).toContain('"--dry-run"')
    run('rollback', '1')
    expect(await statusOf('budget')).toBe(404)
  })

  test('keeps no rights of an uninstall that failed, or one command takes them away', async () => {
    const at = ['--namespace', namespace, '--kubeconfig', writeKubeconfig(plane)]
    const [stop, words] = [new AbortController(), ['uninstall', 'couchestor', ...at]]
    // Nobody runs the Job here: it comes last, and is waited for.
    const left = await helmMeanwhile([...words, '--timeout', '1s'])
    expect(left.status, left.notes).toBe(1)
    expect(await standing(plane, hookPaths)).toEqual([jobPath])
    const uninstall = helmMeanwhile(words, stop.signal)
    await until(async () => ((await standing(plane, hookPaths)).length > 5 ? true : null), 'Job')
    stop.abort()
    await uninstall
    const page = readFileSync(join(repository, 'docs', 'operations.md'), 'utf8')
    const [command = ''] = /^kubectl \S+ \S+ delete -l (.|\n)*?[^\\]$/m.exec(page) ?? []
    const path = `${assets}:${process.env.PATH}`
    const env = { PATH: path, HOME: plane.folder, KUBECONFIG: writeKubeconfig(plane) }
    execFileSync('sh', ['-c', command], { env, stdio: 'pipe' })
    expect(await standing(plane, hookPaths)).toEqual([])
  })

  test('goes and leaves the policies, which a new installation takes over', async () => {
    // Nobody runs a Job here.
    run('uninstall', '--no-hooks')
    expect(await statusOf('deployment')).toBe(404)
    expect(await statusOf('role')).toBe(404)
    expect(await statusOf('policy')).toBe(200)
    run('install', chartFolder)
    expect(await statusOf('policy')).toBe(200)
  })

  test('takes the definitions with it where it is told so', async () => {
    run('upgrade', chartFolder, '--set', 'crds.keep=false')
    run('uninstall', '--no-hooks')
    // The server first deletes all objects of the kind.
    for (let tenths = 0; tenths < 300 && (await statusOf('definition')) === 200; tenths++) {
      await sleep(100)
    }
    expect(await statusOf('definition')).toBe(404)
  })
})
