import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allShards, type Code, membersOf, type ShardSet, shardsOf } from '../../src/core/code.js'
import { canRebuild, readsFor } from '../../src/core/rebuild.js'
import { blockUnitBytes, type Engine } from '../../src/ec/codec.js'
import { anyCode, lrc, reedSolomon, someShards, usualCodes } from '../core/codes.js'
import { benchOf, enginesHere, openOver } from './engines.js'
import { fillPayload } from './payload.js'
import { blocksAt, overwrite, scalarWord } from './scalar-codec.js'

const engines = await enginesHere()

interface Scene {
  readonly code: Code
  readonly blockBytes: number
  readonly seed: number
  /** May be more than can be rebuilt. */
  readonly lost: ShardSet
  /** Not lost, and read neither. */
  readonly unread: ShardSet
}

const scenes: fc.Arbitrary<Scene> = fc.oneof(fc.constantFrom(...usualCodes), anyCode).chain(code =>
  fc.record({
    code: fc.constant(code),
    blockBytes: fc.integer({ min: 1, max: 3 }).map(units => units * blockUnitBytes),
    seed: fc.nat(),
    lost: someShards(code, 6),
    unread: someShards(code, 2),
  }),
)

function encodedBlocks(engine: Engine, { code, blockBytes, seed }: Scene): Promise<Uint8Array[]> {
  const bench = benchOf(shardsOf(code) * blockBytes)
  const blocks = blocksAt(bench.memory.buffer, bench.offsetBytes, blockBytes, code)
  for (const [shard, block] of blocks.entries()) fillPayload(block, seed + shard)
  const codec = openOver(engine, code, bench)
  const word = { offsetBytes: bench.offsetBytes, blockBytes }
  return codec.encode([word]).then(() => blocks.map(block => block.slice()))
}

for (const engine of engines) {
  describe(engine.name, () => {
    const doable = scenes.filter(({ code }) => engine.whyNot(code) === null)

    test('makes again what can be rebuilt, and leaves all else as it is', async () => {
      await fc.assert(
        fc.asyncProperty(doable, async ({ code, blockBytes, seed, lost, unread }) => {
          const present = allShards(code) & ~lost
          const reads = readsFor(code, lost, present & ~unread) ?? readsFor(code, lost, present)
          fc.pre(lost !== 0 && reads !== null)
          const bench = benchOf(shardsOf(code) * blockBytes)
          const blocks = blocksAt(bench.memory.buffer, bench.offsetBytes, blockBytes, code)
          for (const [shard, block] of blocks.entries()) fillPayload(block, seed + shard)
          const codec = openOver(engine, code, bench)
          const word = { offsetBytes: bench.offsetBytes, blockBytes }
          await codec.encode([word])
          const whole = blocks.map(block => Buffer.from(block))
          // Bystanders hold other bytes, which nobody may read or write.
          const bystanders = allShards(code) & ~lost & ~(reads ?? 0)
          overwrite(blocks, lost, 0xa5)
          overwrite(blocks, bystanders, 0x5a)
          await codec.rebuild([word], reads ?? 0, lost)
          for (const shard of membersOf(allShards(code) & ~bystanders)) {
            expect(whole[shard].equals(blocks[shard]), `shard ${shard}`).toBe(true)
          }
          for (const shard of membersOf(bystanders)) {
            expect(
              blocks[shard].every(byte => byte === 0x5a),
              `shard ${shard}`,
            ).toBe(true)
          }
        }),
        { numRuns: 150 },
      )
    })

    test('codes words that lie apart, of several sizes, each alone', async () => {
      const code = reedSolomon(4, 2)
      const bench = benchOf(64 * 1024 * 1024)
      const codec = openOver(engine, code, bench)
      const words = [65_536, 4096, 65_536, 40_960].map((blockBytes, at) => ({
        offsetBytes: bench.offsetBytes + at * 1_048_576,
        blockBytes,
      }))
      const lists = words.map(word =>
        blocksAt(bench.memory.buffer, word.offsetBytes, word.blockBytes, code),
      )
      for (const [at, blocks] of lists.entries()) {
        for (const [shard, block] of blocks.entries()) fillPayload(block, 10 * at + shard)
      }
      await codec.encode(words)
      for (const [at, blocks] of lists.entries()) {
        const alone = await encodedBlocks(engine, {
          code,
          blockBytes: words[at].blockBytes,
          seed: 10 * at,
          lost: 0,
          unread: 0,
        })
        expect(blocks.map(sum)).toEqual(alone.map(sum))
      }
    })

    test('refuses to read what it makes, or what there is not', async () => {
      const code = reedSolomon(4, 2)
      const bench = benchOf(1_048_576)
      const word = { offsetBytes: bench.offsetBytes, blockBytes: 4096 }
      const codec = openOver(engine, code, bench)
      await expect(codec.rebuild([word], 0b001111, 0b001000)).rejects.toThrow('also made')
      await expect(codec.rebuild([word], 0b000111, 0b001000)).rejects.toThrow('as many shards')
    })
  })
}

describe('the family gf256/1', () => {
  const family = engines.filter(engine => engine.family === 'gf256/1')

  test('is bit by bit what the rows say, whatever the engine', async () => {
    await fc.assert(
      fc.asyncProperty(scenes, async scene => {
        const small = { ...scene, blockBytes: blockUnitBytes }
        const all = await Promise.all(family.map(engine => encodedBlocks(engine, small)))
        const data = all[0].slice(0, scene.code.dataShards)
        const expected = scalarWord(scene.code, data).map(sum)
        for (const [at, blocks] of all.entries()) {
          expect(blocks.map(sum), family[at].name).toEqual(expected)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('LRC 12,2,2 comes back from every set of three, and of four that can be', async () => {
    const code = lrc(12, 2, 2)
    const bench = benchOf(16 * 4096)
    const blocks = blocksAt(bench.memory.buffer, bench.offsetBytes, 4096, code)
    const word = { offsetBytes: bench.offsetBytes, blockBytes: 4096 }
    for (const [shard, block] of blocks.entries()) fillPayload(block, shard)
    const [engine] = family
    const codec = openOver(engine, code, bench)
    await codec.encode([word])
    const whole = blocks.map(block => Buffer.from(block))
    let rebuilt = 0
    for (let lost = 1; lost < 65_536; lost++) {
      const size = membersOf(lost).length
      if ((size !== 3 && size !== 4) || !canRebuild(code, lost)) continue
      const reads = readsFor(code, lost, allShards(code) & ~lost) ?? 0
      overwrite(blocks, lost, 0)
      await codec.rebuild([word], reads, lost)
      const wrong = membersOf(lost).filter(shard => !whole[shard].equals(blocks[shard]))
      expect(wrong, `${membersOf(lost)}`).toEqual([])
      rebuilt++
    }
    expect(rebuilt).toBe(560 + 1568)
  })
})

test('every engine whose library is installed is tried here', () => {
  const resolve = createRequire(import.meta.url).resolve
  const isHere = (look: () => unknown): boolean => {
    try {
      look()
      return true
    } catch {
      return false
    }
  }
  const expected = [
    ...(isHere(() => resolve('@ronomon/reed-solomon')) ? ['ronomon'] : []),
    ...(isHere(() => resolve('koffi')) && hasIsaLibrary() ? ['isa-l'] : []),
    'portable',
  ]
  expect(engines.map(engine => engine.name)).toEqual(expected)
})

/** By the linker's own list. */
function hasIsaLibrary(): boolean {
  const list = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' }).stdout ?? ''
  return list.includes('libisal.so.2')
}

function sum(block: Uint8Array): string {
  return Buffer.from(block).toString('base64')
}
