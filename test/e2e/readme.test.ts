/** Every command that the README shows runs as it stands there, where a newcomer stands. */
import { spawnSync } from 'node:child_process'
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

const directory = mkdtempSync(join(tmpdir(), 'couchestor-readme-'))

/** Lines of the shell blocks of a document, in order. */
function commandsOf(file: string): readonly string[] {
  const blocks = readFileSync(file, 'utf8').matchAll(/^```sh\n(.*?)^```$/gms)
  return [...blocks].flatMap(block => String(block[1]).trim().split('\n'))
}

/** What needs a network or another machine is stood in for; everything else runs as it is. */
function run(command: string): void {
  if (command === 'npm ci && npm test' || command === 'npm run control-plane') return
  if (command === 'npm run demo') {
    demonstrate()
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
  const ended = spawnSync('bash', ['-c', line], {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, PATH: path, COUCHESTOR_CACHE: join(directory, 'cache') },
  })
  expect(ended.status, `${line}\n${ended.stderr}`).toBe(0)
}

/** For a minute, in which a volume has to move. */
function demonstrate(): void {
  if (controlPlaneAssets() === null) return
  // Built aside: other tests run what is in dist.
  const built = join('node_modules', '.cache', 'couchestor', `demo-${process.pid}`)
  const compiled = spawnSync('npx', ['tsc', '-p', 'tsconfig.bench.json', '--outDir', built])
  expect(compiled.status, String(compiled.stdout)).toBe(0)
  const words = [join(built, 'test', 'demo', 'main.js'), '--for', '60']
  const ended = spawnSync(process.execPath, words, { encoding: 'utf8' })
  rmSync(built, { recursive: true })
  expect(ended.status, `${ended.stdout}\n${ended.stderr}`).toBe(0)
  expect(ended.stdout).toMatch(/^ {2}\S+: hot → (warm|cold), completed$/m)
}

describe('README.md', () => {
  beforeAll(() => {
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
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

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
