import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { Refused } from '../../../src/core/errors.js'
import { deviceRefused } from '../../../src/ec/file/device-refused.js'
import { readText, replaceText } from '../../../src/ec/file/file-system.js'
import { after, nodeFileSystem as files } from '../../../src/ec/file/node-file-system.js'

const scratch = mkdtempSync(join(tmpdir(), 'couchestor-files-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))
const path = (name: string): string => join(scratch, name)

describe('the file system', () => {
  test('writes and reads more buffers than one call takes, into shared memory too', async () => {
    const memory = new Uint8Array(new SharedArrayBuffer(2500 * 3))
    const buffers = Array.from({ length: 2500 }, (_, at) => memory.subarray(at * 3, at * 3 + 3))
    for (let at = 0; at < memory.length; at++) memory[at] = at * 7
    const expected = Buffer.from(memory.slice())
    const file = await files.open(path('many'), 'create')
    await file.writev(buffers, 10)
    memory.fill(0)
    expect(await file.size()).toBe(7510)
    expect(await file.readv(buffers, 10)).toBe(7500)
    expect(Buffer.compare(memory, expected)).toBe(0)
    expect(await file.readv(buffers, 7000)).toBe(510)
    expect(await file.readv(buffers, 8000)).toBe(0)
    await file.truncate(20)
    await file.sync()
    await file.close()
    expect(readFileSync(path('many')).length).toBe(20)
  })

  test('creates only what is not there, and changes only what is', async () => {
    await expect(files.open(path('none'), 'change')).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(files.open(path('none'), 'read')).rejects.toMatchObject({ path: path('none') })
    writeFileSync(path('there'), '')
    await expect(files.open(path('there'), 'create')).rejects.toMatchObject({ code: 'EEXIST' })
    await expect(files.link(path('none'), path('there'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('creates past the memory of the machine what is made of whole pages', async () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
    const pages = new Uint8Array(memory.buffer, 0, 3 * 4096)
    for (let at = 0; at < pages.length; at++) pages[at] = at * 7
    const file = await files.open(path('direct'), 'createDirect')
    expect(await file.size()).toBe(4096)
    await file.writev([pages.subarray(4096), pages.subarray(0, 4096)], 4096)
    await file.sync()
    await file.close()
    const expected = Buffer.concat([Buffer.alloc(4096), pages.slice(4096), pages.slice(0, 4096)])
    expect(readFileSync(path('direct')).equals(expected)).toBe(true)
    await expect(files.open(path('direct'), 'createDirect')).rejects.toMatchObject({
      code: 'EEXIST',
    })
  })

  test('exchanges two names, and where that fails leaves them', async () => {
    mkdirSync(path('old'))
    mkdirSync(path('new'))
    writeFileSync(path('new/x'), '')
    await files.exchange(path('new'), path('old'), path('aside'))
    expect(existsSync(path('old/x'))).toBe(true)
    expect(existsSync(path('aside'))).toBe(true)
    await expect(files.exchange(path('gone'), path('old'), path('aside2'))).rejects.toThrow()
    expect(existsSync(path('old/x'))).toBe(true)
    expect(existsSync(path('aside2'))).toBe(false)
  })

  test('tells what is there', async () => {
    writeFileSync(path('b'), '')
    mkdirSync(path('listed'))
    for (const name of ['10', '9', 'a']) writeFileSync(path(`listed/${name}`), '')
    expect(await files.list(path('listed'))).toEqual(['10', '9', 'a'])
    expect(await files.list(path('b'))).toBeNull()
    expect(await files.list(path('b/c'))).toBeNull()
    expect(await files.kindOf(path('b'))).toBe('file')
    expect(await files.kindOf(path('listed'))).toBe('directory')
    expect(await files.kindOf('/dev/null')).toBe('other')
    expect(await files.kindOf(path('b/c'))).toBeNull()
  })

  test('replaces a small file as a whole', async () => {
    expect(await readText(files, path('text'))).toBeNull()
    await replaceText(files, path('text'), 'one')
    await replaceText(files, path('text'), 'two')
    expect(await readText(files, path('text'))).toBe('two')
  })
})

test('what is left after some bytes is the rest of the buffers', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 9 })), fc.nat(60), (buffers, bytes) => {
      const rest = Buffer.concat(buffers).subarray(bytes)
      expect(Buffer.compare(Buffer.concat(after(buffers, bytes)), rest)).toBe(0)
    }),
  )
})

describe('what a device refuses', () => {
  test.each([
    ['ENOSPC', 'DISK_FULL'],
    ['EDQUOT', 'DISK_FULL'],
    ['EFBIG', 'DISK_FULL'],
    ['EIO', 'DEVICE_FAILED'],
    ['ESTALE', 'DEVICE_FAILED'],
  ])('%s is told as %s, with its path', (code, told) => {
    const refused = deviceRefused(Object.assign(new Error('x'), { code }), '/a')
    if (!(refused instanceof Refused)) throw new Error('it is not told')
    expect(refused.errors).toMatchObject([{ code: told, where: { file: '/a' } }])
  })

  test('what the command line has words for keeps its path, or gets one', () => {
    const denied = Object.assign(new Error('x'), { code: 'EACCES' })
    expect(deviceRefused(denied, '/a')).toMatchObject({ code: 'EACCES', path: '/a' })
    expect(deviceRefused(denied, '/b')).toMatchObject({ path: '/a' })
    expect(deviceRefused('text', '/a')).toBe('text')
  })
})
