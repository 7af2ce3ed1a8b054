import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { KubernetesApi } from '../../src/kubernetes/api.js'
import { type ConnectOptions, connect } from '../../src/kubernetes/connect.js'
import { openApi } from '../../src/kubernetes/transport.js'
import { type Certificates, makeCertificates } from '../live/certificates.js'
import { type ExchangedServer, identityOf, serveExchanged } from '../live/exchanged-server.js'
import { TestTiming } from '../live/servers.js'
import { kubeconfig, newFolder, write } from './kubeconfigs.js'

const [first, second] = [makeCertificates(), makeCertificates()]
const minute = 60_000_000
const below = 'var/run/secrets/kubernetes.io/serviceaccount'
const things = { group: '', version: 'v1', plural: 'x', namespace: null }
const nobody = 'its certificate is signed by nobody that is trusted'

afterEach(() => {
  vi.unstubAllEnvs()
})

async function opened(options: ConnectOptions) {
  const connected = await connect(options)
  if (connected.kind === 'missing') throw new Error(connected.why)
  const timing = new TestTiming()
  // A connection that was cut is found so by the first try at times, and nothing passes then.
  timing.chances = 0
  const api = openApi(connected.connection, timing, { attempts: 2 })
  onTestFinished(() => api.close())
  return { api, timing, asks: () => told(api) }
}

async function told(api: KubernetesApi): Promise<string> {
  const answer = await api.get(things, 'a')
  return answer.kind === 'failed' ? answer.why : answer.kind
}

function pod({ url }: ExchangedServer): string {
  vi.stubEnv('KUBERNETES_SERVICE_HOST', '127.0.0.1')
  vi.stubEnv('KUBERNETES_SERVICE_PORT', new URL(url).port)
  const podRoot = newFolder()
  write(podRoot, `${below}/ca.crt`, first.authority)
  write(podRoot, `${below}/token`, 'token')
  return podRoot
}

/** A kubeconfig whose certificates stand in files beside it. */
function filed({ url: server }: ExchangedServer, folder: string): string {
  const cluster = { server, 'certificate-authority': 'ca.crt' }
  const user = { 'client-certificate': 'me.crt', 'client-key': 'me.key' }
  writeAll(folder, first)
  const text = kubeconfig({ current: 'one', contexts: { one: { cluster, user } } })
  return write(folder, 'config', text)
}

function writeAll(folder: string, { authority, client }: Certificates): void {
  write(folder, 'ca.crt', authority)
  write(folder, 'me.crt', client.certificate)
  write(folder, 'me.key', client.key)
}

describe('an API server whose certificate and authority are exchanged', () => {
  it('is asked again once the pod has the new authority', async () => {
    const server = await serveExchanged(identityOf(first))
    const podRoot = pod(server)
    const { timing, asks } = await opened({ podRoot })
    expect(await asks()).toBe('answered')
    server.exchange(identityOf(second))
    await server.cut()
    rmSync(join(podRoot, below, 'ca.crt'))
    timing.atUs += minute
    expect(await asks()).toBe(nobody)
    write(podRoot, `${below}/ca.crt`, second.authority)
    timing.atUs += minute - 1
    expect(await asks(), 'it is looked at once a minute').toBe(nobody)
    timing.atUs += 1
    expect(await asks()).toBe('answered')
  })

  it('is asked again once the files of the kubeconfig are new, key and all', async () => {
    const server = await serveExchanged(identityOf(first, first))
    const folder = newFolder()
    const { timing, asks } = await opened({ kubeconfig: filed(server, folder) })
    expect(await asks()).toBe('answered')
    write(folder, 'me.crt', second.client.certificate)
    timing.atUs += minute
    await server.cut()
    expect(await asks(), 'the old pair goes on').toBe('answered')
    server.exchange(identityOf(second, second))
    await server.cut()
    writeAll(folder, second)
    expect(await asks()).toBe(nobody)
    timing.atUs += minute
    expect(await asks()).toBe('answered')
  })

  it('is watched over the connection of before until that watch ends', async () => {
    const server = await serveExchanged(identityOf(first))
    const podRoot = pod(server)
    const { api, timing, asks } = await opened({ podRoot })
    expect(await asks()).toBe('answered')
    server.hold()
    const request = { version: '1', timeoutUs: minute }
    const watching = api.watch(things, request, () => {}, new AbortController().signal)
    await server.holds(1)
    await server.has(2)
    write(podRoot, `${below}/ca.crt`, `${first.authority}${second.authority}`)
    timing.atUs += minute
    const after = asks()
    await server.holds(2)
    await server.has(2)
    server.answer()
    expect([await after, (await watching).kind]).toEqual(['answered', 'failed'])
    await server.has(1)
  })
})

describe('a file that a kubeconfig names', () => {
  it('and that holds no certificate is told at the beginning', async () => {
    const server = await serveExchanged(identityOf(first))
    const folder = newFolder()
    const path = filed(server, folder)
    write(folder, 'ca.crt', '')
    const why = `${path}: ${join(folder, 'ca.crt')} holds no certificate`
    expect(await connect({ kubeconfig: path })).toEqual({ kind: 'missing', why })
  })
})
