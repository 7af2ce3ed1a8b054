/** Every command that the README shows runs as it stands there, where a newcomer stands. */
import { spawn } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { realTrace } from '../traces/real-traces.js'
import { aMove, demonstrated } from './demonstration.js'
import { type Ended, endOf } from './program.js'

const directory = mkdtempSync(join(tmpdir(), 'couchestor-readme-'))

/** Lines of the shell blocks of a document, in order. */
function commandsOf(file: string): readonly string[] {
  const blocks = readFileSync(file, 'utf8').matchAll(/^```sh\n(.*?)^```$/gms)
  return [...blocks].flatMap(block => String(block[1]).trim().split('\n'))
}

/** What needs a network or another machine is stood in for; everything else runs as it is. */
async function run(command: string): Promise<void> {
  if (command === 'npm ci && npm test' || command === 'npm run control-plane') return
  if (command === 'npm run demo') {
    await expectShown()
    return
  }
  if (command.startsWith('curl ')) {
    const trace = realTrace('cloudphysics.vscsi')
    if (trace !== null) copyFileSync(trace, join(directory, 'cloudPhysicsIO.vscsi'))
    return
  }
  const line = command
    .replace('npm ci && npm start', 'npm run --ignore-scripts start')
    .replace('npm run build && npm link', 'couchestor --version')
  const path = `${join(directory, 'bin')}:${process.env.PATH ?? ''}`
  const child = spawn('bash', ['-c', line], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: path, COUCHESTOR_CACHE: join(directory, 'cache') },
  })
  const { status, notes } = await endOf(child)
  expect(status, `${line}\n${notes}`).toBe(0)
}

/** It waits in real time for a volume to move: meanwhile the other commands run. */
let demonstration: Promise<Ended> | null = null

async function expectShown(): Promise<void> {
  if (demonstration === null) return
  const { status, out, notes } = await demonstration
  expect(status, `${out}\n${notes}`).toBe(0)
  expect(out).toMatch(aMove)
}

describe('README.md', () => {
  beforeAll(() => {
    if (controlPlaneAssets() !== null) demonstration = demonstrated()
    for (const name of ['dist', 'scenarios'])
      cpSync(name, join(directory, name), { recursive: true })
    copyFileSync('package.json', join(directory, 'package.json'))
    symlinkSync(resolve('node_modules'), join(directory, 'node_modules'))
    mkdirSync(join(directory, 'bin'))
    const shim = join(directory, 'bin', 'couchestor')
    const program = join(directory, 'dist/src/cli/start.cjs')
    writeFileSync(shim, `#!/bin/sh\nexec node "${program}" "$@"\n`)
    chmodSync(shim, 0o755)
  })
  afterAll(async () => {
    await demonstration
    rmSync(directory, { recursive: true, force: true })
  })

  const commands = commandsOf('README.md')

  it('shows commands', () => {
    expect(commands.length).toBeGreaterThan(8)
  })

  const needsTrace = (command: string): boolean => command.includes('cloudPhysicsIO')
  const hasTrace = realTrace('cloudphysics.vscsi') !== null
  it.each(commands.filter(command => hasTrace || !needsTrace(command)))('%s', run)

  it('and the quick start leaves a report', () => {
    const page = readFileSync(join(directory, 'couchestor-out/quick-start/report.html'), 'utf8')
    expect(page).toContain('This policy costs')
  })
})
