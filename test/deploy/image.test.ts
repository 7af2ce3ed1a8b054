/** The image cannot be built without a daemon: what its file says is done here without one. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repository } from '../tidy/source.js'
import { only, rendered } from './chart.js'

const deploy = join(repository, 'deploy')
const instructions = readFileSync(join(deploy, 'Dockerfile'), 'utf8')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'))
const begin = instructions.findLastIndex(line => line.startsWith('FROM'))
const last = instructions.slice(begin)

/** What the build gets to see. */
const context = readFileSync(join(deploy, 'Dockerfile.dockerignore'), 'utf8')
  .split('\n')
  .flatMap(line => (line.startsWith('!') ? [line.slice(1)] : []))

function saidOf(word: string): string {
  const found = last.filter(line => line.startsWith(`${word} `))
  expect(found, word).toHaveLength(1)
  return found[0]?.slice(word.length + 1) ?? ''
}

describe('the image', () => {
  it('holds no shell, and runs as the user that the chart names', () => {
    expect(saidOf('FROM')).toBe('gcr.io/distroless/nodejs20-debian12')
    expect(saidOf('USER')).toBe('65534:65534')
    const { template } = only(rendered(), 'Deployment').spec as {
      readonly template: { readonly spec: { readonly securityContext: object } }
    }
    const user = { runAsUser: 65534, runAsGroup: 65534 }
    expect(template.spec.securityContext).toMatchObject(user)
    expect(last.some(line => line.startsWith('RUN'))).toBe(false)
  })

  it('runs Debian’s release and Node’s major version in both stages', () => {
    expect(instructions[0]).toBe('FROM node:20-bookworm AS build')
    const { engines } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))
    expect(engines.node).toMatch(/^>=20\./)
  })

  it('is built from what its build may see, and the program in it starts', () => {
    const folder = mkdtempSync(join(tmpdir(), 'couchestor-image-'))
    const [source, app] = [join(folder, 'source'), join(folder, 'app')]
    try {
      for (const path of context) {
        cpSync(join(repository, path), join(source, path), { recursive: true })
      }
      symlinkSync(join(repository, 'node_modules'), join(source, 'node_modules'))
      expect(instructions.slice(0, begin)).toContain('RUN npm run build && npm prune --omit=dev')
      execFileSync('npm', ['run', 'build'], { cwd: source, stdio: 'pipe' })
      for (const line of last.filter(one => one.startsWith('COPY'))) {
        const words = line.split(' ').filter(word => !/^(COPY|--from=build)$/.test(word))
        const target = words.pop() ?? ''
        for (const word of words) {
          const path = word.replace('/source/', '')
          const to = target === './' ? path : target
          cpSync(join(source, path), join(app, to), { recursive: true })
        }
      }
      const [, program = ''] = JSON.parse(saidOf('ENTRYPOINT'))
      const [command] = JSON.parse(saidOf('CMD'))
      const start = join(folder, program)
      const out = execFileSync(process.execPath, [start, command, '--help'], { encoding: 'utf8' })
      expect(out).toContain('Usage: couchestor operator')
      const version = execFileSync(process.execPath, [start, '--version'], { encoding: 'utf8' })
      expect(version).toMatch(/^\d+\.\d+\.\d+\n$/)
      expect(version).not.toBe('0.0.0\n')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
