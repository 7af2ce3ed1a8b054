import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Answer } from '../../src/kubernetes/api.js'
import { type Connected, type Connection, connect } from '../../src/kubernetes/connect.js'
import { openApi } from '../../src/kubernetes/transport.js'
import { systemTiming } from '../../src/live/http/timing.js'
import { makeCertificates } from '../live/certificates.js'
import { answerJson, serve, type TestServer } from '../live/servers.js'
import { kubeconfig, newFolder, write } from './kubeconfigs.js'

const made = makeCertificates()
const secret = 's3cr3t-t0k3n'
const ca = Buffer.from(made.authority).toString('base64')

beforeEach(() => {
  vi.stubEnv('HOME', newFolder())
  vi.stubEnv('KUBECONFIG', undefined)
  vi.stubEnv('KUBERNETES_SERVICE_HOST', undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

const serving = { cert: made.server.certificate, key: made.server.key }
const thing = { metadata: { name: 'a' } }

function connectionOf(connected: Connected): Connection {
  if (connected.kind === 'missing') throw new Error(connected.why)
  return connected.connection
}

function ask(connection: Connection): Promise<Answer<unknown>> {
  const api = openApi(connection, systemTiming, { attempts: 1 })
  return api.get({ group: '', version: 'v1', plural: 'x', namespace: null }, 'a')
}

function said({ asked }: TestServer): readonly (string | undefined)[] {
  return asked.map(({ headers }) => headers.authorization)
}

async function whyMissing(options: Parameters<typeof connect>[0]): Promise<string> {
  const connected = await connect(options)
  return connected.kind === 'missing' ? connected.why : `it found ${connected.connection.url}`
}

/** One context, of that user, at a server that is not asked. */
function single(user: object, server: string = 'https://127.0.0.1:1'): string {
  const cluster = { server, 'certificate-authority-data': ca }
  return kubeconfig({ current: 'one', contexts: { one: { cluster, user } } })
}

describe('a kubeconfig that is named', () => {
  it('leads to its server as the user of its certificate, from files beside it', async () => {
    const wanted = { ca: made.authority, requestCert: true, rejectUnauthorized: true }
    const server = await serve(answerJson(thing), { ...serving, ...wanted })
    const folder = newFolder()
    write(folder, 'ca.crt', made.authority)
    write(folder, 'me.crt', made.client.certificate)
    write(folder, 'me.key', made.client.key)
    const cluster = { server: `${server.url}/`, 'certificate-authority': 'ca.crt' }
    const user = { 'client-certificate': 'me.crt', 'client-key': 'me.key' }
    const text = kubeconfig({ current: 'one', contexts: { one: { cluster, user } } })
    const path = write(folder, 'config', text)
    const connection = connectionOf(await connect({ kubeconfig: path }))
    expect(connection.url).toBe(server.url)
    expect(await ask(connection)).toMatchObject({ kind: 'answered' })
    const stranger = { ...connection, tls: { ca: made.authority } }
    expect(await ask(stranger)).toMatchObject({ kind: 'failed' })
  })

  it.each([
    ['in it', () => ({ token: secret }), `Bearer ${secret}`],
    ['in a file', tokenFile, `Bearer ${secret}`],
    ['and a password', () => ({ username: 'me', password: 'x' }), 'Basic bWU6eA=='],
    ['of a program', program, `Bearer ${secret}`],
  ])('brings the token %s', async (_, user, header) => {
    const server = await serve(answerJson(thing), serving)
    const folder = newFolder()
    const path = write(folder, 'config', single(user(folder), server.url))
    const connection = connectionOf(await connect({ kubeconfig: path }))
    expect(await ask(connection)).toMatchObject({ kind: 'answered' })
    expect(said(server)).toEqual([header])
  })

  it('is asked for its context by name, or has a current one', async () => {
    const contexts = {
      one: { cluster: { server: 'https://one:1' } },
      two: { cluster: { server: 'https://two:2/below/', 'tls-server-name': 'three' } },
      lax: { cluster: { server: 'https://lax:3', 'insecure-skip-tls-verify': true } },
    }
    const path = write(newFolder(), 'config', kubeconfig({ current: 'one', contexts }))
    const find = async (context?: string) => {
      const named = context === undefined ? {} : { context }
      const { url, tls } = connectionOf(await connect({ kubeconfig: path, ...named }))
      return { url, tls }
    }
    expect(await find()).toEqual({ url: 'https://one:1', tls: {} })
    expect(await find('two')).toEqual({ url: 'https://two:2/below', tls: { servername: 'three' } })
    expect(await find('lax')).toEqual({ url: 'https://lax:3', tls: { rejectUnauthorized: false } })
    expect(await whyMissing({ kubeconfig: path, context: 'no' })).toBe(
      `${path} has no context "no": it has one, two, lax`,
    )
  })

  it('may hold what is not whole, where nobody uses it', async () => {
    const contexts = { one: { cluster: { server: 'https://one:1' } }, two: { cluster: {} } }
    const path = write(newFolder(), 'config', kubeconfig({ current: 'one', contexts }))
    expect(connectionOf(await connect({ kubeconfig: path })).url).toBe('https://one:1')
    const told = await whyMissing({ kubeconfig: path, context: 'two' })
    expect(told).toBe(`${path} has no cluster "of-two"`)
  })

  it('that is not there is told', async () => {
    const path = join(newFolder(), 'config')
    expect(await whyMissing({ kubeconfig: path })).toContain(path)
    expect(await whyMissing({ kubeconfig: path })).toContain('no such file')
  })

  it.each([
    ['no YAML', `a: b\nusers: [${secret}\n  x: : y`, 'is no YAML, from line 2 on'],
    ['empty', '', 'is no kubeconfig'],
    ['a list', '- a', 'is no kubeconfig'],
    ['without contexts', 'kind: Config', 'says of no context that it is the current one'],
    ['of no context', 'current-context: x', 'has no context "x": it has none'],
    [
      'of a proxy',
      `${single({}).replace('server:', 'proxy-url: http://p\n      server:')}`,
      'proxy',
    ],
    ['of no URL', single({}, 'here'), 'the cluster "of-one" has no URL of a server'],
    ['of a URL with a password', single({}, `https://me:${secret}@x`), 'a name or a password'],
    ['of no key', single({ 'client-certificate-data': ca, 'client-key-data': 'eA==' }), 'config: '],
    ['of no file', single({ 'client-certificate': 'no.crt' }), 'no such file'],
    ['of a token in the open', single({ token: secret }, 'http://x'), 'where all can read them'],
    ['of no cluster', single({}).replace('name: of-one', 'name: x'), 'has no cluster "of-one"'],
    ['of no user', single({}).replace('user: one', 'user: two'), 'has no user "two"'],
    ['of no program', single(runs('/no/such')), 'ENOENT'],
    ['of a program that fails', single(runs('sh', ['-c', 'echo sorry >&2; exit 1'])), 'sorry'],
    ['of a program without JSON', single(runs('echo', [secret])), 'printed no JSON'],
  ])('that is %s is told', async (_, text, why) => {
    const path = write(newFolder(), 'config', text)
    const told = await whyMissing({ kubeconfig: path })
    expect(told).toContain(why)
    expect(told).not.toContain(secret)
  })

  it('says nothing that looks like a token, whoever said it', async () => {
    const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc-_def'
    const failing = runs('sh', ['-c', `echo "no ${token} any more" >&2; exit 1`])
    const path = write(newFolder(), 'config', single(failing))
    expect(await whyMissing({ kubeconfig: path })).toBe(`${path}: no (hidden) any more`)
  })
})

function tokenFile(folder: string): object {
  write(folder, 'token', `${secret}\n`)
  return { tokenFile: 'token', token: 'of before' }
}

function program(folder: string): object {
  const credential = { kind: 'ExecCredential', status: { token: secret } }
  return runs('cat', [write(folder, 'credential.json', JSON.stringify(credential))])
}

function runs(command: string, args: readonly string[] = []): object {
  return { exec: { apiVersion: 'client.authentication.k8s.io/v1', command, args } }
}

describe('the kubeconfig of the user', () => {
  const at = (server: string) =>
    kubeconfig({ current: 'a', contexts: { a: { cluster: { server } } } })

  it('is the one at home, unless the environment names another', async () => {
    write(process.env.HOME ?? '', '.kube/config', at('https://home:1'))
    expect(connectionOf(await connect({})).url).toBe('https://home:1')
    vi.stubEnv('KUBECONFIG', write(newFolder(), 'other', at('https://other:2')))
    expect(connectionOf(await connect({})).url).toBe('https://other:2')
  })

  it('may be several, of which the first counts, and some may be absent', async () => {
    const folder = newFolder()
    const b = { current: 'b', contexts: { b: { cluster: { server: 'https://b:2' } } } }
    const files = [
      join(folder, 'absent'),
      write(folder, 'a', at('https://a:1')),
      write(folder, 'b', kubeconfig(b)),
      write(folder, 'c', at('https://c:3')),
    ]
    vi.stubEnv('KUBECONFIG', files.join(':'))
    expect(connectionOf(await connect({})).url).toBe('https://a:1')
    expect(connectionOf(await connect({ context: 'b' })).url).toBe('https://b:2')
  })

  it('that is nowhere is missing, and no server of this machine takes its place', async () => {
    const home = join(process.env.HOME ?? '', '.kube', 'config')
    expect(await whyMissing({})).toBe(
      `there is no kubeconfig: KUBECONFIG is not set, ${home} is not there, and this is no pod`,
    )
    const absent = join(newFolder(), 'absent')
    vi.stubEnv('KUBECONFIG', absent)
    expect(await whyMissing({})).toBe(`KUBECONFIG names no file that is there: ${absent}`)
  })
})

describe('in a pod', () => {
  const below = 'var/run/secrets/kubernetes.io/serviceaccount'

  async function pod(): Promise<{ server: TestServer; podRoot: string }> {
    const server = await serve(answerJson(thing), serving)
    vi.stubEnv('KUBERNETES_SERVICE_HOST', '127.0.0.1')
    vi.stubEnv('KUBERNETES_SERVICE_PORT', new URL(server.url).port)
    const podRoot = newFolder()
    write(podRoot, `${below}/ca.crt`, made.authority)
    write(podRoot, `${below}/token`, 'first\n')
    return { server, podRoot }
  }

  it('is its service account, whose token is read again at each request', async () => {
    const { server, podRoot } = await pod()
    write(process.env.HOME ?? '', '.kube/config', 'this is not read: [')
    const connection = connectionOf(await connect({ podRoot }))
    expect(connection.url).toBe(server.url)
    expect(await ask(connection)).toMatchObject({ kind: 'answered' })
    write(podRoot, `${below}/token`, 'second')
    expect(await ask(connection)).toMatchObject({ kind: 'answered' })
    expect(said(server)).toEqual(['Bearer first', 'Bearer second'])
  })

  it('sends nothing while its token cannot be read, and goes on when it can', async () => {
    const { server, podRoot } = await pod()
    const connection = connectionOf(await connect({ podRoot }))
    rmSync(join(podRoot, below, 'token'))
    const outcome = await ask(connection)
    expect(outcome).toMatchObject({ kind: 'failed', reached: false })
    expect(JSON.stringify(outcome)).toContain('no such file')
    write(podRoot, `${below}/token`, 'third')
    expect(await ask(connection)).toMatchObject({ kind: 'answered' })
    expect(said(server)).toEqual(['Bearer third'])
  })

  it('is found at an address of either version of the protocol', async () => {
    const { podRoot } = await pod()
    vi.stubEnv('KUBERNETES_SERVICE_PORT', '443')
    vi.stubEnv('KUBERNETES_SERVICE_HOST', 'fd00::1')
    expect(connectionOf(await connect({ podRoot })).url).toBe('https://[fd00::1]')
    vi.stubEnv('KUBERNETES_SERVICE_HOST', '10.96.0.1')
    expect(connectionOf(await connect({ podRoot })).url).toBe('https://10.96.0.1')
  })

  it('is what is named, where something is', async () => {
    const { podRoot } = await pod()
    const path = write(newFolder(), 'config', single({}))
    expect(connectionOf(await connect({ podRoot, kubeconfig: path })).url).toMatch(/:1$/)
    vi.stubEnv('KUBECONFIG', path)
    expect(connectionOf(await connect({ podRoot, context: 'one' })).url).toMatch(/:1$/)
  })

  it('without all that a pod has is told', async () => {
    const { podRoot } = await pod()
    rmSync(join(podRoot, below, 'ca.crt'))
    expect(await whyMissing({ podRoot })).toMatch(/service account of this pod: ENOENT/)
    write(podRoot, `${below}/ca.crt`, made.authority)
    write(podRoot, `${below}/token`, '\n')
    expect(await whyMissing({ podRoot })).toMatch(/service account of this pod: .*token is empty/)
    rmSync(join(podRoot, below, 'token'))
    expect(await whyMissing({ podRoot })).toMatch(/this is no pod/)
  })
})
