/** What running moves and claimed migrations take from pools. */
import { describe, expect, it } from 'vitest'
import { survey } from '../../src/core/landscape.js'
import type { MigrationRecord, MoveRecord } from '../../src/core/record.js'
import { Reservations, reserve, reserveClaimed } from '../../src/core/reserve.js'
import { cluster, GiB, move, policy, pool, replica, running, volume } from './cluster.js'

const hot = pool('hot-0', 'hot')
const cold = [0, 1].map(index => pool(`cold-${index}`, 'cold'))
const db = volume('db', [hot])
const half = replica('new', cold[0], { allocatedBytes: 4 * GiB, rebuildPercent: 40 })
const copying = { ...db, replicas: [...db.replicas, half] }
const accepted = cold.map(one => one.id)

const record = (change: Partial<MoveRecord>): MigrationRecord =>
  running(db, 'cold', { status: { moves: [move(db.replicas[0], change)] } })
const held = (records: readonly MigrationRecord[], of = db) => {
  const reservations = reserve(
    records,
    survey(cluster({ pools: [hot, ...cold], volumes: [of] }), [policy()], null),
  )
  return cold.map(one => [
    reservations.bytes(one.id) / GiB,
    reservations.largestBytes(one.id) / GiB,
    reservations.copyInto(one.id),
  ])
}
const nothing = [0, 0, null]

describe('a running move takes', () => {
  it.each(['planned', 'adding'] as const)('every pool that it accepts while it is %s', state => {
    expect(held([record({ state, accepted })])).toEqual([
      [10, 10, 'db'],
      [10, 10, 'db'],
    ])
  })

  it('what is still missing where its copy landed', () => {
    const landed = { accepted, toReplica: half.id, toPool: cold[0].id }
    expect(held([record({ ...landed, state: 'syncing' })], copying)).toEqual([
      [6, 10, 'db'],
      nothing,
    ])
    expect(held([record({ ...landed, state: 'syncing' })])).toEqual([[10, 10, 'db'], nothing])
    expect(held([record({ ...landed, state: 'removing' })], copying)).toEqual([
      [6, 10, null],
      nothing,
    ])
    expect(held([record({ ...landed, state: 'undoing' })], copying)).toEqual([
      [6, 10, null],
      nothing,
    ])
    const full = { ...half, allocatedBytes: 11 * GiB }
    const copied = { ...db, replicas: [...db.replicas, full] }
    expect(held([record({ ...landed, state: 'syncing' })], copied)).toEqual([
      [0, 10, 'db'],
      nothing,
    ])
  })

  it.each(['done', 'undone'] as const)('nothing when it is %s', state => {
    expect(held([record({ state, accepted, toPool: cold[0].id })])).toEqual([nothing, nothing])
  })

  it('nothing before it is planned', () => {
    expect(held([])).toEqual([nothing, nothing])
    expect(held([running(db, 'cold')])).toEqual([nothing, nothing])
    expect(held([{ ...running(db, 'cold'), status: null }])).toEqual([nothing, nothing])
  })

  it('what its last move takes, with that of others', () => {
    const moves = [
      move(db.replicas[0], { state: 'done', accepted }),
      move(db.replicas[0], { accepted: [cold[1].id] }),
    ]
    const last = running(db, 'cold', { status: { moves } })
    const other = record({ accepted: [cold[1].id] })
    expect(held([last, { ...other, spec: { ...other.spec, sizeBytes: 30 * GiB } }])).toEqual([
      nothing,
      [40, 30, 'db'],
    ])
  })
})

describe('a migration that holds a slot and has planned nothing', () => {
  const { views } = survey(cluster({ pools: [hot, ...cold], volumes: [db] }), [policy()], null)
  const claimed = (records: readonly MigrationRecord[]) => {
    const reservations = new Reservations()
    reserveClaimed(reservations, records, views)
    return [hot, ...cold].map(one => [
      reservations.bytes(one.id) / GiB,
      reservations.largestBytes(one.id) / GiB,
      reservations.copyInto(one.id),
    ])
  }

  it('takes every pool of its tier', () => {
    expect(claimed([running(db, 'cold')])).toEqual([nothing, [10, 10, 'db'], [10, 10, 'db']])
  })

  it('takes nothing without a slot, with a move, or under a policy that is gone', () => {
    const none = [nothing, nothing, nothing]
    expect(claimed([running(db, 'cold', { status: { holdsSlot: false } })])).toEqual(none)
    expect(claimed([record({ accepted })])).toEqual(none)
    expect(claimed([running(db, 'cold', { spec: { policy: null } })])).toEqual(none)
    expect(claimed([{ ...running(db, 'cold'), status: null }])).toEqual(none)
  })
})
