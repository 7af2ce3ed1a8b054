import { Readable } from 'node:stream'
import tychei from 'seedrandom/lib/tychei.js'
import { describe, expect, test } from 'vitest'
import { Refused } from '../../../src/core/errors.js'
import { stripeGeometry } from '../../../src/core/stripe.js'
import { encode } from '../../../src/ec/file/encode.js'
import { streamSource } from '../../../src/ec/file/source.js'
import { MemoryFileSystem, PowerCut } from '../../../src/ec/torture/memory-file-system.js'
import { scalarCoder } from '../scalar-coder.js'
import { code, coded, decoded, directory, encodeInto, idOf, randomBytes } from './coded.js'

const geometry = stripeGeometry(code('rs-2-1'), 10_000)
const old = randomBytes('old', 12_345)
const fresh = randomBytes('fresh', 45_678)

function emptyDisk(seed = 'disk'): MemoryFileSystem {
  return new MemoryFileSystem(tychei(seed), new Map([['/disk', 'directory']]))
}

async function diskWithOld(): Promise<MemoryFileSystem> {
  const files = emptyDisk()
  await encodeInto(files, scalarCoder(geometry), old, { id: 'old' })
  return files
}

function rest(files: MemoryFileSystem): readonly string[] {
  return [...files.tree.keys()].filter(path => !path.startsWith(directory.concat('/')))
}

async function stepsOf(files: MemoryFileSystem): Promise<number> {
  files.trouble({})
  await encodeInto(files, scalarCoder(geometry), fresh, { force: true })
  return files.steps
}

describe('an encode', () => {
  test('leaves nothing behind and the old one whole, at whatever step a device fails', async () => {
    const steps = await stepsOf(await diskWithOld())
    expect(steps).toBeGreaterThan(20)
    for (const failing of ['ENOSPC', 'EIO']) {
      for (let step = 0; step < steps; step++) {
        const files = await diskWithOld()
        const coder = scalarCoder(geometry)
        files.trouble({ failAtStep: { step, code: failing } })
        const failed = await encodeInto(files, coder, fresh, { force: true }).then(
          () => false,
          () => true,
        )
        expect(failed, `step ${step}`).toBe(true)
        const { bytes } = await decoded({ files, coder })
        const isSwitched = bytes.length === fresh.length
        expect(Buffer.compare(bytes, isSwitched ? fresh : old)).toBe(0)
        const left = rest(files).filter(path => !path.includes('.replaced-'))
        expect(left, `step ${step}`).toEqual(['/disk', directory])
      }
    }
  })

  test('that loses its power at any step leaves the old one or the new one', async () => {
    const steps = await stepsOf(await diskWithOld())
    for (let step = 0; step < steps; step++) {
      const files = await diskWithOld()
      const coder = scalarCoder(geometry)
      files.trouble({ cutAtStep: step })
      await expect(encodeInto(files, coder, fresh, { force: true })).rejects.toThrow(PowerCut)
      const after = files.afterCrash()
      const aside = [...after.tree.keys()].find(path => path.includes('.replaced-'))
      if (after.tree.get(directory) === undefined) expect(aside).toBeDefined()
      else {
        const { bytes } = await decoded({ files: after, coder })
        const isNew = bytes.length === fresh.length
        expect(Buffer.compare(bytes, isNew ? fresh : old)).toBe(0)
      }
    }
  })

  test('refuses a directory that is there, and with --force one that is not coded', async () => {
    const files = await diskWithOld()
    const coder = scalarCoder(geometry)
    await expect(encodeInto(files, coder, fresh)).rejects.toThrow('something stands there already')
    files.tree.delete(`${directory}/pool-0/container`)
    for (const pool of [0, 1, 2]) files.tree.delete(`${directory}/pool-${pool}`)
    files.tree.set(`${directory}/letters`, 'directory')
    await expect(encodeInto(files, coder, fresh, { force: true })).rejects.toThrow(
      'no coded directory',
    )
  })

  test('removes what an encode that was killed has left, and nothing else', async () => {
    const files = emptyDisk()
    for (const name of ['coded.partial-77', 'coded.partial-x', 'coded.partial-77b', 'coded2']) {
      files.tree.set(`/disk/${name}`, 'directory')
    }
    await encodeInto(files, scalarCoder(geometry), fresh)
    expect(new Set(rest(files))).toEqual(
      new Set([
        '/disk',
        directory,
        '/disk/coded.partial-77b',
        '/disk/coded.partial-x',
        '/disk/coded2',
      ]),
    )
  })

  test('says where the old one stands that a killed program had moved aside', async () => {
    const files = emptyDisk()
    files.tree.set('/disk/coded.replaced-7', 'directory')
    const refused = await encodeInto(files, scalarCoder(geometry), fresh).catch(error => error)
    if (!(refused instanceof Refused)) throw new Error('it was not refused')
    expect(refused.message).toContain('/disk/coded.replaced-7')
  })

  test('takes a stream in pieces of any size', async () => {
    const files = emptyDisk()
    const coder = scalarCoder(geometry)
    const pieces = [1, 9_999, 0, 20_000, 3, 15_675].map((bytes, index, all) => {
      const from = all.slice(0, index).reduce((sum, one) => sum + one, 0)
      return Buffer.from(fresh.subarray(from, from + bytes))
    })
    const told: number[] = []
    await encode({
      source: streamSource(Readable.from(pieces)),
      directory,
      coder,
      files,
      volume: idOf('stream'),
      force: false,
      unfinished: { begin: path => told.push(path.length), settle: () => {} },
      progress: bytes => told.push(bytes),
    })
    expect(Buffer.compare((await decoded({ files, coder })).bytes, fresh)).toBe(0)
    expect(told).toContain(fresh.length)
  })

  test('gives every pool a container of the same length', async () => {
    const { files } = await coded('rs-4-2', 50_000)
    const lengths = [...files.tree.values()].flatMap(one =>
      one === 'directory' ? [] : [one.bytes.length],
    )
    expect(lengths).toEqual(Array.from({ length: 6 }, () => 4096 + 3 * (8192 + 4096)))
  })
})
