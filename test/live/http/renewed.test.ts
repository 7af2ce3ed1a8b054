import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { authorityIn, pairIn } from '../../../src/kubernetes/tls-files.js'
import { HttpClient, usualClient } from '../../../src/live/http/client.js'
import { newFolder, write } from '../../kubernetes/kubeconfigs.js'
import { type Certificates, makeCertificates } from '../certificates.js'
import { type ExchangedServer, identityOf, serveExchanged } from '../exchanged-server.js'
import { TestTiming } from '../servers.js'

const [first, second] = [makeCertificates(), makeCertificates()]
const minute = 60_000_000
const read = { method: 'GET', path: '/' } as const
const change = { method: 'PUT', path: '/' } as const

async function begin(clients: Certificates | null = null) {
  const server = await serveExchanged(identityOf(first, clients))
  const folder = newFolder()
  writeAll(folder, first)
  const { client, timing } = clientOf(server, folder)
  return { server, folder, client, timing, ...asking(client) }
}

function clientOf({ url }: ExchangedServer, folder: string) {
  const timing = new TestTiming()
  // A connection that was cut is found so by the first try at times, and nothing passes then.
  timing.chances = 0
  const at = (name: string): string => join(folder, name)
  const authority = authorityIn(at('ca.crt'))
  const clientCertificate = pairIn(at('tls.crt'), at('tls.key'))
  const server = { url, authority, clientCertificate, token: null }
  const breaker = { ...usualClient.breaker, failuresToOpen: 100 }
  const client = new HttpClient(server, timing, { ...usualClient, attempts: 2, breaker })
  onTestFinished(() => client.close())
  return { client, timing }
}

function asking(client: HttpClient) {
  const told = async (asked: ReturnType<HttpClient['read']>): Promise<number | string> => {
    const outcome = await asked
    return outcome.kind === 'answered' ? outcome.status : outcome.why
  }
  return { reads: () => told(client.read(read)), changes: () => told(client.change(change)) }
}

function writeAll(folder: string, { authority, client }: Certificates): void {
  write(folder, 'ca.crt', authority)
  write(folder, 'tls.crt', client.certificate)
  write(folder, 'tls.key', client.key)
}

describe('a server whose certificate and authority are exchanged', () => {
  it('is not asked until the new authority is here, and then without a restart', async () => {
    const { server, folder, timing, reads, changes } = await begin()
    expect([await reads(), await changes()]).toEqual([200, 200])
    server.exchange(identityOf(second))
    await server.cut()
    const nobody = 'its certificate is signed by nobody that is trusted'
    timing.atUs += minute
    expect([await reads(), await changes()]).toEqual([nobody, nobody])
    write(folder, 'ca.crt', second.authority)
    timing.atUs += minute - 1
    expect(await reads(), 'it is looked at once a minute').toBe(nobody)
    timing.atUs += 1
    expect([await reads(), await changes()]).toEqual([200, 200])
  })

  it.each<[string, (path: string) => void]>([
    ['absent', path => rmSync(path)],
    ['empty', path => writeFileSync(path, '')],
    ['torn', path => writeFileSync(path, second.authority.slice(0, 100))],
    ['a folder', path => [rmSync(path), mkdirSync(path)]],
  ])('goes on while the file is %s', async (_, spoil) => {
    const { server, folder, timing, reads, changes } = await begin()
    spoil(join(folder, 'ca.crt'))
    timing.atUs += minute
    expect([await reads(), await changes()]).toEqual([200, 200])
    rmSync(join(folder, 'ca.crt'), { recursive: true, force: true })
    write(folder, 'ca.crt', second.authority)
    server.exchange(identityOf(second))
    await server.cut()
    timing.atUs += minute
    expect(await reads()).toBe(200)
  })
})

describe('a certificate of ours that is exchanged', () => {
  it('is shown once its key is here, too', async () => {
    const { server, folder, timing, reads } = await begin(first)
    expect(await reads()).toBe(200)
    write(folder, 'tls.crt', second.client.certificate)
    timing.atUs += minute
    await server.cut()
    expect(await reads(), 'the old pair goes on').toBe(200)
    server.exchange(identityOf(first, second))
    await server.cut()
    expect(await reads(), 'a stranger to it').not.toBe(200)
    write(folder, 'tls.key', second.client.key)
    timing.atUs += minute
    expect(await reads()).toBe(200)
  })

  it('is found where a Secret is mounted, as the kubelet switches it', async () => {
    const server = await serveExchanged(identityOf(first, first))
    const folder = newFolder()
    writeAll(join(folder, 'one'), first)
    symlinkSync('one', join(folder, '..data'))
    for (const name of ['ca.crt', 'tls.crt', 'tls.key']) {
      symlinkSync(`..data/${name}`, join(folder, name))
    }
    const { client, timing } = clientOf(server, folder)
    const { reads } = asking(client)
    expect(await reads()).toBe(200)
    server.exchange(identityOf(second, second))
    await server.cut()
    writeAll(join(folder, 'two'), second)
    symlinkSync('two', join(folder, '..new'))
    renameSync(join(folder, '..new'), join(folder, '..data'))
    rmSync(join(folder, 'one'), { recursive: true })
    timing.atUs += minute
    expect(await reads()).toBe(200)
  })
})

describe('the connections of before', () => {
  it('end with their requests, and those that wait for none end at once', async () => {
    const { server, folder, timing, reads } = await begin()
    await Promise.all([reads(), reads(), reads()])
    await server.has(3)
    server.hold()
    const under = [reads(), reads()]
    await server.holds(2)
    write(folder, 'ca.crt', `${first.authority}${second.authority}`)
    timing.atUs += minute
    const after = reads()
    await server.holds(3)
    await server.has(3)
    server.answer()
    expect(await Promise.all([...under, after])).toEqual([200, 200, 200])
    await server.has(1)
    expect(await reads()).toBe(200)
    await server.has(1)
  })

  it('serve what waits for one of them', async () => {
    const { server, folder, timing, reads } = await begin()
    server.hold()
    const under = Array.from({ length: 2 * usualClient.connections }, reads)
    await server.holds(usualClient.connections)
    write(folder, 'ca.crt', `${first.authority}${second.authority}`)
    timing.atUs += minute
    const after = reads()
    await server.holds(usualClient.connections + 1)
    server.answer()
    expect(new Set(await Promise.all([...under, after]))).toEqual(new Set([200]))
    await server.has(1)
  })

  it('are closed with the client, whatever they do', async () => {
    const { server, folder, timing, client, reads } = await begin()
    server.hold()
    const under = reads()
    await server.holds(1)
    write(folder, 'ca.crt', `${first.authority}${second.authority}`)
    timing.atUs += minute
    const after = reads()
    await server.holds(2)
    client.close()
    await server.has(0)
    expect(await Promise.all([under, after])).not.toContain(200)
  })
})
