import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { repository } from '../tidy/source.js'

const folder = mkdtempSync(join(tmpdir(), 'couchestor-start-'))
const witness = join(folder, 'witness.cjs')
writeFileSync(
  witness,
  "process.on('exit', () => process.stdout.write(process.env.UV_THREADPOOL_SIZE + '\\n'))",
)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const { bin } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))

/** What the installed command prints, and then how many threads libuv was given. */
function start(environment: Readonly<Record<string, string>>): readonly string[] {
  const { UV_THREADPOOL_SIZE: _, ...own } = process.env
  const parameters = ['--require', witness, join(repository, bin.couchestor), '--version']
  const options = { encoding: 'utf8', env: { ...own, ...environment } } as const
  return spawnSync(process.execPath, parameters, options).stdout.trim().split('\n')
}

test('the installed command runs the program, with a thread of libuv’s for each processor', () => {
  const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))
  expect(start({})).toEqual([version, String(Math.max(4, availableParallelism()))])
})

test('what the caller has set stands', () => {
  expect(start({ UV_THREADPOOL_SIZE: '7' }).at(-1)).toBe('7')
})
