import tychei from 'seedrandom/lib/tychei.js'
import { describe, expect, test } from 'vitest'
import { MemoryFile } from '../../../src/ec/torture/memory-file.js'
import { MemoryFileSystem, PowerCut } from '../../../src/ec/torture/memory-file-system.js'
import { torture } from '../../../src/ec/torture/torture.js'

const silent = { only: null, progress: () => {} }

describe('the fault test', () => {
  test('finds no wrong byte, whatever happens to the pools', async () => {
    const told = await torture({ runs: 300, seed: 20_260_105, ...silent })
    expect(told.violations).toEqual([])
    expect(told).toMatchObject({ runs: 300, shapes: 6 })
    for (const [kind, count] of Object.entries(told.damage)) {
      expect(count, kind).toBeGreaterThan(5)
    }
    expect(told.powerCuts).toBeGreaterThan(100)
    expect(told.lossesNamed).toBeGreaterThan(5)
  })

  test('repeats one run by its seed', async () => {
    const only = '5/0/3'
    const [first, second] = [
      await torture({ runs: 60, seed: 5, ...silent, only }),
      await torture({ runs: 60, seed: 5, ...silent, only }),
    ]
    expect(first).toEqual(second)
    expect(first.runs).toBe(1)
  })
})

/** A disk with one durable file, which then is written over and renamed. */
async function disk(seed: string): Promise<MemoryFileSystem> {
  const files = new MemoryFileSystem(tychei(seed), new Map([['/d', 'directory']]))
  const file = await files.open('/d/a', 'create')
  await file.writev([new Uint8Array(2048).fill(1)], 0)
  await file.sync()
  await files.syncDirectory('/d')
  await file.writev([new Uint8Array(2048).fill(2)], 0)
  await files.rename('/d/a', '/d/b')
  return files
}

describe('the file system that it uses', () => {
  test('keeps of what was not synced any sectors, and a name or the other', async () => {
    const names = new Set<string>()
    const contents = new Set<string>()
    for (let seed = 0; seed < 200; seed++) {
      const after = (await disk(`${seed}`)).afterCrash()
      const found = [...after.tree].filter(([path]) => path !== '/d')
      expect(found).toHaveLength(1)
      const [[path, entry]] = found
      names.add(path)
      if (entry === 'directory') throw new Error('it is a file')
      const sectors = [0, 512, 1024, 1536].map(at => entry.bytes[at])
      contents.add(sectors.join(''))
      expect(new Set(entry.bytes.subarray(0, 512)).size).toBe(1)
    }
    expect(names).toEqual(new Set(['/d/a', '/d/b']))
    expect(contents.size).toBeGreaterThan(8)
  })

  test('loses what was never synced, and keeps what was', async () => {
    const files = new MemoryFileSystem(() => 0.999, new Map([['/d', 'directory']]))
    const file = await files.open('/d/a', 'create')
    await file.writev([Uint8Array.of(1, 2, 3)], 0)
    await files.syncDirectory('/d')
    const entry = files.afterCrash().tree.get('/d/a')
    expect(entry).toBeInstanceOf(MemoryFile)
    await file.sync()
    const kept = files.afterCrash().tree.get('/d/a')
    if (kept === undefined || kept === 'directory') throw new Error('it is a file')
    expect([...kept.bytes]).toEqual([1, 2, 3])
  })

  test('does nothing more when the power is gone', async () => {
    const files = await disk('cut')
    files.trouble({ cutAtStep: 0 })
    await expect(files.rename('/d/b', '/d/c')).rejects.toThrow(PowerCut)
    await expect(files.list('/d')).rejects.toThrow(PowerCut)
    await expect(files.kindOf('/d')).rejects.toThrow(PowerCut)
  })
})
