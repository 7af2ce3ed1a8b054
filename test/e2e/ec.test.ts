/** Coded files as scripts and operators meet them: pipes, signals, full disks, kills. */
import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as later } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { couchestor, endOf, scratch, start } from './program.js'

const cwd = scratch()
const main = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url))
const user = Buffer.alloc(9_000_001)
const path = (...names: readonly string[]): string => join(cwd, ...names)

beforeAll(() => {
  for (let at = 0, state = 1; at < user.length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    user[at] = state >>> 16
  }
  writeFileSync(path('user.img'), user)
  writeFileSync(path('large.img'), Buffer.concat(Array.from({ length: 30 }, () => user)))
})

beforeEach(() => {
  for (const name of readdirSync(cwd)) {
    if (!name.endsWith('.img')) rmSync(path(name), { recursive: true })
  }
})

const run = (words: string) => couchestor(words.split(' '), { cwd })
const left = (): readonly string[] => readdirSync(cwd).filter(name => !name.endsWith('.img'))

async function encoded(name = 'coded', code = 'rs-4-2'): Promise<void> {
  const { status, notes } = await run(`ec encode user.img ${name} --code ${code}`)
  if (status !== 0) throw new Error(notes)
}

describe('a coded file', () => {
  test('goes through pipes', async () => {
    const script = `cat user.img | node ${main} ec encode - coded --code rs-3-2 &&
      rm -r coded/pool-0 coded/pool-3 && node ${main} ec decode coded - | cmp - user.img`
    const child = spawn('bash', ['-o', 'pipefail', '-c', script], { cwd })
    const ended = await endOf(child)
    expect(ended).toMatchObject({ status: 0, notes: '' })
  })

  test('is written on a file system too that knows no direct writes', async () => {
    const script = `mount -t ramfs none . && cd ../mounted && cp ${path('user.img')} . &&
      node ${main} ec encode user.img coded --code rs-4-2 &&
      node ${main} ec decode coded back.img && cmp back.img user.img`
    mkdirSync(path('mounted'))
    const words = ['--map-root-user', '--mount', 'bash', '-c', script]
    const ended = await endOf(spawn('unshare', words, { cwd: path('mounted') }))
    expect(ended).toMatchObject({ status: 0 })
  })

  test('is found damaged, repaired, and whole again', async () => {
    await encoded()
    rmSync(path('coded', 'pool-2'), { recursive: true })
    const container = path('coded', 'pool-4', 'container')
    const bytes = readFileSync(container)
    bytes[5000] ^= 1
    writeFileSync(container, bytes)
    const verified = await run('ec verify coded')
    expect(verified.status).toBe(1)
    expect(verified.out).toContain('pool-2: the container is not there [missing]')
    expect(verified.out).toContain(
      'pool-4: shard 4 of stripe 0, block 0: its bytes are not those that were written [checksum]',
    )
    const repaired = await run('ec repair coded')
    expect(repaired).toMatchObject({ status: 0, notes: '' })
    expect(repaired.out).toContain('it is whole')
    bytes[5000] ^= 1
    expect(readFileSync(container).equals(bytes)).toBe(true)
    expect((await run('ec verify coded')).status).toBe(0)
    expect((await run('ec scrub coded --rate 1GiB')).status).toBe(0)
    expect(left()).toEqual(['coded'])
  })

  test('that is beyond its code names its bytes, and leaves no file', async () => {
    await encoded()
    for (const pool of [0, 1, 5]) rmSync(path('coded', `pool-${pool}`), { recursive: true })
    const ended = await run('ec decode coded out')
    expect(ended.status).toBe(3)
    expect(ended.notes).toContain('bytes 0 to 524287 (stripe 0) are lost')
    expect(left()).toEqual(['coded'])
    expect((await run('ec decode coded -')).out).toBe('')
    const { status, out } = await run('ec repair coded')
    expect(status).toBe(1)
    expect(out).toContain('bytes 0 to 524287 are lost')
  })

  test('is written over only with --force', async () => {
    await encoded()
    expect((await run('ec encode large.img coded --code rs-2-1')).status).toBe(2)
    expect((await run('ec encode large.img coded --code rs-2-1 --force')).status).toBe(0)
    writeFileSync(path('out'), 'mine')
    expect((await run('ec decode coded out')).status).toBe(2)
    expect(readFileSync(path('out'), 'utf8')).toBe('mine')
    expect((await run('ec decode coded out --force')).status).toBe(0)
    expect(readFileSync(path('out')).equals(readFileSync(path('large.img')))).toBe(true)
    mkdirSync(path('letters', 'a'), { recursive: true })
    expect((await run('ec encode user.img letters --code rs-2-1 --force')).status).toBe(2)
    expect(readdirSync(path('letters'))).toEqual(['a'])
  })
})

describe('an encode that is cut off', () => {
  test('by kill -9 at any moment leaves nothing whole, and the next one cleans up', async () => {
    for (let moment = 0; moment < 8; moment++) {
      const child = start(['ec', 'encode', 'large.img', 'coded', '--code', 'rs-4-2'], { cwd })
      const ended = endOf(child)
      while (moment > 0 && !left().some(name => name.startsWith('coded.partial-'))) await later(5)
      await later(moment * 30)
      child.kill('SIGKILL')
      await ended
      if (!existsSync(path('coded'))) continue
      expect((await run('ec verify coded')).status).toBe(0)
      rmSync(path('coded'), { recursive: true })
    }
    for (const name of left()) {
      if (!name.startsWith('coded.partial-')) continue
      renameSync(path(name), path('half'))
      expect((await run('ec decode half out')).status).toBe(3)
      renameSync(path('half'), path(name))
    }
    await encoded()
    expect(left()).toEqual(['coded'])
  })

  test.each([
    { signal: 'SIGINT', status: 130 },
    { signal: 'SIGTERM', status: 143 },
  ] as const)('by $signal leaves what was there', async ({ signal, status }) => {
    await encoded()
    const words = ['ec', 'encode', 'large.img', 'coded', '--code', 'rs-4-2', '--force']
    const child = start(words, { cwd })
    const ended = endOf(child)
    while (!left().some(name => name.startsWith('coded.partial-'))) await later(5)
    child.kill(signal)
    expect((await ended).status).toBe(status)
    expect(left()).toEqual(['coded'])
    expect((await run('ec decode coded out')).status).toBe(0)
    expect(readFileSync(path('out')).equals(user)).toBe(true)
  })

  test('by a full disk says so, and leaves what was there', async () => {
    await encoded()
    const script = `ulimit -f 4000; node ${main} ec encode large.img coded --code rs-4-2 --force`
    const ended = await endOf(spawn('bash', ['-c', script], { cwd }))
    expect(ended.status).toBe(4)
    expect(ended.notes).toMatch(
      /^error: there is no room left .+pool-\d\/container.+\[DISK_FULL\]\n$/,
    )
    expect(left()).toEqual(['coded'])
    expect((await run('ec verify coded')).status).toBe(0)
  })
})

describe('two programs at once', () => {
  test('do not change one directory', async () => {
    await encoded()
    const holder = { pid: process.pid, host: 'elsewhere', command: 'couchestor ec scrub' }
    writeFileSync(path('coded.lock'), JSON.stringify(holder))
    for (const words of ['ec repair coded', 'ec scrub coded', 'ec verify coded']) {
      const ended = await run(words)
      expect(ended.status).toBe(4)
      expect(ended.notes).toContain(`couchestor ec scrub (process ${process.pid} on elsewhere)`)
    }
    const forced = await run('ec encode user.img coded --code rs-2-1 --force')
    expect(forced.status).toBe(4)
  })
})
