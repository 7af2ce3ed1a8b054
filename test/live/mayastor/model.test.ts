import { describe, expect, it } from 'vitest'
import { isSynced, needsRepair } from '../../../src/core/health.js'
import { joinVolume } from '../../../src/live/join.js'
import { nodeOf, poolOf, volumeOf } from '../../../src/live/mayastor/model.js'
import type { VolumeReply } from '../../../src/live/mayastor/replies.js'
import {
  firstReplica,
  gibibyte,
  nodeReply,
  poolReply,
  secondReplica,
  uuid,
  volumeReply,
} from './recorded.js'

const read = (reply: VolumeReply) => volumeOf(reply, () => undefined)

function withChild(told: string | null, childState: string | null, more = {}): VolumeReply {
  const status = told === null ? {} : { 'child-status': told }
  const replica = { state: 'Online', node: 'n', pool: 'p', ...status, ...more }
  const child = { uri: `nvmf://x?uuid=${firstReplica}`, state: childState ?? '' }
  const children = childState === null ? [] : [child]
  return volumeReply(
    {},
    {
      target: { node: 'node-1', state: 'Online', rebuilds: 0, children },
      replica_topology: { [firstReplica]: replica },
    },
  )
}

describe('a volume of Mayastor', () => {
  it('is read as it is', () => {
    expect(read(volumeReply())).toEqual({
      id: uuid,
      sizeBytes: gibibyte,
      thin: false,
      specStatus: 'created',
      status: 'degraded',
      replicaCount: 2,
      replicas: [
        {
          id: firstReplica,
          pool: 'pool-hot-1',
          node: 'node-1',
          state: 'online',
          childState: 'online',
          rebuildPercent: null,
          healthy: true,
          allocatedBytes: 1000,
          snapshotBytes: 10,
        },
        {
          id: secondReplica,
          pool: 'pool-cold-2',
          node: 'node-2',
          state: 'online',
          childState: 'degraded',
          rebuildPercent: 42,
          healthy: false,
          allocatedBytes: gibibyte,
          snapshotBytes: 0,
        },
      ],
      target: { node: 'node-1', state: 'degraded', rebuilds: 1 },
      operation: null,
      snapshots: 0,
      topology: {
        poolInclusion: { tier: '' },
        nodeInclusion: { zone: 'a' },
        nodeExclusion: { rack: '1' },
      },
      affinityGroup: 'shop/db',
    })
  })

  it('may leave out all that came after 2.7, or send null', () => {
    const { topology: _, affinity_group: __, as_thin: ___, ...spec } = volumeReply().spec
    const bare = { spec, state: { status: 'Online', replica_topology: {}, target: null } }
    expect(read(bare)).toMatchObject({ affinityGroup: null, replicas: [], thin: false })
  })

  it('is thin once it has a snapshot', () => {
    expect(read(volumeReply({ as_thin: true })).thin).toBe(true)
    expect(read(volumeReply({ thin: true, as_thin: null })).thin).toBe(true)
  })

  it('whose operation is under way says which', () => {
    const reply = volumeReply({ operation: { operation: 'SetReplica' } })
    expect(read(reply).operation).toBe('SetReplica')
  })

  it('is unpublished only where no target is meant to be', () => {
    const unseen = read(volumeReply({}, { target: null }))
    expect(unseen.target).toEqual({ node: 'node-1', state: 'unknown', rebuilds: 0 })
    const lost = read(volumeReply({}, { target: null, replica_topology: {} }))
    expect(needsRepair(joinVolume(lost, undefined), 1)).toBe(true)
    expect(read(volumeReply({ target: null }, { target: null })).target).toBeNull()
  })

  it.each([
    ['Online', 'online'],
    ['Degraded', 'degraded'],
    ['Faulted', 'faulted'],
    ['Shutdown', 'shutdown'],
    ['Unknown', 'unknown'],
    ['Sleeping', 'unknown'],
    ['constructor', 'unknown'],
  ])('of status %s is %s', (word, status) => {
    expect(read(volumeReply({}, { status: word })).status).toBe(status)
  })

  it.each([
    ['Created', 'created'],
    ['Deleting', 'deleting'],
    ['Deleted', 'deleted'],
    ['Creating', 'creating'],
    ['Dreaming', 'creating'],
  ])('whose specification is %s counts as %s', (word, status) => {
    expect(read(volumeReply({ status: word })).specStatus).toBe(status)
  })

  it('takes the value of an affinity key from where it stands', () => {
    const labelled = { inclusion: { zone: 'a' }, exclusion: {}, affinity_key: ['tier'] }
    const reply = volumeReply({ topology: { pool_topology: { labelled } } })
    const seen = volumeOf(reply, pool => (pool === 'pool-hot-1' ? { tier: 'hot' } : undefined))
    expect(seen.topology.poolInclusion).toEqual({ tier: 'hot', zone: 'a' })
    expect(read(reply).topology.poolInclusion).toEqual({ tier: '', zone: 'a' })
  })

  it('that names its nodes one by one fits none', () => {
    const explicit = { allowed_nodes: ['node-1'] }
    const reply = volumeReply({ topology: { node_topology: { explicit } } })
    expect(Object.keys(read(reply).topology.nodeInclusion)).toHaveLength(1)
  })
})

