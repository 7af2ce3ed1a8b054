/**
 * The operator as a pod is told of its API server: while it runs its token is replaced, and the
 * first one is worth nothing any more.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.js'
import { pathOf } from '../controlplane/definitions.js'
import { installDiskPools } from '../controlplane/mayastor.js'
import { followed, logged, type Started, tiers, until } from '../e2e/cluster.js'
import { scratch } from '../e2e/program.js'
import { namespace, rendered } from './chart.js'
import { canMount, projectToken, startInPod } from './in-pod.js'
import { install } from './installed.js'
import { boundToken, isTaken } from './service-token.js'
import { startTwin, type Twin } from './twin.js'

const assets = controlPlaneAssets()
const isRun = assets !== null && canMount()
const test = it.runIf(isRun)
const account = 'couchestor-operator'
const leasePath = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/couchestor-operator`
const chart = rendered({ 'namespace.create': true, 'rbac.seedFloor': false })

describe('an operator in a pod', () => {
  let plane: ControlPlane
  let twin: Twin
  let operator: Started
  const tokens: string[] = []

  beforeAll(async () => {
    if (!isRun) return
    plane = await startControlPlane(assets)
    await install(
      plane,
      chart.filter(({ kind }) => kind !== 'Deployment'),
    )
    await installDiskPools(plane)
    twin = await startTwin(plane, scratch())
    await plane.call('POST', pathOf('StoragePolicy'), tiers)
    await twin.advance(3600)
    tokens.push(await boundToken(plane, account, 'first'))
    projectToken(plane, 'pod', tokens[0])
    operator = followed(startInPod(plane, 'pod', words(twin.origin)))
    await until(async () => ((await twin.parties()).includes('"operator"') ? true : null), 'party')
  })
  afterAll(async () => {
    operator?.child.kill('SIGKILL')
    await twin?.stop()
    await plane?.stop()
  })

  const renewed = async (): Promise<string> => {
    const { body } = await plane.call('GET', leasePath)
    return Object(body).spec?.renewTime ?? ''
  }

  test('goes on with the next token where the first is refused', async () => {
    await until(async () => (await renewed()) || null, 'lease')
    tokens.push(await boundToken(plane, account, 'second'))
    projectToken(plane, 'pod', tokens[1])
    const secret = `/api/v1/namespaces/${namespace}/secrets/first`
    expect((await plane.call('DELETE', secret)).status).toBe(200)
    // The server remembers for ten seconds whom it knew.
    await twin.advance(4 * 3600)
    await until(async () => ((await isTaken(plane, tokens[0])) ? null : true), 'refused token')
    expect(await isTaken(plane, tokens[1])).toBe(true)
    const before = await renewed()
    await twin.advance(3600)
    await until(async () => ((await renewed()) > before ? true : null), 'lease renewed')
    const outcomes = (await twin.list('VolumeMigration')).map(({ status }) => status?.outcome)
    expect(outcomes).toContain('Completed')
    expect(operator.child.exitCode).toBe(null)
  })

  test('tells neither token to anybody', async () => {
    const { metrics } = JSON.parse(await logged(operator, '"listening"'))
    const told = await (await fetch(`${metrics}/metrics`)).text()
    operator.child.kill('SIGTERM')
    const { out, notes } = await operator.ended
    expect(notes).toContain('the lease is given back')
    for (const token of tokens) {
      // Its signature too, which is what somebody else needs.
      for (const part of [token, token.slice(token.lastIndexOf('.') + 1)]) {
        expect(`${out}${notes}${told}`.includes(part)).toBe(false)
      }
    }
  })
})

function words(origin: string): readonly string[] {
  return [
    ...['operator', '--namespace', namespace, '--mayastor-url', origin],
    ...['--prometheus-url', origin, '--clock', origin, '--scrape-interval', '60s'],
    ...['--lease-seconds', '3', '--log-json', '--log-level', 'debug'],
    ...['--metrics-addr', '127.0.0.1:0', '--health-addr', '127.0.0.1:0'],
  ]
}
