import { describe, expect, test } from 'vitest'
import { allShards, membersOf, setOf, shardsOf } from '../../src/core/code.js'
import { readsFor } from '../../src/core/rebuild.js'
import { stripeGeometry } from '../../src/core/stripe.js'
import { crc32c } from '../../src/ec/checksum.js'
import type { Coder, CoderOptions, Place } from '../../src/ec/coder.js'
import { openCoder } from '../../src/ec/open-coder.js'
import { lrc, reedSolomon } from '../core/codes.js'
import { enginesHere } from './engines.js'
import { fillPayload } from './payload.js'

const engines = (await enginesHere()).map(engine => engine.name)
const geometry = stripeGeometry(reedSolomon(4, 2), 600_000)

async function withCoder(
  options: CoderOptions,
  use: (coder: Coder) => Promise<void>,
): Promise<void> {
  const coder = await openCoder(options)
  try {
    await use(coder)
  } finally {
    await coder.close()
  }
}

function* blocksOf(coder: Coder, stripes: number): Generator<readonly number[]> {
  const { code, blocksPerShard } = coder.geometry
  for (let stripe = 0; stripe < stripes; stripe++) {
    for (let shard = 0; shard < shardsOf(code); shard++) {
      for (let block = 0; block < blocksPerShard; block++) yield [stripe, shard, block]
    }
  }
}

function fillAll(coder: Coder, place: Place, stripes: number): void {
  for (const [stripe, shard, block] of blocksOf(coder, stripes)) {
    fillPayload(place.block(stripe, shard, block), 1000 * stripe + 10 * shard + block)
  }
}

for (const engine of engines) {
  describe(engine, () => {
    test('codes stripes on threads, with the checksum of every block', async () => {
      await withCoder({ geometry, engine, threads: 2 }, async coder => {
        const place = await coder.take()
        fillAll(coder, place, place.stripes)
        await coder.encode(place, place.stripes)
        for (const [stripe, shard, block] of blocksOf(coder, place.stripes)) {
          const bytes = place.block(stripe, shard, block)
          expect(place.checksum(stripe, shard, block)).toBe(crc32c(bytes))
        }
        expect(await coder.verify(place, place.stripes)).toEqual([])
        coder.give(place)
      })
    })

    test('names the words that a flipped bit has spoilt, and leaves the bit', async () => {
      await withCoder({ geometry, engine, threads: 1 }, async coder => {
        const place = await coder.take()
        fillAll(coder, place, 3)
        await coder.encode(place, 3)
        place.block(0, 3, 1)[5] ^= 16
        place.block(2, 4, 2)[0] ^= 1
        const before = place.block(2, 4, 2).slice()
        expect(await coder.verify(place, 3)).toEqual([
          { stripe: 0, block: 1 },
          { stripe: 2, block: 2 },
        ])
        expect(place.block(2, 4, 2)).toEqual(before)
        coder.give(place)
      })
    })

    test('makes one word again, or all of a stripe, and touches no other', async () => {
      await withCoder({ geometry, engine, threads: 2 }, async coder => {
        const place = await coder.take()
        fillAll(coder, place, 2)
        await coder.encode(place, 2)
        const whole = [...blocksOf(coder, 2)].map(([stripe, shard, block]) =>
          Buffer.from(place.block(stripe, shard, block)).toString('base64'),
        )
        const wanted = setOf([1, 5])
        const reads = readsFor(geometry.code, wanted, allShards(geometry.code) & ~wanted) ?? 0
        for (const shard of membersOf(wanted)) place.block(1, shard, 2).fill(0)
        await coder.rebuild(place, 1, 2, reads, wanted)
        for (const shard of membersOf(wanted)) {
          for (let block = 0; block < geometry.blocksPerShard; block++) {
            place.block(0, shard, block).fill(0)
          }
        }
        await coder.rebuild(place, 0, null, reads, wanted)
        const again = [...blocksOf(coder, 2)].map(([stripe, shard, block]) =>
          Buffer.from(place.block(stripe, shard, block)).toString('base64'),
        )
        expect(again).toEqual(whole)
        expect(place.checksum(0, 5, 0)).toBe(crc32c(place.block(0, 5, 0)))
        coder.give(place)
      })
    })
  })
}

describe('checksums', () => {
  test('are CRC32C: the value that every implementation gives for 123456789', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
    expect(crc32c(new Uint8Array(0))).toBe(0)
  })

  test('of some shards leave those of the others', async () => {
    await withCoder({ geometry, threads: 1 }, async coder => {
      const place = await coder.take()
      fillAll(coder, place, 1)
      await coder.check(place, 1, setOf([2]))
      expect(place.checksum(0, 2, 0)).toBe(crc32c(place.block(0, 2, 0)))
      expect(place.checksum(0, 1, 0)).toBe(0)
      coder.give(place)
    })
  })
})

