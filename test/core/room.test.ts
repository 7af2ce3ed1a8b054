/** Room below the headroom, with the largest replica kept free. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { survey } from '../../src/core/landscape.js'
import type { Pool, Volume } from '../../src/core/model.js'
import { Reservations } from '../../src/core/reserve.js'
import { Rooms } from '../../src/core/room.js'
import { cluster, GiB, policy, pool, replica, volume } from './cluster.js'

const cold = pool('cold-0', 'cold')
const of = (sizeBytes: number, thin = false) => volume('new', [], { sizeBytes, thin })

function missing(
  own: Pool,
  coming: Volume,
  others: readonly Volume[] = [],
  reservations = new Reservations(),
  headroomPercent = 85,
): number {
  const landscape = survey(cluster({ pools: [own], volumes: others }), [policy()], null)
  return new Rooms(landscape, headroomPercent, reservations).missingBytes(own, coming)
}

const figures = fc.record({
  capacityBytes: fc.integer({ min: 1, max: 10_000 }),
  usedBytes: fc.nat(10_000),
  committedBytes: fc.nat(30_000),
  sizes: fc.array(fc.integer({ min: 1, max: 2000 }), { maxLength: 4 }),
  sizeBytes: fc.integer({ min: 1, max: 3000 }),
  promised: fc.nat(2000),
  thin: fc.boolean(),
  headroomPercent: fc.integer({ min: 1, max: 100 }),
})

describe('room', () => {
  it('is there when used bytes are then below the headroom minus the largest replica', () => {
    fc.assert(
      fc.property(figures, asked => {
        const { capacityBytes, usedBytes, committedBytes, sizeBytes, promised, thin } = asked
        const own = { ...cold, capacityBytes, usedBytes, committedBytes }
        const others = asked.sizes.map((size, index) =>
          volume(`v${index}`, [own], { sizeBytes: size }),
        )
        const reservations = new Reservations()
        reservations.promise(own.id, promised, promised)
        const coming = of(sizeBytes, thin)
        const found = missing(own, coming, others, reservations, asked.headroomPercent)
        const largest = Math.max(sizeBytes, promised, ...asked.sizes)
        const used = (usedBytes + promised + sizeBytes + largest) * 100
        const hasRoom = used < capacityBytes * asked.headroomPercent
        const committed = (committedBytes + promised + sizeBytes) * 100 < capacityBytes * 250
        expect(found === 0).toBe(hasRoom && (committed || !thin))
        expect(found).toBeGreaterThanOrEqual(0)
        // What is missing, freed, is enough; a byte less is not.
        const freed = {
          ...own,
          usedBytes: usedBytes - found,
          committedBytes: committedBytes - found,
        }
        expect(missing(freed, coming, others, reservations, asked.headroomPercent)).toBe(0)
        if (found === 0) return
        const less = {
          ...freed,
          usedBytes: freed.usedBytes + 1,
          committedBytes: freed.committedBytes + 1,
        }
        expect(missing(less, coming, others, reservations, asked.headroomPercent)).toBe(1)
      }),
    )
  })

  it('keeps the largest replica of that pool free, and not of another', () => {
    const other = pool('cold-1', 'cold')
    const large = volume('large', [other], { sizeBytes: 800 * GiB })
    const landscape = survey(cluster({ pools: [cold, other], volumes: [large] }), [policy()], null)
    const rooms = new Rooms(landscape, 85, new Reservations())
    expect(rooms.missingBytes(cold, of(100 * GiB))).toBe(0)
    expect(rooms.missingBytes(other, of(100 * GiB))).toBe(50 * GiB + 1)
  })

  it('is short by promises of thin replicas too, as Mayastor limits them', () => {
    const thin = of(GiB, true)
    const full = { ...cold, committedBytes: 2499 * GiB }
    expect(missing(full, thin)).toBe(1)
    expect(missing(full, of(GiB))).toBe(0)
    expect(missing({ ...full, committedBytes: 2498 * GiB }, thin)).toBe(0)
  })

  it('passes over replicas of which nobody says where they are', () => {
    const lost = volume('lost', [], {
      sizeBytes: 900 * GiB,
      replicas: [replica('r', cold, { pool: null })],
    })
    expect(missing(cold, of(GiB), [lost])).toBe(0)
  })
})
