import { describe, expect, test } from 'vitest'
import type { OpenMode } from '../../../src/ec/file/file-system.js'
import { blockOffset, pageOffset } from '../../../src/ec/file/layout.js'
import { repair } from '../../../src/ec/file/repair.js'
import { RepairPlan } from '../../../src/ec/file/repair-plan.js'
import { untold } from '../../../src/ec/file/unfinished.js'
import { openVolume } from '../../../src/ec/file/volume.js'
import { scalarCoder } from '../scalar-coder.js'
import {
  type Coded,
  coded,
  containerOf,
  decoded,
  directory,
  everything,
  losePool,
  opened,
  repaired,
  verified,
} from './coded.js'

function flip(one: Coded, pool: number, stripe: number, block = 0): void {
  containerOf(one, pool).bytes[blockOffset(one.geometry, stripe, block) + 1] ^= 16
}

/** Blocks written, in order: of which pool, at which stripe. */
async function writesOf(one: Coded): Promise<readonly string[]> {
  const writes: string[] = []
  const { files, coder } = one
  const original = files.open.bind(files)
  const slot = one.geometry.shardBytes + 4096
  Object.assign(files, {
    open: async (path: string, mode: OpenMode) => {
      const file = await original(path, mode)
      return {
        ...file,
        writev: async (buffers: readonly Uint8Array[], position: number) => {
          const stripe = Math.floor((position - 4096) / slot)
          const pool = /pool-(\d+)/.exec(path)?.[1]
          if (position >= 4096 && (position - 4096) % slot === 0) writes.push(`${pool}/${stripe}`)
          await file.writev(buffers, position)
        },
      }
    },
  })
  await opened(
    one,
    volume => repair({ volume, coder, files, unfinished: untold, progress: () => {} }),
    'change',
  )
  return writes
}

