import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { lockPath } from '../../../src/ec/file/directory.js'
import { refuseLocked, takeLock } from '../../../src/ec/file/lock.js'
import { nodeFileSystem as files } from '../../../src/ec/file/node-file-system.js'
import { untold } from '../../../src/ec/file/unfinished.js'

const scratch = mkdtempSync(join(tmpdir(), 'couchestor-lock-'))
const directory = join(scratch, 'coded')
const path = lockPath(directory)
afterAll(() => rmSync(scratch, { recursive: true, force: true }))
beforeEach(() => {
  for (const name of readdirSync(scratch)) rmSync(join(scratch, name))
})

const mine = `couchestor ec repair (process ${process.pid} on ${hostname()})`
const take = () => takeLock(files, directory, 'couchestor ec repair', untold)

function heldBy(holder: Readonly<Record<string, unknown>>): void {
  writeFileSync(path, JSON.stringify({ host: hostname(), command: 'other', ...holder }))
}

/** Of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '']).pid
}

describe('the lock', () => {
  test('is held by one, told to the others, and free again afterwards', async () => {
    const lock = await take()
    await expect(take()).rejects.toMatchObject({
      errors: [
        {
          code: 'CODED_LOCKED',
          where: { file: path },
          message: `${mine} is at work on this directory`,
        },
      ],
    })
    await expect(refuseLocked(files, directory)).rejects.toMatchObject({
      errors: [{ code: 'CODED_LOCKED' }],
    })
    await lock.release()
    expect(existsSync(path)).toBe(false)
    await refuseLocked(files, directory)
    await (await take()).release()
  })

  test('of a process that is gone is taken over', async () => {
    heldBy({ pid: deadPid(), started: '1' })
    await refuseLocked(files, directory)
    const lock = await take()
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid })
    await lock.release()
    expect(readdirSync(dirname(path))).toEqual([])
  })

  test('of a process whose number was given to another one is taken over', async () => {
    heldBy({ pid: process.pid, started: '1' })
    await (await take()).release()
  })

  test('that was cut off before it had a name is taken over', async () => {
    writeFileSync(path, '')
    await (await take()).release()
  })

  test.each([
    ['of another host', { pid: 1, host: 'elsewhere' }],
    ['of a process that lives', { pid: process.ppid }],
  ])('%s is left alone', async (_, holder) => {
    heldBy(holder)
    await expect(take()).rejects.toMatchObject({ errors: [{ code: 'CODED_LOCKED' }] })
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject(holder)
  })

  test('that nobody can read is left alone', async () => {
    writeFileSync(path, '{"pid"')
    await expect(take()).rejects.toThrow('another program is at work on this directory')
  })

  test('of a dead one goes to one of many that want it', async () => {
    for (let round = 0; round < 20; round++) {
      heldBy({ pid: deadPid(), started: '1' })
      const taken = await Promise.allSettled(Array.from({ length: 8 }, take))
      const winners = taken.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []))
      expect(winners).toHaveLength(1)
      for (const lock of winners) await lock.release()
      expect(readdirSync(scratch).filter(name => name.startsWith(basename(path)))).toEqual([])
    }
  })
})