describe('a replica counts as synced', () => {
  it.each([
    { told: 'Online', child: 'Online', synced: true },
    { told: 'Online', child: null, synced: true },
    { told: 'Online', child: 'Degraded', synced: false },
    { told: 'Online', child: 'Faulted', synced: false },
    { told: 'Online', child: 'Surprised', synced: false },
    { told: 'Degraded', child: 'Online', synced: false },
    { told: 'Surprised', child: 'Online', synced: false },
    { told: null, child: 'Online', synced: false },
  ])('by the topology ($told) and the target ($child): $synced', ({ told, child, synced }) => {
    expect(isSynced(read(withChild(told, child)).replicas[0])).toBe(synced)
  })

  it.each([
    { more: { healthy: false }, synced: false },
    { more: { healthy: true }, synced: true },
    { more: { healthy: null }, synced: true },
    { more: { 'rebuild-progress': 100 }, synced: false },
    { more: { state: 'Unknown' }, synced: false },
  ])('with $more: $synced', ({ more, synced }) => {
    expect(isSynced(read(withChild('Online', 'Online', more)).replicas[0])).toBe(synced)
  })

  it('nowhere where nobody says where it is', () => {
    const reply = withChild('Online', 'Online', { node: '', pool: null })
    expect(read(reply).replicas[0]).toMatchObject({ node: null, pool: null })
  })
})

describe('a pool of Mayastor', () => {
  it('is read as it is', () => {
    const cordoned = { replicas: true, snapshots: false, restores: true }
    const reply = poolReply('pool-1', { cordonDrain: { cordoned } })
    expect(poolOf(reply)).toEqual({
      id: 'pool-1',
      node: 'node-1',
      status: 'online',
      schedulerLabels: { tier: 'hot' },
      capacityBytes: 100 * gibibyte,
      usedBytes: 10 * gibibyte,
      committedBytes: 12 * gibibyte,
      cordon: { ...cordoned, import: false },
      draining: false,
    })
  })

  it.each([
    ['Online', 'online'],
    ['Degraded', 'degraded'],
    ['Faulted', 'faulted'],
    ['Offline', 'offline'],
    ['Suspected', 'suspected'],
    ['Unknown', 'unknown'],
    ['Surprised', 'unknown'],
  ])('of status %s is %s', (word, status) => {
    expect(poolOf(poolReply('p', {}, { status: word })).status).toBe(status)
  })

  it('that is half there is not known', () => {
    const { spec, state } = poolReply('p')
    const unseen = { status: 'unknown', node: 'node-1', capacityBytes: 0 }
    expect(poolOf({ id: 'p', ...(spec ? { spec } : {}) })).toMatchObject(unseen)
    const foreign = poolOf({ id: 'p', spec: null, ...(state ? { state } : {}) })
    expect(foreign).toMatchObject({ status: 'unknown', node: 'node-1', schedulerLabels: {} })
    expect(poolOf(poolReply('p', { status: 'Deleting' })).status).toBe('unknown')
  })

  it('without a cordon, or with an empty one, is not cordoned', () => {
    expect(poolOf(poolReply('p')).cordon).toBeNull()
    expect(poolOf(poolReply('p', { cordonDrain: { cordoned: {} } })).cordon).toBeNull()
    expect(poolOf(poolReply('p', { cordonDrain: null })).cordon).toBeNull()
  })

  it('that is drained, or is being, says so', () => {
    expect(poolOf(poolReply('p', { cordonDrain: { draining: {} } })).draining).toBe(true)
    expect(poolOf(poolReply('p', { cordonDrain: { drained: {} } })).draining).toBe(true)
  })

  it('of an old version tells nothing committed', () => {
    expect(poolOf(poolReply('p', {}, { committed: null })).committedBytes).toBe(10 * gibibyte)
  })
})

describe('a node of Mayastor', () => {
  it('names who cordons it', () => {
    const cordonedstate = { cordonlabels: ['a', 'b'] }
    const node = nodeOf(nodeReply('node-1', { cordondrainstate: { cordonedstate } }))
    expect(node).toEqual({
      id: 'node-1',
      status: 'online',
      version: '2.10.0',
      cordonLabels: ['a', 'b'],
      draining: false,
      labels: {},
    })
  })

  it.each(['drainingstate', 'drainedstate'] as const)('in %s drains', key => {
    const cordondrainstate = { [key]: { cordonlabels: ['a'], drainlabels: ['b'] } }
    const node = nodeOf(nodeReply('node-1', { cordondrainstate }))
    expect(node).toMatchObject({ draining: true, cordonLabels: ['a', 'b'] })
  })

  it('without a state is not known, and has the version that is meant', () => {
    const { spec } = nodeReply('node-1')
    const node = nodeOf({ id: 'node-1', ...(spec ? { spec } : {}) })
    expect(node).toMatchObject({ status: 'unknown', version: '2.10.0' })
    expect(nodeOf({ id: 'n' })).toMatchObject({ status: 'unknown', version: '', labels: {} })
  })
})
