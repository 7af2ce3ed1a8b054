/**
 * Two operators of one cluster, and leaders that lose their lease: the former one does no harm, and
 * the next one goes on.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { isObject } from '../../src/core/field.js'
import { controlPlaneAssets } from '../controlplane/assets.js'
import {
  hourUs,
  joined,
  killAll,
  logged,
  minuteUs,
  type Started,
  startFleet,
  type TestCluster,
} from './cluster.js'
import { commandsOf, passUntil } from './passing.js'
import { scratch } from './program.js'
import { Relay } from './relay.js'
import { cordoned, expectWhole } from './whole.js'

const assets = controlPlaneAssets()
const onServer = it.runIf(assets !== null)
const leasePath = '/apis/coordination.k8s.io/v1/namespaces/couchestor-system/leases'
const cwd = scratch()

describe('a leader', () => {
  let cluster: TestCluster
  const running: Started[] = []

  beforeAll(async () => {
    if (assets !== null) cluster = await startFleet(assets, cwd, 8)
  })
  afterEach(async () => {
    await killAll(running)
    if (assets === null) return
    for (const party of ['first', 'second']) await leave(party)
  })
  afterAll(() => cluster?.stop())

  const leave = (party: string) => cluster.ask('DELETE', `/twin/v1/parties/${party}`)

  function begun(party: string, words: readonly string[] = []): Started {
    const operator = cluster.operator(['--clock-party', party, ...words])
    running.push(operator)
    return operator
  }

  async function ended({ child, ended }: Started): Promise<void> {
    child.kill('SIGTERM')
    expect((await ended).status).toBe(143)
  }

  onServer('that is ended in mid-move is followed at once by the one that waits', async () => {
    // Long enough for a lease that is not given back to be told from one that is.
    const first = begun('first', ['--lease-seconds', '6'])
    await joined(cluster, 'first')
    const second = begun('second', ['--lease-seconds', '6'])
    await logged(second, '"everything is listed"')
    const { isSo, rest } = await passUntil(cluster, () => commandsOf(first, '"count":3').length > 0)
    expect(isSo).toBe(true)
    await rest
    expect(second.lines().join('\n')).not.toContain('"leading"')
    await ended(first)
    const endedMs = Date.now()
    await logged(second, '"leading"')
    expect(Date.now() - endedMs).toBeLessThan(3_000)
    await joined(cluster, 'second')
    await cluster.advance(minuteUs)
    await ended(second)
    expect(await cordoned(cluster)).toEqual([])
  })

  onServer('whose lease is taken in a window closes that, and ends', async () => {
    const relay = await Relay.before(cluster.origin)
    relay.delayMs = 400
    const first = begun('first', ['--mayastor-url', relay.url])
    await joined(cluster, 'first')
    const { isSo } = await passUntil(cluster, () => commandsOf(first, 'cordon-').length > 0)
    expect(isSo).toBe(true)
    await takeLease()
    const { status, notes } = await first.ended
    expect([status, notes]).toEqual([4, expect.stringContaining('a-thief holds it')])
    expect(notes).toContain('"text":"the lease may end before the command does"')
    expect(await cordoned(cluster)).toEqual([])
    await relay.cut()
  })

  onServer.each([
    ['in a window', 'cordon-pool', 2],
    ['with a copy asked for', '"count":3', 1],
    ['before a removal', 'cordon-node', 1],
  ])('that is stopped %s comes too late', async (_, words, count) => {
    const first = begun('first')
    await joined(cluster, 'first')
    const { isSo } = await passUntil(cluster, () => commandsOf(first, words).length >= count)
    expect(isSo).toBe(true)
    first.child.kill('SIGSTOP')
    await leave('first')
    const second = begun('second')
    await joined(cluster, 'second')
    await cluster.advance(5 * minuteUs)
    // It leaves the clock at its end, and would not find itself there.
    await cluster.ask('PUT', '/twin/v1/parties/first')
    const counts = commandsOf(first, '"set-replica-count"').length
    first.child.kill('SIGCONT')
    const { status, notes } = await first.ended
    expect([status, notes]).toEqual([4, expect.stringContaining('[LEASE_LOST]')])
    expect(notTaken(notes)).not.toContain('the connection was cut')
    const late = commandsOf(first, '"set-replica-count"').length - counts
    // One that was told just before it stopped is refused as well.
    const refused = notes
      .split('\n')
      .filter(line => line.includes('the lease may end before'))
      .filter(line => line.includes('"set-replica-count"'))
    expect(refused.length).toBeGreaterThanOrEqual(late)
    await cluster.advance(5 * minuteUs)
    await ended(second)
    const both = [first, second].map(one => commandsOf(one).join('\n')).join('\n\n')
    expect(await cordoned(cluster), both).toEqual([])
  })

  onServer(
    'whose lease is taken ends by the clock of the machine, too',
    async () => {
      const { kubeconfig, origin } = cluster
      const servers = ['--mayastor-url', origin, '--prometheus-url', origin]
      const addresses = ['--metrics-addr', '127.0.0.1:0', '--health-addr', '127.0.0.1:0']
      const lease = ['--log-json', '--lease-seconds', '3']
      const words = ['operator', '--kubeconfig', kubeconfig, ...servers, ...addresses, ...lease]
      const first = cluster.run(words)
      running.push(first)
      await logged(first, '"leading"')
      await takeLease()
      expect((await first.ended).status).toBe(4)
    },
    30_000,
  )

  onServer('that comes last has every volume in its place', async () => {
    const last = begun('first')
    await joined(cluster, 'first')
    await cluster.advance(3 * hourUs)
    await ended(last)
    await expectWhole(cluster)
  })

  async function takeLease(): Promise<void> {
    const path = `${leasePath}/couchestor-operator`
    for (;;) {
      const { body } = await cluster.plane.call('GET', path)
      const { status } = await cluster.plane.call('PUT', path, inOtherHands(body))
      if (status === 200) return
    }
  }
})

/** The lines of the log that tell of commands whose effect is none, or unknown. */
function notTaken(log: string): string {
  const lines = log.split('\n')
  return lines.filter(line => line.includes('"msg":"command not taken"')).join('\n')
}

function inOtherHands(lease: unknown): object {
  if (!isObject(lease) || !isObject(lease.spec)) throw new Error('there is no lease')
  const leaseTransitions = Number(lease.spec.leaseTransitions) + 1
  return { ...lease, spec: { ...lease.spec, leaseTransitions, holderIdentity: 'a-thief' } }
}
