/** Codes that tests of coded volumes use, and sets of places that may be missing. */
import fc from 'fast-check'
import { allShards, type Code } from '../../../src/core/code.js'

export const threeOne: Code = { kind: 'reed-solomon', dataShards: 3, parityShards: 1 }
export const fourTwo: Code = { kind: 'reed-solomon', dataShards: 4, parityShards: 2 }
export const tenFour: Code = { kind: 'reed-solomon', dataShards: 10, parityShards: 4 }
export const sixTwoTwo: Code = { kind: 'lrc', dataShards: 6, localGroups: 2, globalParities: 2 }
export const twelveTwoTwo: Code = {
  kind: 'lrc',
  dataShards: 12,
  localGroups: 2,
  globalParities: 2,
}

export const codes: readonly Code[] = [threeOne, fourTwo, tenFour, sixTwoTwo, twelveTwoTwo]

/** A code, and places of which few or many are missing. */
export const codeAndMissing: fc.Arbitrary<readonly [Code, number]> = fc
  .constantFrom(...codes)
  .chain(code =>
    fc.tuple(
      fc.constant(code),
      fc.tuple(fc.nat({ max: allShards(code) }), fc.nat({ max: allShards(code) })),
    ),
  )
  .map(([code, [left, right]]) => [code, left & right] as const)
