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

describe('a program that has little memory', () => {
  const heapMiB = 192
  const seen = it.runIf(existsSync('/proc/self/status'))

  const sizes = [
    ['that say so', { 'content-length': 2 ** 30 }],
    ['that do not', {}],
  ] as const

  seen.each(sizes)('is not filled by answers that do not end, %s', async (_, size) => {
    const piece = Buffer.alloc(1_048_576, '[1, 2, 3, 4, 5, 6], ')
    const server = createServer((_, response) => {
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
    const url = `http://127.0.0.1:${port}`
    const words = ['--mayastor-url', url, '--prometheus-url', url, '--kubeconfig', 'none']
    const env = { NODE_OPTIONS: `--max-old-space-size=${heapMiB}` }
    const child = start(['doctor', ...words], { cwd, env })
    const ended = endOf(child)
    let peakMiB = 0
    while (child.exitCode === null && child.signalCode === null) {
      peakMiB = Math.max(peakMiB, peakOf(child.pid))
      await sleep(20)
    }
    const { status, out, notes } = await ended
    expect(`${out}${notes}`).toMatch(/the answer is larger than \d+ bytes/)
    expect(notes).not.toMatch(/^\s+at |heap/m)
    expect(status).toBe(4)
    expect(peakMiB).toBeLessThan(2 * heapMiB)
  })
})

function peakOf(pid: number | undefined): number {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/VmHWM:\s+(\d+) kB/.exec(text)?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}
