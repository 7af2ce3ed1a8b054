import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSynced } from '../../../src/core/health.js'
import {
  nodesOf,
  poolOfObject,
  withCommitted,
} from '../../../src/live/mayastor-volumes/pool-object.js'
import { volumeOfObject } from '../../../src/live/mayastor-volumes/volume-object.js'
import { poolObject, replica, volumeObject } from './objects.js'

const uuid = 'ec4e66fb-3b33-4439-b504-d49aba53da26'

describe('a MayastorVolume', () => {
  it('is read, or refused for a field that is named, whatever it holds', () => {
    const value = fc.oneof(fc.jsonValue(), fc.constant(undefined))
    const part = (fields: readonly string[]) =>
      fc.oneof(fc.jsonValue(), fc.record(Object.fromEntries(fields.map(name => [name, value]))))
    fc.assert(
      fc.property(
        part(['numReplicas', 'size', 'topology']),
        part(['state', 'replicas', 'nexus']),
        (spec, status) => {
          const reading = volumeOfObject({ ...volumeObject(uuid), spec, status })
          if (reading.kind === 'refused') expect(reading.field).toMatch(/^(spec|status)/)
          else expect(reading.volume.replicaCount).toBeGreaterThan(0)
        },
      ),
    )
  })

  it.each([
    ['MOAC’s', volumeObject(uuid, { numReplicas: undefined, replicaCount: 1 }), 'spec.numReplicas'],
    ['without a size', volumeObject(uuid, { size: undefined }), 'spec.size'],
    ['without replicas', volumeObject(uuid, {}, { replicas: undefined }), 'status.replicas'],
    ['without a status', { ...volumeObject(uuid), status: undefined }, 'status'],
    ['of another state', volumeObject(uuid, {}, { state: 'healthy' }), 'status.state'],
    [
      'with half a replica',
      volumeObject(uuid, {}, { replicas: [{ ...replica, pool: undefined }] }),
      'status.replicas[0].pool',
    ],
    [
      'with a number for a label',
      volumeObject(uuid, { topology: { pool: { labelled: { inclusion: { tier: 1 } } } } }),
      'spec.topology.pool.labelled.inclusion.tier',
    ],
  ])('%s is refused', (_, object, field) => {
    const said = JSON.parse(JSON.stringify(object))
    expect(volumeOfObject(said)).toMatchObject({ kind: 'refused', field })
  })

  it('has a copy behind that counts as a rebuild, and not as synced', () => {
    const behind = { ...replica, uuid: 'r-2', synced: false }
    const reading = volumeOfObject(volumeObject(uuid, {}, { replicas: [behind, replica] }))
    if (reading.kind !== 'volume') throw new Error(reading.why)
    const { volume, version } = reading
    expect(volume.replicas.map(isSynced)).toEqual([true, false])
    expect([volume.target?.rebuilds, version, volume.thin]).toEqual([1, '7', false])
  })

  it('without a nexus is not published', () => {
    const reading = volumeOfObject(volumeObject(uuid, {}, { nexus: null }))
    expect(reading).toMatchObject({ kind: 'volume', volume: { target: null } })
  })

  it('that excludes pools fits none', () => {
    const topology = { pool: { labelled: { inclusion: { a: 'b' }, exclusion: { tier: 'hot' } } } }
    const reading = volumeOfObject(volumeObject(uuid, { topology }))
    const poolInclusion = { a: 'b', 'excluded-pools': 'tier=hot' }
    expect(reading).toMatchObject({ volume: { topology: { poolInclusion } } })
  })
})

describe('a DiskPool', () => {
  it('tells whether its node is online', () => {
    const pools = [
      poolOfObject(poolObject('a', 'node-1')).pool,
      poolOfObject(poolObject('b', 'node-1', { pool_status: 'Faulted' })).pool,
      poolOfObject(poolObject('c', 'node-2', { pool_status: null, state: 'Creating' })).pool,
    ]
    expect(pools.map(one => one.status)).toEqual(['online', 'faulted', 'unknown'])
    expect(nodesOf(pools).map(({ id, status }) => [id, status])).toEqual([
      ['node-1', 'online'],
      ['node-2', 'unknown'],
    ])
  })

  it('that cannot be read stands there in an unknown state', () => {
    const { pool, refused } = poolOfObject({ ...poolObject('a', 'node-1'), status: {} })
    expect([pool.status, refused?.field]).toEqual(['unknown', 'status.capacity'])
    expect(nodesOf([pool])).toEqual([])
  })

  it('has committed what its replicas may grow to', () => {
    const { pool } = poolOfObject(poolObject('pool-1', 'node-1'))
    const reading = volumeOfObject(volumeObject(uuid))
    if (reading.kind !== 'volume') throw new Error(reading.why)
    expect(withCommitted([pool], [reading.volume])[0].committedBytes).toBe(1024)
    expect(withCommitted([pool], [])[0].committedBytes).toBe(100)
  })
})
