/**
 * Servers that go away while a volume is in mid-move: the API server, its etcd, the network to
 * them, Prometheus. No cordon waits for them, nothing is started without them, and all goes on when
 * they are back.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { hourUs, joined, logged, minuteUs, startFleet, type TestCluster, until } from './cluster.js'
import { Deployment } from './deployment.js'
import { passUntil } from './passing.js'
import { scratch } from './program.js'
import { Relay } from './relay.js'
import { cordoned, expectWhole, historyOf, stoodOf } from './whole.js'

const assets = controlPlaneAssets()
const onServer = it.runIf(assets !== null)
const cwd = scratch()

describe('an operator in mid-move', () => {
  let cluster: TestCluster
  const running: Deployment[] = []

  beforeAll(async () => {
    if (assets !== null) cluster = await startFleet(assets, cwd, 8)
  })
  afterEach(async () => {
    for (const one of running.splice(0)) await one.stop('SIGKILL')
    await cluster?.ask('DELETE', '/twin/v1/parties/operator')
  })
  afterAll(() => cluster?.stop())

  async function deployed(words: readonly string[] = []): Promise<Deployment> {
    const one = new Deployment(cluster, words)
    running.push(one)
    await joined(cluster)
    return one
  }

  async function ended(one: Deployment): Promise<void> {
    running.pop()
    const { status, notes } = await one.stop()
    expect(status, notes.split('\n').slice(-5).join('\n')).toBe(143)
    // A lease that was lost is the one reason to end, and nothing is a defect.
    for (const { status, notes } of one.ended) {
      expect(status, notes.split('\n').slice(-5).join('\n')).toBe(4)
    }
    expect(await cordoned(cluster)).toEqual([])
  }

  onServer(
    'whose kube-apiserver is killed and comes again lists all anew, and goes on',
    async () => {
      const one = await deployed(['--lease-seconds', '20'])
      const { isSo } = await passUntil(cluster, () => one.sent('"count":3') > 0)
      expect(isSo).toBe(true)
      const before = one.sent('"set-replica-count"')
      await cluster.plane.kill('kube-apiserver')
      await cluster.plane.restart('kube-apiserver')
      const went = await passUntil(cluster, () => one.sent('"set-replica-count"') > before + 1)
      expect(went.isSo).toBe(true)
      await went.rest
      await ended(one)
    },
  )

  onServer.each(['kube-apiserver', 'etcd'] as const)(
    'whose %s is killed in a window leaves no cordon, and is followed by one that goes on',
    async program => {
      const relay = await Relay.before(cluster.origin)
      relay.delayMs = 250
      const one = await deployed(['--mayastor-url', relay.url])
      const { isSo } = await passUntil(cluster, () => one.sent('cordon-') > 0)
      expect(isSo).toBe(true)
      const before = one.sent('"set-replica-count"')
      await cluster.plane.kill(program)
      await until(() => (one.ended.length > 0 ? true : null), 'end')
      expect(await cordoned(cluster)).toEqual([])
      relay.delayMs = 0
      await cluster.advance(2 * minuteUs)
      await cluster.plane.restart(program)
      await joined(cluster)
      const went = await passUntil(cluster, () => one.sent('"set-replica-count"') > before + 1)
      expect(went.isSo).toBe(true)
      await went.rest
      await ended(one)
      await relay.cut()
    },
  )

  onServer('whose network is cut starts nothing, says why, and goes on afterwards', async () => {
    const relay = await Relay.before(cluster.plane.url)
    const text = readFileSync(cluster.kubeconfig, 'utf8').replace(cluster.plane.url, relay.url)
    const kubeconfig = join(cwd, 'relayed.kubeconfig')
    writeFileSync(kubeconfig, text)
    const one = await deployed(['--kubeconfig', kubeconfig, '--lease-seconds', '15'])
    const { health } = JSON.parse(await logged(one.current(), '"listening"'))
    const ready = async () => {
      const answer = await fetch(`${health}/readyz`)
      return { status: answer.status, text: await answer.text() }
    }
    const { isSo, rest } = await passUntil(cluster, () => one.sent('"count":3') > 0)
    expect(isSo).toBe(true)
    await rest
    expect(await ready()).toEqual({ status: 200, text: 'ok\n' })
    await relay.cut()
    const before = one.sent()
    await cluster.advance(3 * minuteUs)
    expect(one.sent()).toBe(before)
    expect(await ready()).toEqual({
      status: 503,
      text: expect.stringContaining('couchestor-operator'),
    })
    await relay.open()
    const went = await passUntil(cluster, () => one.sent() > before)
    expect(went.isSo).toBe(true)
    await went.rest
    expect(await ready()).toEqual({ status: 200, text: 'ok\n' })
    // Watches alone break, and nobody notices.
    relay.breakAll()
    await cluster.advance(minuteUs)
    expect(one.ended).toEqual([])
    await ended(one)
    await relay.cut()
  })

  onServer('whose Prometheus is down for an hour starts no move, and says so', async () => {
    const one = await deployed()
    const { isSo, rest } = await passUntil(cluster, () => one.sent('"count":3') > 0)
    expect(isSo).toBe(true)
    await rest
    const { length } = await historyOf(cluster)
    await cluster.ask('POST', '/twin/v1/faults', { prometheus: 'down', for: '1h' })
    // What was asked before stands for a step of its window, which is two scrapes.
    const { isSo: isTold, rest: told } = await passUntil(cluster, async () => {
      const [{ status }] = await cluster.list('StoragePolicy')
      return JSON.stringify(status?.conditions).includes('"NoMetricsAvailable"')
    })
    expect(isTold).toBe(true)
    await told
    const toldUs = (await stoodOf(cluster)).nowUs
    await cluster.advance(50 * minuteUs)
    const all = await historyOf(cluster)
    // The copy that ran is worth its end.
    expect(all.slice(length).map(({ kind }) => kind)).toContain('replica-removed')
    const during = all.filter(({ atUs }) => Number(atUs) > toldUs).map(({ kind }) => kind)
    expect(during).not.toContain('replica-added')
    const before = one.sent('"count":3')
    const went = await passUntil(cluster, () => one.sent('"count":3') > before)
    expect(went.isSo).toBe(true)
    await went.rest
    await ended(one)
  })

  onServer('has every volume in its place in the end', async () => {
    const one = await deployed()
    await cluster.advance(3 * hourUs)
    await ended(one)
    await expectWhole(cluster)
  })
})
