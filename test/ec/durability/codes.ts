/** Short names for codes, and nearness of figures that span forty orders of magnitude. */
import { expect } from 'vitest'
import type { DurableCode } from '../../../src/ec/durability/redundancy.js'

export function reedSolomon(dataShards: number, parityShards: number) {
  return { kind: 'reed-solomon', dataShards, parityShards } as const satisfies DurableCode
}

export function lrc(dataShards: number, localGroups: number, globalParities: number) {
  return { kind: 'lrc', dataShards, localGroups, globalParities } as const satisfies DurableCode
}

export function replicas(copies: number) {
  return { kind: 'replicas', copies } as const satisfies DurableCode
}

/** Relative, unlike `toBeCloseTo`. */
export function expectNear(actual: number, wanted: number, tolerance: number): void {
  expect(Math.abs(actual / wanted - 1), `${actual} against ${wanted}`).toBeLessThan(tolerance)
}
