import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { allShards, codeName, membersOf } from '../../src/core/code.js'
import { stripeGeometry } from '../../src/core/stripe.js'
import type { EngineName } from '../../src/ec/codec.js'
import type { Place } from '../../src/ec/coder.js'
import { openCoder } from '../../src/ec/open-coder.js'
import { usualCodes } from '../core/codes.js'
import { enginesHere } from './engines.js'
import { fillPayload } from './payload.js'

const engines = await enginesHere()

/** All bytes and checksums of some places that are coded at once. */
async function digestOf(
  code: (typeof usualCodes)[number],
  engine: EngineName,
  threads: number,
): Promise<string> {
  const geometry = stripeGeometry(code, 500_000)
  const coder = await openCoder({ geometry, engine, threads, places: 4 })
  try {
    const places: Place[] = []
    for (let at = 0; at < 4; at++) places.push(await coder.take())
    const blocks = places.flatMap((place, at) =>
      membersOf(allShards(code)).flatMap(shard =>
        Array.from({ length: geometry.blocksPerShard }, (_, block) => {
          const bytes = place.block(1, shard, block)
          fillPayload(bytes, 1000 * at + 10 * shard + block)
          return { bytes, checksum: () => place.checksum(1, shard, block) }
        }),
      ),
    )
    await Promise.all(places.map(place => coder.encode(place, 2)))
    const digest = createHash('sha256')
    for (const { bytes, checksum } of blocks) digest.update(bytes).update(`${checksum()} `)
    return digest.digest('hex')
  } finally {
    await coder.close()
  }
}

for (const code of usualCodes) {
  test(`${codeName(code)} has one result, whatever the engine and the threads`, async () => {
    const digests = new Map<string, Set<string>>()
    for (const engine of engines.filter(one => one.whyNot(code) === null)) {
      const seen = digests.get(engine.family) ?? new Set()
      digests.set(engine.family, seen)
      for (const threads of [1, 3]) seen.add(await digestOf(code, engine.name, threads))
    }
    expect([...digests.values()].map(seen => seen.size)).toEqual([...digests].map(() => 1))
  })
}
