import { spawnSync } from 'node:child_process'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { setOf } from '../../src/core/code.js'
import { stripeGeometry } from '../../src/core/stripe.js'
import { builtFile } from '../../src/ec/built-file.js'
import { crc32c } from '../../src/ec/checksum.js'
import type { Coder, Place } from '../../src/ec/coder.js'
import { openCoder } from '../../src/ec/open-coder.js'
import { reedSolomon } from '../core/codes.js'
import { fillPayload } from './payload.js'

const geometry = stripeGeometry(reedSolomon(4, 2), 524_288)

/** Longer than a thread looks for work. */
const restMs = 300

async function whole(coder: Coder, place: Place, seed: number): Promise<void> {
  for (let shard = 0; shard < 4; shard++) fillPayload(place.block(0, shard, 0), seed + shard)
  await coder.encode(place, 1)
  const bytes = place.block(0, 5, 0)
  expect(place.checksum(0, 5, 0)).toBe(crc32c(bytes))
}

describe('tasks', () => {
  it('are all done, however many are asked for at once', async () => {
    const coder = await openCoder({ geometry, threads: 2, engine: 'portable' })
    const place = await coder.take()
    await whole(coder, place, 1)
    const before = place.block(0, 1, 0).slice()
    // Three times as many as the queue holds; the first half is refused nothing by the second.
    const reads = setOf([0, 2, 3, 4])
    const asked = Array.from({ length: 200 }, async (_, at) => {
      if (at === 0) place.block(0, 1, 0).fill(0)
      await coder.rebuild(place, 0, at % geometry.blocksPerShard, reads, setOf([1]))
    })
    await Promise.all(asked)
    expect(place.block(0, 1, 0)).toEqual(before)
    await coder.close()
  })

  it('are done as well after a rest in which all threads have left', async () => {
    const coder = await openCoder({ geometry, threads: 2, engine: 'portable' })
    const place = await coder.take()
    for (const seed of [1, 2, 3]) {
      await whole(coder, place, seed)
      await setTimeout(restMs)
    }
    await coder.close()
  })

  it('that end in a defect end the coder, and it says which', async () => {
    const coder = await openCoder({ geometry, threads: 2, engine: 'portable' })
    const [place, other] = [await coder.take(), await coder.take()]
    const asked = [
      coder.rebuild(place, 0, 0, setOf([0, 1, 2, 3]), setOf([3])),
      coder.encode(other, other.stripes),
    ]
    const [defect] = await Promise.allSettled(asked)
    expect(defect).toMatchObject({ status: 'rejected' })
    await expect(asked[0]).rejects.toThrow('also made')
    await expect(coder.encode(other, 1)).rejects.toThrow('also made')
    await coder.close()
  })

  it('keep no program from its end once they are done', () => {
    const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', forgetful])
    expect([status, stdout.toString()]).toEqual([0, 'done\n'])
  })
})

/** A program that never closes its coder. */
const forgetful = `
import { openCoder } from '${builtFile(new URL('../../src/ec/open-coder.js', import.meta.url))}'
import { stripeGeometry } from '${builtFile(new URL('../../src/core/stripe.js', import.meta.url))}'
const code = { kind: 'reed-solomon', dataShards: 4, parityShards: 2 }
const coder = await openCoder({ geometry: stripeGeometry(code, 524288), engine: 'portable' })
const place = await coder.take()
await coder.encode(place, 1)
console.log('done')
`