describe('places', () => {
  test('whoever finds none free waits for the first that is given back', async () => {
    await withCoder({ geometry, threads: 1, places: 2 }, async coder => {
      const [first, second] = [await coder.take(), await coder.take()]
      const order: string[] = []
      const third = coder.take().then(place => order.push('third') && place)
      const fourth = coder.take().then(place => order.push('fourth') && place)
      await new Promise(resolve => setImmediate(resolve))
      expect(order).toEqual([])
      coder.give(second)
      expect(await third).toBe(second)
      coder.give(first)
      expect(await fourth).toBe(first)
      expect(order).toEqual(['third', 'fourth'])
      coder.give(first)
      coder.give(second)
      expect(() => coder.give(second)).toThrow('was taken')
      await expect(coder.encode(second, 1)).rejects.toThrow('is taken')
    })
  })

  test('do not overlap, and hold 4 MiB of stripes or one stripe', async () => {
    for (const stripeBytes of [65_536, 1_048_576, 10_485_760]) {
      const shape = stripeGeometry(lrc(12, 2, 2), stripeBytes)
      await withCoder({ geometry: shape, threads: 1, places: 3 }, async coder => {
        const places = [await coder.take(), await coder.take(), await coder.take()]
        expect(places[0].stripes).toBe(Math.ceil(4_194_304 / (12 * shape.shardBytes)))
        const ranges = places
          .flatMap(place =>
            [...blocksOf(coder, place.stripes)].map(([stripe, shard, block]) => {
              const { byteOffset, length } = place.block(stripe, shard, block)
              return [byteOffset, byteOffset + length]
            }),
          )
          .sort(([left], [right]) => left - right)
        for (let at = 1; at < ranges.length; at++) {
          expect(ranges[at][0]).toBeGreaterThanOrEqual(ranges[at - 1][1])
        }
        expect(() => places[0].block(places[0].stripes, 0, 0)).toThrow('no such block')
      })
    }
  })
})

test('a coder without threads, or without places, is refused', async () => {
  await expect(openCoder({ geometry, threads: 0 })).rejects.toThrow('a thread or more')
  await expect(openCoder({ geometry, places: 0 })).rejects.toThrow('a place or more')
})

test('a stripe that no memory of WebAssembly holds is refused', async () => {
  const shape = stripeGeometry(reedSolomon(4, 2), 3_221_225_472)
  await expect(openCoder({ geometry: shape, threads: 1 })).rejects.toMatchObject({
    errors: [{ code: 'FIELD_INVALID', message: expect.stringContaining('larger than 4 GiB') }],
  })
})

test('an engine, or a family, that has no such code is refused, with the reason', async () => {
  const shape = stripeGeometry(lrc(12, 2, 2), 1_048_576)
  const asked = engines.includes('ronomon') ? [{ engine: 'ronomon' as const }] : []
  for (const wish of asked) {
    await expect(openCoder({ geometry: shape, ...wish })).rejects.toMatchObject({
      errors: [{ code: 'FIELD_INVALID', message: expect.stringContaining('no local groups') }],
    })
  }
  await withCoder({ geometry: shape, threads: 1 }, async coder => {
    expect(coder.family).toBe('gf256/1')
  })
})

describe('an end', () => {
  test('closing refuses who waits and who comes later', async () => {
    const coder = await openCoder({ geometry, threads: 1, places: 1 })
    const place = await coder.take()
    const waits = coder.take()
    const task = coder.encode(place, place.stripes)
    const refused = [
      expect(waits).rejects.toThrow('closed'),
      task.catch(error => expect(error.message).toContain('closed')),
    ]
    await coder.close()
    await Promise.all(refused)
    await expect(coder.take()).rejects.toThrow('closed')
    await expect(coder.encode(place, 1)).rejects.toThrow('closed')
    await coder.close()
  })

  test('an aborted signal stops tasks that wait, with its reason', async () => {
    const stop = new AbortController()
    const coder = await openCoder({ geometry, threads: 1, places: 3, signal: stop.signal })
    const places = [await coder.take(), await coder.take(), await coder.take()]
    const tasks = places.map(place => coder.encode(place, place.stripes))
    const waits = coder.take()
    stop.abort(new Error('enough'))
    const ends = await Promise.allSettled([...tasks, waits])
    expect(ends.at(-1)).toMatchObject({ status: 'rejected', reason: { message: 'enough' } })
    for (const end of ends) {
      if (end.status === 'rejected') expect(end.reason.message).toBe('enough')
    }
    await expect(coder.take()).rejects.toThrow('enough')
    await coder.close()
  })

  test('a signal that was aborted before opens a coder that does nothing', async () => {
    const signal = AbortSignal.abort(new Error('before'))
    const coder = await openCoder({ geometry, threads: 1, signal })
    await expect(coder.take()).rejects.toThrow('before')
    await coder.close()
  })
})
