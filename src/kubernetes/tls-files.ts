/**
 * Whom a connection trusts and what it shows of itself, as files say it. They are checked here:
 * Node takes a file without a certificate in silence, and one that is empty for none at all, so
 * that the authorities of the system are trusted in place of the one that was named.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type ConnectionOptions, createSecureContext } from 'node:tls'

export type Tls = Pick<
  ConnectionOptions,
  'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername'
>

/**
 * A part of it as it is now. Throws what the file system says, or `Unusable`; the message holds
 * nothing secret.
 */
export type TlsPart = () => Tls

/** A file was read, and is not what it has to be. */
export class Unusable extends Error {}

export function authorityIn(path: string): TlsPart {
  return () => {
    const ca = readFileSync(path, 'utf8')
    const check = (): unknown => new X509Certificate(ca)
    return orUnusable(check, `${path} holds no certificate`, { ca })
  }
}

/** Taken together: while the two are exchanged one by one, they do not belong to each other. */
export function pairIn(certificatePath: string, keyPath: string): TlsPart {
  return () => {
    const cert = readFileSync(certificatePath, 'utf8')
    const key = readFileSync(keyPath, 'utf8')
    const check = (): void => {
      new X509Certificate(cert)
      createPrivateKey(key)
      createSecureContext({ cert, key })
    }
    const why = `${certificatePath} and ${keyPath} are no certificate and its key`
    return orUnusable(check, why, { cert, key })
  }
}

export function tlsOf(parts: readonly TlsPart[]): Tls {
  let tls: Tls = {}
  for (const part of parts) tls = { ...tls, ...part() }
  return tls
}

function orUnusable(check: () => unknown, why: string, tls: Tls): Tls {
  try {
    check()
  } catch {
    throw new Unusable(why)
  }
  return tls
}