describe('a repair', () => {
  test('takes the stripes first that have lost most', async () => {
    const many = await coded('rs-4-3', 200_000)
    const one = { ...many, coder: scalarCoder(many.geometry, { places: 1 }) }
    losePool(one, 6)
    flip(one, 1, 4)
    flip(one, 2, 8)
    flip(one, 3, 8)
    const writes = await writesOf(one)
    const order = [...new Set(writes.map(write => Number(write.split('/')[1])))]
    expect(order).toEqual([8, 4, 0, 1, 2, 3, 5, 6, 7, 9])
    expect(writes.slice(0, 3).sort()).toEqual(['2/8', '3/8', '6/8'])
    expect((await verified(one)).findings).toEqual([])
  })

  test('makes a lost shard of an LRC from its own group alone', async () => {
    const one = await coded('lrc-12-2-2', 300_000)
    losePool(one, 8)
    one.files.reads.length = 0
    const { readBytes, examinedBytes } = await repaired(one)
    const slot = one.geometry.shardBytes + 4096
    expect(readBytes).toBe(15 * 6 * slot)
    expect(examinedBytes).toBe(15 * 15 * slot)
    expect((await verified(one)).findings).toEqual([])
  })

  test('of a Reed-Solomon code reads as many shards as it has data', async () => {
    const one = await coded('rs-4-2', 300_000)
    losePool(one, 1)
    const { readBytes, slackBefore } = await repaired(one)
    expect(readBytes).toBe(15 * 4 * (one.geometry.shardBytes + 4096))
    expect(slackBefore).toBe(1)
  })

  test('writes a damaged header again, and mends nothing else', async () => {
    const one = await coded('rs-4-2', 60_000)
    const before = everything(one)
    containerOf(one, 2).bytes.fill(0, 0, 4096)
    expect(await repaired(one)).toMatchObject({
      findings: [{ directory: 'pool-2', fault: 'header', stripe: null }],
      writtenBlocks: 0,
    })
    expect(everything(one)).toEqual(before)
  })

  test('makes short containers longer and long ones shorter', async () => {
    const one = await coded('rs-4-2', 60_000)
    const before = everything(one)
    containerOf(one, 0).truncate(pageOffset(one.geometry, 1) + 128)
    containerOf(one, 4).truncate(1_000_000)
    const { findings } = await repaired(one)
    expect(findings.map(({ pool, fault, stripe }) => [pool, fault, stripe])).toEqual([
      [0, 'short', null],
      [4, 'excess', null],
      [0, 'short', 1],
    ])
    expect(everything(one)).toEqual(before)
  })

  test('puts an empty directory’s container into it, and a lost directory back', async () => {
    const one = await coded('rs-4-2', 60_000)
    const before = everything(one)
    one.files.tree.delete(`${directory}/pool-5/container`)
    losePool(one, 0)
    await repaired(one)
    expect(everything(one)).toEqual(before)
    expect(one.files.tree.get(`${directory}/pool-0`)).toBe('directory')
  })

  test('refuses to write over a container of another volume', async () => {
    const one = await coded('rs-4-2', 60_000)
    const other = await coded('rs-3-3', 60_000)
    one.files.tree.set(`${directory}/pool-3/container`, containerOf(other, 3))
    const before = everything(one)
    await expect(repaired(one)).rejects.toMatchObject({
      errors: [{ code: 'CONTAINER_FOREIGN', where: { file: `${directory}/pool-3/container` } }],
    })
    expect(everything(one)).toEqual(before)
    expect(Buffer.compare((await decoded(one)).bytes, one.user)).toBe(0)
  })

  test('says so where parity or padding is beyond the code, and no byte is lost', async () => {
    const one = await coded('rs-4-2', 1)
    for (const pool of [2, 3, 5]) losePool(one, pool)
    expect(await repaired(one)).toMatchObject({ lost: [], unrepairedShards: 3 })
    expect(Buffer.compare((await decoded(one)).bytes, one.user)).toBe(0)
  })

  test('that fails at any step has lost nothing, and the next one ends it', async () => {
    for (let step = 0; ; step++) {
      const one = await coded('rs-3-2', 60_000)
      const before = everything(one)
      losePool(one, 1)
      flip(one, 2, 0)
      one.files.trouble({ failAtStep: { step, code: 'EIO' } })
      const isDone = await repaired(one).then(
        () => true,
        () => false,
      )
      expect(Buffer.compare((await decoded(one)).bytes, one.user), `step ${step}`).toBe(0)
      one.files.trouble({})
      await repaired(one)
      expect(everything(one)).toEqual(before)
      if (isDone) {
        expect(step).toBeGreaterThan(10)
        break
      }
    }
  })

  test('plans steps that are neither longer than a place nor overlap', async () => {
    const one = await coded('rs-4-2', 400_000)
    losePool(one, 5)
    const volume = await openVolume(one.files, directory, 'read')
    const plan = new RepairPlan(volume)
    const missing = 1 << 5
    for (let stripe = 0; stripe < 20; stripe++) {
      const bad = [3, 4, 5, 11].includes(stripe) ? missing | 1 : missing
      plan.add({ stripe, bad, losses: bad === missing ? 1 : 2 })
    }
    const steps = plan.steps(2).map(({ stripe, stripes }) => [stripe, stripes])
    expect(steps.slice(0, 3)).toEqual([
      [3, 2],
      [5, 1],
      [11, 1],
    ])
    const covered = steps.flatMap(([stripe, stripes]) =>
      Array.from({ length: stripes }, (_, at) => stripe + at),
    )
    expect([...covered].sort((left, right) => left - right)).toEqual(
      Array.from({ length: 20 }, (_, stripe) => stripe),
    )
    expect(Math.max(...steps.map(([, stripes]) => stripes))).toBe(2)
    expect(plan.slack).toBe(0)
  })
})

test('what turns bad between the look and the repair is repaired with the rest', async () => {
  const one = await coded('rs-4-2', 60_000)
  const before = everything(one)
  losePool(one, 0)
  const { files, coder } = one
  let isHarmed = false
  await opened(
    one,
    volume =>
      repair({
        volume,
        coder,
        files,
        unfinished: untold,
        progress: (what, stripes) => {
          if (isHarmed || what !== 'examined' || stripes < 3) return
          isHarmed = true
          flip(one, 3, 1)
        },
      }),
    'change',
  )
  expect(isHarmed).toBe(true)
  expect(everything(one)).toEqual(before)
})
