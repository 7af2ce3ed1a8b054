import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KubernetesApi } from '../../src/kubernetes/api.js'
import { pauseOperator, resumeOperator } from '../../src/live/change-pause.js'
import { systemTiming } from '../../src/live/http/timing.js'
import { OperatorMap } from '../../src/live/operator-map.js'
import { apiOf } from '../controlplane/api.js'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.js'
import { writeKubeconfig } from '../controlplane/kubeconfig.js'
import { run, scratch } from './in-process.js'

const assets = controlPlaneAssets()
const onServer = it.runIf(assets !== null)
const files = scratch()
const namespace = 'couchestor-system'
const quick = { ...systemTiming, sleep: async () => {} }

describe('pause and resume in a cluster', () => {
  let plane: ControlPlane
  let api: KubernetesApi
  let cluster: readonly string[] = []
  const mapPath = `/api/v1/namespaces/${namespace}/configmaps/couchestor-operator`

  beforeAll(async () => {
    if (assets === null) return
    plane = await startControlPlane(assets)
    api = apiOf(plane)
    cluster = ['--kubeconfig', writeKubeconfig(plane)]
  })
  afterAll(async () => {
    api?.close()
    await plane?.stop()
  })

  const pauseNow = async () => {
    const found = await new OperatorMap(api, namespace).look()
    return found.kind === 'read' ? found.stored.pause : found.kind
  }

  onServer('names the namespace that is not there', async () => {
    const ran = await run('pause', '--why', 'a', ...cluster, '--namespace', 'nowhere')
    expect(ran).toMatchObject({ status: 4, out: '' })
    expect(ran.notes).toMatch(/namespaces "nowhere" not found: check --namespace/)
    expect(ran.notes).toContain('[CLUSTER_MISSING]')
  })

  onServer('makes nothing where there is nothing to resume', async () => {
    const made = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }
    await plane.call('POST', '/api/v1/namespaces', made)
    const ran = await run('resume', ...cluster)
    const out = 'It was not paused: nothing was changed'
    expect(ran).toEqual({ status: 0, out, notes: '' })
    expect((await plane.call('GET', mapPath)).status).toBe(404)
  })

  onServer('pauses, says so when asked again, and resumes', async () => {
    const first = await run('pause', '--why', ' rack 3 ', ...cluster)
    expect(first.out).toMatch(/^Paused: .*\nIt was not paused\ncouchestor resume ends it$/)
    const pause = await pauseNow()
    expect(pause).toMatchObject({ why: 'rack 3' })
    const second = await run('pause', '--why', 'rack 3', ...cluster)
    expect(second.out).toMatch(/^It was paused since \S+Z: rack 3: nothing was changed\n/)
    expect(await pauseNow()).toEqual(pause)
    const other = await run('pause', '--why', 'rack 4', ...cluster)
    expect(other.out).toMatch(/^Paused: .*\nIt was paused since \S+Z: rack 3\n/)
    expect(await pauseNow()).toEqual({ ...Object(pause), why: 'rack 4' })
    const last = await run('resume', ...cluster)
    expect(last.out).toMatch(/^Resumed\. It was paused since \S+Z: rack 4$/)
    expect(await pauseNow()).toBeNull()
    for (const ran of [first, second, other, last]) expect(ran).toMatchObject({ status: 0 })
  })

  onServer('leaves what an operator wrote, whoever writes in between', async () => {
    const epochs = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 0, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(epochs, fc.string({ minLength: 1 }), async (written, why) => {
        const others = [...written]
        const operator = new OperatorMap(api, namespace)
        const before = await resumeOperator(new OperatorMap(api, namespace), quick)
        expect(before.kind).not.toBe('failed')
        const met = interrupted(api, async () => {
          const epoch = others.shift()
          const read = await operator.read()
          if (epoch === undefined || read.kind !== 'read') return
          await operator.replace({ ...read.stored, epoch: read.stored.epoch + epoch })
        })
        const start = await operator.read()
        const done = await pauseOperator(new OperatorMap(met, namespace), why, quick)
        expect(done).toMatchObject({ kind: 'changed', before: null, now: { why } })
        const end = await operator.read()
        if (start.kind !== 'read' || end.kind !== 'read') throw new Error('it cannot be read')
        const sum = written.reduce((total, epoch) => total + epoch, start.stored.epoch)
        expect(end.stored).toMatchObject({ epoch: sum, pause: { why } })
      }),
      { numRuns: 20 },
    )
  })

  onServer('gives up when others are first each time, and changes nothing', async () => {
    await resumeOperator(new OperatorMap(api, namespace), quick)
    const operator = new OperatorMap(api, namespace)
    const met = interrupted(api, async () => {
      const read = await operator.read()
      if (read.kind === 'read')
        await operator.replace({ ...read.stored, epoch: 1 + read.stored.epoch })
    })
    const done = await pauseOperator(new OperatorMap(met, namespace), 'a', quick)
    expect(done).toEqual({ kind: 'failed', why: 'others wrote first, each time' })
    expect(await pauseNow()).toBeNull()
  })

  onServer('finds out whether a write that was not answered was done', async () => {
    let isLost = false
    const lossy: KubernetesApi = {
      ...bound(api),
      replace: async (...asked) => {
        const answer = await api.replace(...asked)
        if (isLost) return answer
        isLost = true
        return { kind: 'failed', reached: true, why: 'the connection was cut' }
      },
    }
    const done = await pauseOperator(new OperatorMap(lossy, namespace), 'lost', quick)
    expect(done).toMatchObject({ kind: 'changed', before: null, now: { why: 'lost' } })
    expect(await pauseNow()).toMatchObject({ why: 'lost' })
  })

  onServer('does not write over a record that it cannot read', async () => {
    const data = { record: '{"protocol": 99}' }
    const patch = { 'content-type': 'application/merge-patch+json' }
    await plane.call('PATCH', mapPath, { data }, patch)
    for (const words of [['resume'], ['pause', '--why', 'a']]) {
      const ran = await run(...words, ...cluster)
      expect(ran.status).toBe(4)
      expect(ran.notes).toMatch(/its protocol is 99, and this operator knows 1/)
    }
    expect((await plane.call('GET', mapPath)).body).toMatchObject({ data })
  })
})

