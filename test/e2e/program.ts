/** The built program as a process of its own, in a directory of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'

export const main = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url))

/** What came of a process. */
export interface Ended {
  readonly status: number | null
  readonly out: string
  readonly notes: string
}

export interface Setting {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

/** A directory that is gone after the file's tests. */
export function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'couchestor-e2e-'))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** Nothing of the caller's own settings reaches the program. */
function environment(cwd: string, given: Setting['env']): NodeJS.ProcessEnv {
  const { PATH } = process.env
  return { PATH, HOME: cwd, COUCHESTOR_CACHE: join(cwd, '.cache'), ...given }
}

export function start(words: readonly string[], { cwd, env }: Setting): ChildProcess {
  return spawn(process.execPath, [main, ...words], { cwd, env: environment(cwd, env) })
}

export async function couchestor(words: readonly string[], setting: Setting): Promise<Ended> {
  const child = start(words, setting)
  const ended = endOf(child)
  child.stdin?.on('error', () => {})
  child.stdin?.end(setting.input ?? '')
  return ended
}

export async function endOf(child: ChildProcess): Promise<Ended> {
  let out = ''
  let notes = ''
  child.stdout?.on('data', (part: Buffer) => {
    out += part.toString('utf8')
  })
  child.stderr?.on('data', (part: Buffer) => {
    notes += part.toString('utf8')
  })
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  return { status, out, notes }
}
