/** Which places a request touches: against the code's own account of what can be rebuilt. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CodedPlan, codedPlan, parityOver } from '../../../sim/replay/coded-plan.js'
import { codedShares, type PatchShares } from '../../../sim/replay/coded-shares.js'
import { type Code, membersOf, setOf, shardsOf, sizeOf } from '../../../src/core/code.js'
import { canRebuild, readsFor } from '../../../src/core/rebuild.js'
import { codeAndMissing, codes, fourTwo, twelveTwoTwo } from './codes.js'

interface Cell {
  readonly cell: number
  readonly rotation: number
  readonly shard: number
}

function cellsOf({ places, dataShards }: CodedPlan): readonly Cell[] {
  return Array.from({ length: places * dataShards }, (_, cell) => ({
    cell,
    rotation: Math.floor(cell / dataShards),
    shard: cell % dataShards,
  }))
}

/** Shards at these places of a group that is turned so. */
const shardsAt = (code: Code, places: number, rotation: number): number => {
  const n = shardsOf(code)
  return setOf(membersOf(places).map(place => (place + n - rotation) % n))
}

describe('a plan of places', () => {
  it('reads a shard where it stands, else what it can be made from, else nothing', () => {
    fc.assert(
      fc.property(codeAndMissing, ([code, missing]) => {
        const plan = codedPlan(code, missing)
        for (const { cell, rotation, shard } of cellsOf(plan)) {
          const lost = shardsAt(code, missing, rotation)
          const reads = shardsAt(code, plan.reads[cell], rotation)
          const isLost = (lost & (1 << shard)) !== 0
          expect(plan.degraded[cell]).toBe(isLost ? 1 : 0)
          expect(reads & lost).toBe(0)
          if (!isLost) expect(reads).toBe(1 << shard)
          else {
            const present = shardsAt(code, plan.present, rotation)
            expect(reads).toBe(readsFor(code, 1 << shard, present) ?? 0)
            if (canRebuild(code, lost)) expect(reads).not.toBe(0)
          }
        }
      }),
    )
  })

  it('patches a shard and the parity over it, never on a missing place', () => {
    fc.assert(
      fc.property(codeAndMissing, ([code, missing]) => {
        const plan = codedPlan(code, missing)
        for (const { cell, rotation, shard } of cellsOf(plan)) {
          const lost = shardsAt(code, missing, rotation)
          const touched = (1 << shard) | parityOver(code, shard)
          const reads = shardsAt(code, plan.patchReads[cell], rotation)
          const writes = shardsAt(code, plan.patchWrites[cell], rotation)
          expect((reads | writes) & lost).toBe(0)
          if ((touched & lost) === 0) expect([reads, writes]).toEqual([touched, touched])
          else if (canRebuild(code, lost)) expect(writes).toBe(touched & ~lost)
          else expect(writes).toBe(0)
        }
      }),
    )
  })

  it('takes 2 (1 + m) requests to patch Reed-Solomon, and 2 (2 + g) an LRC', () => {
    const requests = (code: Code): number => {
      const plan = codedPlan(code, 0)
      return sizeOf(plan.patchReads[0]) + sizeOf(plan.patchWrites[0])
    }
    expect(requests(fourTwo)).toBe(6)
    expect(requests(twelveTwoTwo)).toBe(8)
  })

  it('makes one lost shard of an LRC from the six others of its group', () => {
    const { reads, degraded } = codedPlan(twelveTwoTwo, 1 << 5)
    const rebuilt = [...reads].filter((_, cell) => degraded[cell] === 1)
    expect(new Set(rebuilt.map(sizeOf))).toEqual(new Set([6]))
    // Over all rotations a place holds each of the twelve data shards once.
    expect(rebuilt).toHaveLength(12)
  })
})

describe('the shares of a plan', () => {
  it('are even over the pools when nothing is missing', () => {
    for (const code of codes) {
      const shares = codedShares(codedPlan(code, 0))
      for (const cells of shares.direct) expect(cells).toBe(code.dataShards)
      expect(shares.rebuilt).toEqual([])
      expect(shares.patchable).toBe(shardsOf(code) * code.dataShards)
    }
  })

  it('count every read and every patch once', () => {
    fc.assert(
      fc.property(codeAndMissing, ([code, missing]) => {
        const plan = codedPlan(code, missing)
        const shares = codedShares(plan)
        const cells = cellsOf(plan)
        const sum = (of: (cell: number) => number): number =>
          cells.reduce((all, { cell }) => all + of(cell), 0)
        const total = ({ own, others }: PatchShares): number =>
          [...own, ...others].reduce((all, one) => all + one, 0)
        const rebuilt = shares.rebuilt.reduce((all, one) => all + one.cells, 0)
        const direct = shares.direct.reduce((all, one) => all + one, 0)
        expect(shares.cells).toBe(cells.length)
        expect(direct).toBe(sum(cell => 1 - plan.degraded[cell]))
        expect(direct + rebuilt).toBe(sum(cell => (plan.reads[cell] === 0 ? 0 : 1)))
        expect(total(shares.patchReads)).toBe(
          sum(cell => (plan.patchWrites[cell] === 0 ? 0 : sizeOf(plan.patchReads[cell]))),
        )
        expect(total(shares.patchWrites)).toBe(sum(cell => sizeOf(plan.patchWrites[cell])))
        expect(shares.present).toEqual(membersOf(plan.present))
      }),
    )
  })
})
