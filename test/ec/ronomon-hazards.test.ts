/** What the raw package does to a process, and that the guard refuses it first. */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Refused } from '../../src/core/errors.js'
import { loadPackage } from '../../src/ec/ronomon/guarded.js'
import { repository } from '../tidy/source.js'

const built = join(repository, 'dist', 'src')
const opening = `
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { encodeGuarded, loadPackage } from '${join(built, 'ec', 'ronomon', 'guarded.js')}'
const rs = loadPackage()
const code = { kind: 'reed-solomon', dataShards: 4, parityShards: 2 }
const context = rs.create(4, 2)
const shared = bytes => Buffer.from(new SharedArrayBuffer(bytes))
const raw = (data, parity, sources = 0b1111, targets = 0b110000) => new Promise(resolve =>
  rs.encode(context, sources, targets, data, 0, data.length, parity, 0, parity.length, resolve))
const guarded = (data, parity, sources = 0b1111, targets = 0b110000) =>
  encodeGuarded(rs, context, code, { data, parity }, sources, targets)
`

interface Ended {
  readonly signal: string | null
  readonly output: string
}

function run(body: string): Ended {
  const script = `${opening}
try { ${body}; process.stdout.write('done') } catch (error) { process.stdout.write(error.message) }`
  const parameters = ['--expose-gc', '--input-type=module', '--eval', script]
  const child = spawnSync(process.execPath, parameters, { cwd: repository, encoding: 'utf8' })
  return { signal: child.signal, output: child.stdout }
}

/** None where the package could not be compiled. */
const installed = hasPackage() ? ['@ronomon/reed-solomon'] : []

for (const name of installed) {
  describe(name, () => {
    test('an empty buffer ends the process; guarded, it is refused', () => {
      const call = 'Buffer.alloc(0), Buffer.alloc(8192)'
      expect(run(`await raw(${call})`).signal).toBe('SIGABRT')
      expect(run(`await guarded(${call})`)).toEqual({
        signal: null,
        output: 'blocks to code are not empty',
      })
      expect(run('await guarded(shared(16384), shared(0))').output).toBe(
        'blocks to code are not empty',
      )
    })

    test('memory that was transferred away ends the process; guarded, it is refused', () => {
      const gone = `const data = Buffer.from(new ArrayBuffer(16384))
      structuredClone(data.buffer, { transfer: [data.buffer] })`
      expect(run(`${gone}; await raw(data, Buffer.alloc(8192))`).signal).toBe('SIGABRT')
      expect(run(`${gone}; await guarded(data, shared(8192))`)).toEqual({
        signal: null,
        output: 'blocks to code are not empty',
      })
    })

    test('memory that is transferred under it is lost; guarded, it cannot be', () => {
      // 64 MiB, so that the work runs when its memory is freed under it.
      const flight = (call: string): string => `
      const data = Buffer.from(new ArrayBuffer(67108864)), parity = Buffer.alloc(33554432)
      const work = ${call}(data, parity)
      work.catch(() => {})
      await sleep(2)
      structuredClone(data.buffer, { transfer: [data.buffer] })
      gc()
      await sleep(50)
      await work`
      expect(run(flight('raw')).signal).toBe('SIGSEGV')
      expect(run(flight('guarded'))).toEqual({
        signal: null,
        output: 'blocks to code lie in shared memory',
      })
      const shared = `const data = shared(16384)
      structuredClone(data.buffer, { transfer: [data.buffer] })`
      expect(run(shared).output).not.toBe('done')
    })

    test('a view of Node’s pool is refused', () => {
      const views = 'Buffer.from("x".repeat(1024)), Buffer.from("x".repeat(512))'
      expect(run(`await guarded(${views})`).output).toBe('blocks to code lie in shared memory')
    })

    test('sizes that do not fit are refused', () => {
      const multiple = 'a block is a multiple of 64 bytes'
      expect(run('await guarded(shared(4 * 72), shared(2 * 72))').output).toBe(multiple)
      expect(run('await guarded(shared(4 * 64 + 1), shared(2 * 64))').output).toBe(multiple)
      expect(run('await guarded(shared(4 * 64), shared(2 * 128))').output).toBe(
        'blocks of parity are as long as data',
      )
      // The views alone are that long: memory that nobody touches takes no room.
      expect(run('await guarded(shared(4294967296), shared(2147483648))').output).toBe(
        'blocks to code are below 4 GiB',
      )
    })

    test('sets that do not fit are refused', () => {
      const call = 'await guarded(shared(256), shared(128), '
      expect(run(`${call}0b011111, 0b010000)`).output).toContain('is not also made')
      expect(run(`${call}0b000111, 0b001000)`).output).toContain('as many shards are read')
      expect(run(`${call}0b001111, 0)`).output).toContain('as many shards are made')
    })

    test('a shard that nobody named is overwritten; guarded, it is put back', () => {
      // Shard 0 from 2, 3, 4 and 5: shard 1 is lost as well, and nobody asked for it.
      const body = (call: string): string => `
      const data = shared(256), parity = shared(128)
      for (let at = 0; at < 256; at++) data[at] = at * 7
      await raw(data, parity)
      const first = Buffer.from(data.subarray(0, 64))
      data.fill(0x5a, 0, 128)
      await ${call}(data, parity, 0b111100, 0b000001)
      const isMade = first.equals(data.subarray(0, 64))
      process.stdout.write(isMade + ' ' + data.subarray(64, 128).every(one => one === 0x5a) + ' ')`
      expect(run(body('raw')).output).toBe('true false done')
      expect(run(body('guarded')).output).toBe('true true done')
    })
  })
}

test('a package that is missing is told as NATIVE_MISSING, one that is there is loaded', () => {
  const codes = (): unknown => {
    try {
      return loadPackage().MAX_K
    } catch (error) {
      return error instanceof Refused ? error.errors.map(({ code }) => code) : error
    }
  }
  expect(codes()).toEqual(hasPackage() ? 24 : ['NATIVE_MISSING'])
})

function hasPackage(): boolean {
  try {
    createRequire(import.meta.url).resolve('@ronomon/reed-solomon')
    return true
  } catch {
    return false
  }
}
