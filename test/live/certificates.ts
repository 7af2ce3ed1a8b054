/** Certificates of an authority of the test's own, made by openssl in a directory that is gone. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Pair {
  readonly certificate: string
  readonly key: string
}

export interface Certificates {
  readonly authority: string
  /** For 127.0.0.1. */
  readonly server: Pair
  /** For another host. */
  readonly elsewhere: Pair
  readonly client: Pair
}

export function makeCertificates(): Certificates {
  const directory = mkdtempSync(join(tmpdir(), 'couchestor-tls-'))
  try {
    const read = (name: string): string => readFileSync(join(directory, name), 'utf8')
    const openssl = (...words: readonly string[]): void => {
      const { status, stderr, error } = spawnSync('openssl', words, { cwd: directory })
      if (status !== 0) throw error ?? new Error(`openssl: ${stderr.toString('utf8')}`)
    }
    const keyed = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    const root = ['-subj', '/CN=authority', '-keyout', 'root.key', '-out', 'root.pem']
    openssl('req', '-x509', ...keyed, ...root, '-days', '2')
    const pair = (name: string, alternative: string): Pair => {
      const [key, request, signed] = ['key', 'csr', 'pem'].map(ending => `${name}.${ending}`)
      openssl('req', ...keyed, '-subj', `/CN=${name}`, '-keyout', key, '-out', request)
      writeFileSync(join(directory, `${name}.ext`), `subjectAltName=${alternative}\n`)
      const signer = ['-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial', '-days', '2']
      const files = ['-in', request, '-out', signed, '-extfile', `${name}.ext`]
      openssl('x509', '-req', ...signer, ...files)
      return { certificate: read(signed), key: read(key) }
    }
    return {
      server: pair('server', 'IP:127.0.0.1'),
      elsewhere: pair('elsewhere', 'DNS:elsewhere.example'),
      client: pair('client', 'DNS:client.example'),
      authority: read('root.pem'),
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
