/**
 * What a kubeconfig or a pod says of its server and its user. Kubeconfigs are read by the client
 * library of Kubernetes, which knows the many ways of being someone. It is loaded only for them,
 * since it takes as much memory as all the rest, and a pod has only one way.
 */
import { readFileSync } from 'node:fs'
import type { RequestOptions } from 'node:https'
import { isIPv6 } from 'node:net'
import { dirname, resolve } from 'node:path'
import { createSecureContext } from 'node:tls'
import type { Cluster, Context, KubeConfig, User } from '@kubernetes/client-node'
import { parseDocument } from 'yaml'
import { isRecord } from './answer.js'
import type { Connected, Connection } from './connect.js'
import { authorityIn, pairIn, type Tls, type TlsPart, tlsOf } from './tls-files.js'

export function fromServiceAccount(root: string): Promise<Connected> {
  const file = (name: string): string =>
    `${root}/var/run/secrets/kubernetes.io/serviceaccount/${name}`
  return orMissing('the service account of this pod', async () => {
    const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } =
      process.env
    const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`
    const url = urlOf({ name: 'of this pod', server, skipTLSVerify: false })
    const tlsParts = [authorityIn(file('ca.crt'))]
    const tls = tlsOf(tlsParts)
    const headers: Connection['headers'] = async () => ({
      Authorization: `Bearer ${tokenIn(file('token'))}`,
    })
    await headers()
    return { url, tls, tlsParts, headers }
  })
}

/** Read at each request: the kubelet writes a new one there long before the old one ends. */
function tokenIn(path: string): string {
  const token = readFileSync(path, 'utf8').trim()
  if (token === '') throw new Error(`${path} is empty`)
  return token
}

/** Of what several hold, the first counts, as with kubectl. */
export function fromKubeconfigs(
  paths: readonly string[],
  named: string | undefined,
): Promise<Connected> {
  const where = paths.join(', ')
  return orMissing(where, async () => {
    const loaded: Loaded[] = []
    for (const path of paths) loaded.push(load(await emptyConfig(), path))
    const context = contextOf(loaded, where, named)
    const cluster = firstOf(loaded, ({ config }) => config.getCluster(context.cluster))
    if (cluster === null) throw new Wrong(`${where} has no cluster ${quoted(context.cluster)}`)
    // A context of nobody is one of a server that asks for nothing, as a proxy of kubectl's.
    const isNobody = context.user === undefined
    const user = isNobody ? nobody : firstOf(loaded, one => userOf(one, context.user))
    if (user === null) throw new Wrong(`${where} has no user ${quoted(context.user)}`)
    return connectionOf(cluster, user)
  })
}

/** A whole sentence, which may be shown. */
class Wrong extends Error {}

const nobody: User = { name: 'nobody' }

async function orMissing(what: string, make: () => Promise<Connection>): Promise<Connected> {
  try {
    return { kind: 'connected', connection: await make() }
  } catch (error) {
    const why = error instanceof Wrong ? error.message : `${what}: ${saying(error)}`
    return { kind: 'missing', why }
  }
}

async function emptyConfig(): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node')
  return new KubeConfig()
}

interface Loaded {
  readonly path: string
  readonly config: KubeConfig
  readonly document: Readonly<Record<string, unknown>>
}

/** The parser's own message quotes the text, and so a token: only the line is told. */
function load(config: KubeConfig, path: string): Loaded {
  const parsed = parseDocument(readFileSync(path, 'utf8'))
  const [error] = parsed.errors
  if (error !== undefined) {
    throw new Wrong(`${path} is no YAML, from line ${error.linePos?.[0].line ?? 1} on`)
  }
  const document: unknown = parsed.toJS()
  if (!isRecord(document)) throw new Wrong(`${path} is no kubeconfig`)
  // An entry that is not whole matters only to those who use it.
  config.loadFromString(JSON.stringify(document), { onInvalidEntry: 'filter' })
  config.makePathsAbsolute(dirname(path))
  return { path, config, document }
}

function contextOf(loaded: readonly Loaded[], where: string, named: string | undefined): Context {
  const current = named ?? firstOf(loaded, ({ config }) => config.getCurrentContext() || null)
  if (current === null) throw new Wrong(`${where} says of no context that it is the current one`)
  const context = firstOf(loaded, ({ config }) => config.getContextObject(current))
  if (context !== null) return context
  const names = loaded.flatMap(({ config }) => config.getContexts().map(({ name }) => name))
  const others = names.length === 0 ? 'none' : names.join(', ')
  throw new Wrong(`${where} has no context ${quoted(current)}: it has ${others}`)
}

/** With the token's file, which the library does not read from where kubectl has it. */
function userOf({ path, config, document }: Loaded, name: string): User | null {
  const user = config.getUser(name)
  if (user === null) return null
  const entries: readonly unknown[] = Array.isArray(document.users) ? document.users : []
  const entry = entries.filter(isRecord).find(one => one.name === name)
  const written = isRecord(entry?.user) ? entry.user.tokenFile : undefined
  if (typeof written !== 'string' || written === '') return user
  const { token, ...rest } = user
  const tokenFile = resolve(dirname(path), written)
  return { ...rest, authProvider: { name: 'tokenFile', config: { tokenFile } } }
}

async function connectionOf(cluster: Cluster | null, user: User | null): Promise<Connection> {
  if (cluster === null || user === null) throw new Error('it names no server, or nobody')
  const url = urlOf(cluster)
  const isSecure = url.startsWith('https:')
  const config = await emptyConfig()
  // The library refuses http unless it is told that nothing is verified: nothing secret is sent.
  config.loadFromClusterAndUser(isSecure ? cluster : { ...cluster, skipTLSVerify: true }, user)
  const ask = async (): Promise<RequestOptions> => {
    const options: RequestOptions = {}
    await config.applyToHTTPSOptions(options)
    return options
  }
  const first = await ask()
  const firstHeaders = headersOf(first)
  if (!isSecure && Object.keys(firstHeaders).length > 0) {
    throw new Wrong(`${url} is not asked: credentials are not sent where all can read them`)
  }
  const tlsParts = isSecure ? filesOf(cluster, user) : []
  const tls = isSecure ? { ...tlsAsked(first), ...tlsOf(tlsParts) } : {}
  createSecureContext(tls)
  const isLasting = !user.exec && !user.authProvider
  const headers: Connection['headers'] = async () => {
    if (isLasting) return firstHeaders
    try {
      return headersOf(await ask())
    } catch (error) {
      throw new Error(saying(error))
    }
  }
  return { url, tls, tlsParts, headers }
}

/** As the library reads them: a file counts before what stands in the kubeconfig itself. */
function filesOf({ caFile }: Cluster, { certFile, keyFile }: User): readonly TlsPart[] {
  const authority = caFile ? [authorityIn(caFile)] : []
  return certFile && keyFile ? [...authority, pairIn(certFile, keyFile)] : authority
}

function urlOf({ name, server, proxyUrl }: Cluster): string {
  const url = URL.canParse(server) ? new URL(server) : null
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new Wrong(`the cluster ${quoted(name)} has no URL of a server`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new Wrong(`the URL of the cluster ${quoted(name)} holds a name or a password`)
  }
  if (proxyUrl) throw new Wrong(`the cluster ${quoted(name)} is behind a proxy, which is not used`)
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}

function tlsAsked({ ca, cert, key, rejectUnauthorized, servername }: RequestOptions): Tls {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
    ...(servername === undefined ? {} : { servername }),
  }
}

/** A file of a token often ends with a line's end, which no header may hold. */
function headersOf({ headers, auth }: RequestOptions): Readonly<Record<string, string>> {
  const given = Object.entries(headers ?? {}).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value.trim()] as const] : [],
  )
  const basic = auth ? { Authorization: `Basic ${Buffer.from(auth).toString('base64')}` } : {}
  return { ...basic, ...Object.fromEntries(given) }
}

function firstOf<Value>(
  loaded: readonly Loaded[],
  pick: (one: Loaded) => Value | null,
): Value | null {
  for (const one of loaded) {
    const value = pick(one)
    if (value !== null) return value
  }
  return null
}

/** What a program that gives tokens printed may hold one. */
function saying(error: unknown): string {
  if (error instanceof SyntaxError) return 'what gives its credentials printed no JSON'
  if (!(error instanceof Error)) return 'its credentials cannot be had'
  const [line = ''] = error.message.trim().split('\n')
  const shown = line.replace(/[\w+=.-]{40,}/g, '(hidden)')
  return shown === '' ? 'its credentials cannot be had' : shown
}

function quoted(text: string): string {
  return JSON.stringify(text)
}
