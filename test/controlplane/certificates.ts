/** Keys and certificates of a control plane: an authority, a server, users by their subject. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

function openssl(folder: string, words: readonly string[]): void {
  execFileSync('openssl', words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
}

export function writeAuthority(folder: string): void {
  const files = ['-keyout', 'ca.key', '-out', 'ca.crt']
  openssl(folder, [
    'req',
    '-x509',
    ...newKey,
    ...files,
    '-subj',
    '/CN=couchestor-test',
    '-days',
    '2',
  ])
  openssl(folder, ['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'sa.key'])
}

/** `subject` is the identity: `/O=system:masters/CN=admin`. */
export function writeCertificate(folder: string, name: string, subject: string): void {
  const request = ['-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject]
  openssl(folder, ['req', ...newKey, ...request])
  const names = 'subjectAltName=IP:127.0.0.1,DNS:localhost,IP:10.0.0.1'
  writeFileSync(`${folder}/${name}.ext`, `${names}\nextendedKeyUsage=serverAuth,clientAuth\n`)
  const authority = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2']
  const files = ['-in', `${name}.csr`, '-out', `${name}.crt`, '-extfile', `${name}.ext`]
  openssl(folder, ['x509', '-req', ...authority, ...files])
}
