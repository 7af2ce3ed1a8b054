/** The servers that flags name, as clients; files of secrets are read again as they change. */
import { readFileSync } from 'node:fs'
import { authorityIn, pairIn, type TlsPart, Unusable } from '../../kubernetes/tls-files.js'
import {
  type ClientSettings,
  HttpClient,
  type Server,
  usualClient,
} from '../../live/http/client.js'
import type { Timing } from '../../live/http/timing.js'
import { usage } from '../usage.js'

export interface ServerFlags {
  readonly mayastorUrl?: string
  readonly mayastorCaFile?: string
  readonly mayastorTokenFile?: string
  readonly prometheusUrl?: string
  readonly prometheusCaFile?: string
  readonly prometheusTokenFile?: string
  readonly clientCertificateFile?: string
  readonly clientKeyFile?: string
}

/** A person waits for the answer. */
const patience = { ...usualClient, deadlineUs: 15_000_000, attemptUs: 10_000_000, attempts: 2 }

export function mayastorHttp(flags: ServerFlags, timing: Timing): HttpClient {
  return new HttpClient(mayastorServer(flags), timing, patience)
}

/** For an operator: a command is given up before the lease that it was sent under can end. */
export function commandsHttp(
  flags: ServerFlags,
  timing: Timing,
  deadlineUs: number,
  given: Partial<ClientSettings> = {},
): HttpClient {
  const settings = { ...usualClient, deadlineUs, ...given }
  return new HttpClient(mayastorServer(flags), timing, settings)
}

export function prometheusHttp(
  flags: ServerFlags,
  timing: Timing,
  given: Partial<ClientSettings> = {},
): HttpClient {
  const { prometheusUrl, prometheusCaFile, prometheusTokenFile } = flags
  const url = named(prometheusUrl, 'Prometheus', '--prometheus-url')
  return new HttpClient(serverOf(url, prometheusCaFile, prometheusTokenFile, flags), timing, {
    ...patience,
    ...given,
  })
}

function mayastorServer(flags: ServerFlags): Server {
  const { mayastorUrl, mayastorCaFile, mayastorTokenFile } = flags
  const url = named(mayastorUrl, 'Mayastor', '--mayastor-url')
  return serverOf(versioned(url), mayastorCaFile, mayastorTokenFile, flags)
}

function named(url: string | undefined, what: string, flag: string): string {
  if (url !== undefined) return url
  throw usage(`${what} is not named`, `give its URL with ${flag}`)
}

/** The API's paths begin with its version; people write the host alone. */
function versioned(url: string): string {
  return /\/v\d+\/*$/.test(url) ? url : `${url.replace(/\/+$/, '')}/v0`
}

function serverOf(
  url: string,
  caFile: string | undefined,
  tokenFile: string | undefined,
  { clientCertificateFile, clientKeyFile }: ServerFlags,
): Server {
  const isPair = clientCertificateFile !== undefined && clientKeyFile !== undefined
  if (!isPair && (clientCertificateFile ?? clientKeyFile) !== undefined) {
    const message = 'a certificate is given without its key, or a key without its certificate'
    const hint = 'give --client-certificate-file and --client-key-file'
    throw usage(message, hint)
  }
  if (tokenFile !== undefined) readToken(tokenFile)
  return {
    url,
    authority: caFile === undefined ? null : checked(authorityIn(caFile)),
    clientCertificate: isPair ? checked(pairIn(clientCertificateFile, clientKeyFile)) : null,
    token: tokenFile === undefined ? null : () => readToken(tokenFile),
  }
}

/** What is wrong from the beginning is told at once. */
function checked(part: TlsPart): TlsPart {
  try {
    part()
    return part
  } catch (error) {
    if (!(error instanceof Unusable)) throw error
    throw usage(error.message, 'name a file in PEM')
  }
}

function readToken(file: string): string {
  return readFileSync(file, 'utf8').trim()
}
