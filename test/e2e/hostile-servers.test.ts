/** Servers that are not who they say they are, or that never end what they say. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { freePort } from '../controlplane/ports.js'
import { makeCertificates } from '../live/certificates.js'
import { hourUs, joined, logged, startFleet, type TestCluster } from './cluster.js'
import { commandsOf, passUntil } from './passing.js'
import { endOf, scratch, start } from './program.js'
import { type TlsProxy, tlsBefore } from './tls-proxy.js'

const assets = controlPlaneAssets()
const onServer = it.runIf(assets !== null)
const cwd = scratch()
const [ours, theirs] = [makeCertificates(), makeCertificates()]
const identity = { cert: ours.server.certificate, key: ours.server.key }
const [ca, otherCa] = [join(cwd, 'ca.crt'), join(cwd, 'other.crt')]

describe('an operator', () => {
  let cluster: TestCluster
  let proxy: TlsProxy

  beforeAll(async () => {
    writeFileSync(ca, ours.authority)
    writeFileSync(otherCa, theirs.authority)
    if (assets === null) return
    cluster = await startFleet(assets, cwd, 8)
    proxy = await tlsBefore(cluster.origin, identity)
  })
  afterAll(async () => {
    proxy?.close()
    await cluster?.stop()
  })

  function flags(server: string, authority: string): readonly string[] {
    return [`--${server}-url`, proxy.url, `--${server}-ca-file`, authority]
  }

  onServer.each(['mayastor', 'prometheus'])(
    'whose %s shows a certificate of another authority sends no command, and says why',
    async server => {
      const one = cluster.operator(flags(server, otherCa))
      await joined(cluster)
      const before = proxy.asked()
      await cluster.advance(hourUs)
      one.child.kill('SIGTERM')
      const { status: ending, notes } = await one.ended
      const log = one.lines().join('\n')
      expect([commandsOf(one), proxy.asked() - before, ending]).toEqual([[], 0, 143])
      expect(log).toContain(`"msg":"a server does not answer","server":"${server}"`)
      expect(log).toContain('"why":"its certificate is signed by nobody that is trusted"')
      expect(notes).not.toMatch(/^\s+at /m)
      await cluster.ask('DELETE', '/twin/v1/parties/operator')
    },
  )

  onServer('whose servers are those of their authority sends commands', async () => {
    const words = [...flags('mayastor', ca), ...flags('prometheus', ca)]
    const one = cluster.operator(words)
    await joined(cluster)
    await logged(one, '"leading"')
    const { isSo, rest } = await passUntil(cluster, () => commandsOf(one).length > 0)
    expect([isSo, proxy.asked() > 0]).toEqual([true, true])
    await rest
    one.child.kill('SIGTERM')
    await one.ended
  })

  it('is not started with a file that holds no certificate', async () => {
    writeFileSync(join(cwd, 'none.crt'), '')
    const words = ['--mayastor-url', 'https://127.0.0.1:1', '--mayastor-ca-file', 'none.crt']
    const { status, notes } = await endOf(start(['operator', ...words], { cwd }))
    expect([status, notes]).toEqual([
      2,
      'error: none.crt holds no certificate: name a file in PEM [USAGE]\n',
    ])
  })
})

describe('a program in a pod of 256Mi', () => {
  const podMiB = 256
  // As the chart sets it there.
  const env = { NODE_OPTIONS: '--max-old-space-size=192 --max-semi-space-size=4' }
  const seen = it.runIf(existsSync('/proc/self/status'))

  const sizes = [
    ['that say so', { 'content-length': 2 ** 30 }],
    ['that do not', {}],
  ] as const

  seen.each(sizes)('is not filled by answers that do not end, %s', async (_, size) => {
    const { url } = await pouring(size)
    const words = ['--mayastor-url', url, '--prometheus-url', url, '--kubeconfig', 'none']
    const { ended, peakMiB } = watched(start(['doctor', ...words], { cwd, env }))
    const { status, out, notes } = await ended
    expect(`${out}${notes}`).toMatch(/the answer is larger than \d+ bytes/)
    expect(notes).not.toMatch(/^\s+at |heap/m)
    expect(status).toBe(4)
    expect(peakMiB()).toBeLessThan(podMiB)
  })

  seen('nor by all the lists of an API server at once', async () => {
    const { url, asked } = await pouring({})
    const kubeconfig = join(cwd, 'pouring.yaml')
    const [users, contexts] = [[{ name: 'a', user: {} }], [{ name: 'a', context: both }]]
    const clusters = [{ name: 'a', cluster: { server: url } }]
    const head = { apiVersion: 'v1', kind: 'Config', 'current-context': 'a' }
    writeFileSync(kubeconfig, JSON.stringify({ ...head, clusters, users, contexts }))
    const servers = ['--mayastor-url', `${url}/none`, '--prometheus-url', `${url}/none`]
    const here = ['--metrics-addr', '127.0.0.1:0', '--health-addr', '127.0.0.1:0']
    const words = ['operator', ...servers, ...here, '--kubeconfig', kubeconfig]
    const { ended, peakMiB, child } = watched(start(words, { cwd, env }))
    // Each kind is listed, and some again.
    while (asked() < 12 && child.exitCode === null) await sleep(50)
    child.kill('SIGTERM')
    const { status, notes } = await ended
    expect(status).toBe(143)
    expect(asked()).toBeGreaterThanOrEqual(12)
    expect(notes).not.toMatch(/^\s+at |heap/m)
    expect(peakMiB()).toBeLessThan(podMiB)
  })
})

const both = { cluster: 'a', user: 'a' }

/** A server whose every answer but those under /none goes on until nobody listens. */
async function pouring(size: Readonly<Record<string, number>>) {
  const piece = Buffer.alloc(1_048_576, '[1, 2, 3, 4, 5, 6], ')
  let asked = 0
  const server = createServer(({ url }, response) => {
    if (url?.startsWith('/none') === true) return void response.writeHead(503).end()
    asked += 1
    response.writeHead(200, { 'content-type': 'application/json', ...size })
    const pour = (): void => {
      while (!response.destroyed && response.write(piece));
    }
    response.on('drain', pour)
    pour()
  })
  const port = await freePort()
  server.listen(port, '127.0.0.1')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${port}`, asked: () => asked }
}

/** A child with the most that was resident of it. */
function watched(child: ReturnType<typeof start>) {
  let peakMiB = 0
  const looking = setInterval(() => {
    peakMiB = Math.max(peakMiB, peakOf(child.pid))
  }, 20)
  const ended = endOf(child).finally(() => clearInterval(looking))
  return { child, ended, peakMiB: () => peakMiB }
}

function peakOf(pid: number | undefined): number {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/VmHWM:\s+(\d+) kB/.exec(text)?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}
