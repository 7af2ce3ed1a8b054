import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RenewedTls } from '../../src/kubernetes/renewed-tls.js'
import { authorityIn, pairIn, tlsOf, Unusable } from '../../src/kubernetes/tls-files.js'
import { type Certificates, makeCertificates } from '../live/certificates.js'
import { TestTiming } from '../live/servers.js'
import { newFolder, write } from './kubeconfigs.js'

const both = [makeCertificates(), makeCertificates()]
const minute = 60_000_000

/** What a file may be found to hold, by the number of its owner. */
const kinds = ['first', 'second', 'absent', 'empty', 'torn', 'no certificate'] as const
type Kind = (typeof kinds)[number]
type Name = 'ca' | 'cert' | 'key'

function textOf(made: Certificates, name: Name): string {
  if (name === 'ca') return made.authority
  return name === 'cert' ? made.client.certificate : made.client.key
}

function holding(kind: Kind, name: Name): string | null {
  const [first, second] = both.map(made => textOf(made, name))
  if (kind === 'absent') return null
  if (kind === 'empty') return ''
  if (kind === 'torn') return second.slice(0, 120)
  if (kind === 'no certificate') return 'hello\n'
  return kind === 'first' ? first : second
}

function found(folder: string, kind: Kind, name: Name): void {
  const text = holding(kind, name)
  if (text === null) rmSync(join(folder, name), { force: true })
  else writeFileSync(join(folder, name), text)
}

function begin() {
  const folder = newFolder()
  for (const name of ['ca', 'cert', 'key'] as const) found(folder, 'first', name)
  const at = (name: Name): string => join(folder, name)
  const parts = [authorityIn(at('ca')), pairIn(at('cert'), at('key'))]
  const timing = new TestTiming()
  return { folder, timing, renewed: new RenewedTls(tlsOf(parts), parts, timing) }
}

describe('certificates that are exchanged', () => {
  const step = fc.record({
    name: fc.constantFrom<Name>('ca', 'cert', 'key'),
    kind: fc.constantFrom(...kinds),
    passedUs: fc.constantFrom(0, minute - 1, minute, 5 * minute),
  })

  it('are those of the last look that found them whole', () => {
    const property = fc.property(fc.array(step, { maxLength: 20 }), steps => {
      const { folder, timing, renewed } = begin()
      const files = new Map<Name, Kind>([
        ['ca', 'first'],
        ['cert', 'first'],
        ['key', 'first'],
      ])
      let [authority, pair]: Kind[] = ['first', 'first']
      let lookedUs = timing.atUs
      for (const { name, kind, passedUs } of steps) {
        found(folder, kind, name)
        files.set(name, kind)
        timing.atUs += passedUs
        if (timing.atUs - lookedUs >= minute) {
          lookedUs = timing.atUs
          const [ca, cert, key] = [...files.values()]
          if (isWhole(ca)) authority = ca
          if (isWhole(cert) && cert === key) pair = cert
        }
        const before = renewed.current()
        expect(before).toEqual({
          ca: holding(authority, 'ca'),
          cert: holding(pair, 'cert'),
          key: holding(pair, 'key'),
        })
        expect(renewed.current(), 'it is made once').toBe(before)
      }
    })
    fc.assert(property, { numRuns: 50 })
  })

  it('are the same object where a file was written again as it was', () => {
    const { folder, timing, renewed } = begin()
    const before = renewed.current()
    found(folder, 'first', 'ca')
    timing.atUs += minute
    expect(renewed.current()).toBe(before)
  })
})

function isWhole(kind: Kind): boolean {
  return kind === 'first' || kind === 'second'
}

describe('a file of certificates', () => {
  const [{ authority, client, server }] = both

  it.each([
    ['nothing', ''],
    ['words', 'hello'],
    ['a key', client.key],
    ['half a certificate', authority.slice(0, 200)],
  ])('that holds %s is not taken for an authority', (_, text) => {
    const path = write(newFolder(), 'ca.crt', text)
    const read = authorityIn(path)
    expect(read).toThrow(Unusable)
    expect(read).toThrow(`${path} holds no certificate`)
  })

  it('may hold words, and several', () => {
    const text = `# ours\n${authority}\n# theirs\n${both[1]?.authority}`
    expect(authorityIn(write(newFolder(), 'ca.crt', text))()).toEqual({ ca: text })
  })

  it.each([
    ['of another', server.key],
    ['of nobody', ''],
    ['cut short', client.key.slice(0, 60)],
  ])('is not taken with a key %s', (_, key) => {
    const folder = newFolder()
    const read = pairIn(write(folder, 'c', client.certificate), write(folder, 'k', key))
    expect(read).toThrow(Unusable)
    expect(read).toThrow(/are no certificate and its key$/)
  })

  it('that is not there is told as the file system tells it', () => {
    const read = authorityIn(join(newFolder(), 'none'))
    expect(read).toThrow(/ENOENT/)
    expect(read).not.toThrow(Unusable)
  })
})