describe('pause and resume', () => {
  it.each([
    { words: ['pause'], told: /required option '--why <text>' not specified/ },
    { words: ['pause', '--why', ' '], told: /--why says nothing: say it in words/ },
  ])('$words is wrong usage', async ({ words, told }) => {
    const ran = await run(...words)
    expect(ran).toMatchObject({ status: 2, out: '' })
    expect(ran.notes).toMatch(told)
  })

  it.each([['pause', '--why', 'a'], ['resume']])('%s needs a cluster', async (...words) => {
    const missing = await run(...words, '--kubeconfig', files.path('none'))
    expect(missing).toMatchObject({ status: 4, out: '' })
    expect(missing.notes).toMatch(/^error: Kubernetes: .*\[CLUSTER_MISSING\]$/)
  })
})

/** After each of its reads somebody else comes first. */
function interrupted(api: KubernetesApi, before: () => Promise<void>): KubernetesApi {
  return {
    ...bound(api),
    get: async (...asked) => {
      const answer = await api.get(...asked)
      await before()
      return answer
    },
  }
}

function bound(api: KubernetesApi): KubernetesApi {
  return {
    url: api.url,
    get: (...asked) => api.get(...asked),
    list: (...asked) => api.list(...asked),
    watch: (...asked) => api.watch(...asked),
    create: (...asked) => api.create(...asked),
    replace: (...asked) => api.replace(...asked),
    apply: (...asked) => api.apply(...asked),
    merge: (...asked) => api.merge(...asked),
    delete: (...asked) => api.delete(...asked),
    close: () => api.close(),
  }
}
