/** How near danger a stripe is, against all sets of further losses. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lossesLeft } from '../../../sim/coding/losses-left.js'
import { allShards, type Code, membersOf, shardsOf, sizeOf } from '../../../src/core/code.js'
import { canRebuild } from '../../../src/core/rebuild.js'

const codes: readonly Code[] = [
  { kind: 'reed-solomon', dataShards: 3, parityShards: 1 },
  { kind: 'reed-solomon', dataShards: 4, parityShards: 2 },
  { kind: 'lrc', dataShards: 4, localGroups: 2, globalParities: 1 },
  { kind: 'lrc', dataShards: 6, localGroups: 2, globalParities: 2 },
]

/** The least number of further losses that some choice of makes it unrebuildable, less one. */
function enumerated(code: Code, lost: number): number {
  let least = Number.POSITIVE_INFINITY
  for (let set = 0; set <= allShards(code); set++) {
    if ((set & lost) === lost && !canRebuild(code, set))
      least = Math.min(least, sizeOf(set & ~lost))
  }
  return least - 1
}

describe('losses that a stripe still survives', () => {
  it('are those that every choice of shards allows', () => {
    const drawn = fc
      .constantFrom(...codes)
      .chain(code => fc.tuple(fc.constant(code), fc.nat({ max: allShards(code) })))
    fc.assert(
      fc.property(drawn, ([code, lost]) => {
        expect(lossesLeft(code, lost)).toBe(enumerated(code, lost))
      }),
      { numRuns: 200 },
    )
  })

  it('are three of any of an LRC 12,2,2, and one of danger when a group lost three', () => {
    const code: Code = { kind: 'lrc', dataShards: 12, localGroups: 2, globalParities: 2 }
    expect(lossesLeft(code, 0)).toBe(3)
    for (const shard of membersOf(allShards(code))) expect(lossesLeft(code, 1 << shard)).toBe(2)
    expect(lossesLeft(code, 0b111)).toBe(0)
    expect(lossesLeft(code, 0b11111)).toBe(-1)
    expect(shardsOf(code)).toBe(16)
  })
})
