/** Names on the wire: UUIDs that sort as names do, lead back, and are nobody else's. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Identity, isUuid } from '../../../sim/wire/identity.js'
import { replicaId, volumeId } from '../../../src/core/model.js'
import { smallWorld } from '../small-world.js'
import { fourNodes } from './served.js'

const [model] = smallWorld(fourNodes).world.control.volumes
const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), {
  minLength: 1,
  maxLength: 40,
})

describe('UUIDs', () => {
  it('sort as the names do, and lead back to them', () => {
    fc.assert(
      fc.property(names, given => {
        const ids = given.map(volumeId)
        const identity = new Identity(ids.map(id => ({ ...model, id })))
        const byName = [...ids].sort((a, b) => (a < b ? -1 : 1))
        const uuids = byName.map(id => identity.ofVolume(id))
        expect([...uuids].sort((a, b) => (a < b ? -1 : 1))).toEqual(uuids)
        expect(uuids.map(uuid => identity.volumeOf(uuid))).toEqual(byName)
        expect(uuids.map(uuid => identity.volumeOf(uuid.toUpperCase()))).toEqual(byName)
        const all = uuids.concat(byName.map(id => identity.ofTarget(id)))
        expect(all.every(isUuid)).toBe(true)
        expect(new Set(all).size).toBe(2 * ids.length)
      }),
    )
  })

  it('of replicas sort by their number', () => {
    const identity = new Identity([model])
    const uuids = [1, 2, 9, 10, 11, 100, 4096].map(number =>
      identity.ofReplica(model.id, replicaId(`${model.name}-r${number}`)),
    )
    expect(uuids.every(isUuid)).toBe(true)
    expect(new Set(uuids).size).toBe(uuids.length)
    expect([...uuids].sort((a, b) => (a < b ? -1 : 1))).toEqual(uuids)
  })

  it('of nobody lead nowhere', () => {
    const identity = new Identity([model])
    expect(identity.volumeOf('ffffffff-c0c0-4000-8000-000000000000')).toBeNull()
    expect(isUuid('vol-0')).toBe(false)
  })
})
