/** Kubeconfigs in a folder of a test's own, and the environment as the test wants it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { stringify } from 'yaml'

/** Gone after the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'couchestor-connect-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function write(folder: string, name: string, text: string): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}

interface Entries {
  readonly current?: string
  /** By context: what stands at its cluster and its user. */
  readonly contexts: Readonly<Record<string, { readonly cluster: object; readonly user?: object }>>
}

export function kubeconfig({ current, contexts }: Entries): string {
  const names = Object.entries(contexts)
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    ...(current === undefined ? {} : { 'current-context': current }),
    clusters: names.map(([name, { cluster }]) => ({ name: `of-${name}`, cluster })),
    users: names.flatMap(([name, { user }]) => (user === undefined ? [] : [{ name, user }])),
    contexts: names.map(([name, { user }]) => ({
      name,
      context: { cluster: `of-${name}`, ...(user === undefined ? {} : { user: name }) },
    })),
  })
}
