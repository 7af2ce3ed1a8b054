/** Mayastor's REST API over the twin: answers, errors by version, staleness, over real HTTP. */
import { describe, expect, it } from 'vitest'
import { volumeId } from '../../../src/core/model.js'
import { minute, second } from '../small-world.js'
import { servedTwin, type VolumePage, type VolumeState } from './served.js'

const served = await servedTwin()
const { ask, get, advance, twin } = served

const volumes = await get<VolumePage>('/v0/volumes?max_entries=0')
const [first, quiet, unpublished] = volumes.entries.map(one => one.spec.uuid)
const nobody = 'ffffffff-0000-4000-8000-000000000000'

describe('volumes', () => {
  it('are listed in pages, and each volume is on one of them', async () => {
    const seen: string[] = []
    let path = '/v0/volumes?max_entries=2'
    for (;;) {
      const page: VolumePage = await get(path)
      seen.push(...page.entries.map(one => one.spec.uuid))
      if (page.next_token === undefined) break
      path = `/v0/volumes?max_entries=2&starting_token=${page.next_token}`
    }
    expect(seen).toEqual([first, quiet, unpublished])
    const past = await get('/v0/volumes?max_entries=2&starting_token=9')
    expect(past).toEqual({ entries: [] })
  })

  it('are filtered by one that is there, or not', async () => {
    expect(await get(`/v0/volumes?max_entries=0&volume_id=${quiet}`)).toMatchObject({
      entries: [{ spec: { uuid: quiet } }],
    })
    expect(await get(`/v0/volumes?max_entries=0&volume_id=${nobody}`)).toEqual({ entries: [] })
  })

  it('say where their replicas stand, and what the scenario says of them', async () => {
    expect(await get(`/v0/volumes/${first}`)).toMatchObject({
      spec: { num_replicas: 2, size: 4 * 1_073_741_824, thin: false, target: { node: 'node-0' } },
      state: { status: 'Online', target: { node: 'node-0', state: 'Online', rebuilds: 0 } },
    })
    const { replicas } = twin.world.control.volumes[0]
    const hosts = await get<readonly { readonly id: string }[]>(`/v0/pools?volume_id=${first}`)
    expect(hosts.map(pool => pool.id)).toEqual(replicas.map(one => one.pool.id))
  })

  it('that are unpublished have no target and no children', async () => {
    const { spec, state } = await get<VolumePage['entries'][number]>(`/v0/volumes/${unpublished}`)
    expect(spec).not.toHaveProperty('target')
    expect(state).not.toHaveProperty('target')
    for (const replica of Object.values(state.replica_topology)) {
      expect(replica).not.toHaveProperty('child-status')
    }
  })

  it('have UUIDs that sort as the names do', () => {
    const names = twin.world.control.volumes.map(volume => volume.id)
    expect([...names].sort((a, b) => (a < b ? -1 : 1))).toEqual(names)
    const uuids = volumes.entries.map(one => one.spec.uuid)
    expect([...uuids].sort((a, b) => (a < b ? -1 : 1))).toEqual(uuids)
  })
})

describe('a request that cannot be read', () => {
  it.each([
    ['GET', '/v0/volumes', 400, 'Deserialize'],
    ['GET', '/v0/volumes?max_entries=x', 400, 'Deserialize'],
    ['GET', '/v0/volumes?max_entries=1&starting_token=-1', 400, 'Deserialize'],
    ['GET', '/v0/volumes?max_entries=0&volume_id=db', 400, 'Deserialize'],
    ['GET', '/v0/volumes/db', 400, 'Deserialize'],
    ['GET', `/v0/volumes/${nobody}`, 404, 'NotFound'],
    ['GET', '/v0/pools?volume_id=db', 400, 'Deserialize'],
    ['GET', `/v0/pools?volume_id=${nobody}`, 404, 'NotFound'],
    ['GET', '/v0/pools/nobody', 404, 'NotFound'],
    ['GET', '/v0/nodes/nobody', 404, 'NotFound'],
    ['PUT', `/v0/volumes/${nobody}/replica_count/2`, 404, 'NotFound'],
    ['PUT', '/v0/volumes/db/replica_count/2', 400, 'Deserialize'],
    ['PUT', `/v0/volumes/${first}/replica_count/x`, 400, 'Deserialize'],
    ['PUT', `/v0/volumes/${first}/replica_count/256`, 400, 'Deserialize'],
    ['PUT', '/v0/pools/nobody/label/a=b', 404, 'NotFound'],
    ['PUT', '/v0/pools/hot-0/label/a=b?overwrite=perhaps', 400, 'Deserialize'],
    ['DELETE', '/v0/pools/hot-0/label/none', 404, 'NotFound'],
    ['DELETE', '/v0/pools/hot-0/label/openebs.io%2Fcreated-by', 400, 'InvalidArgument'],
    ['PUT', '/v0/nodes/nobody/cordon/ours', 404, 'NotFound'],
    ['DELETE', '/v0/nodes/nobody/cordon/ours', 404, 'NotFound'],
  ])('%s %s is answered with %i %s', async (method, path, status, kind) => {
    const answer = await ask(method, path)
    expect(answer).toMatchObject({ status, value: { kind } })
  })

  it.each([
    ['no JSON', '{'],
    ['no object', '[1]'],
    ['a field too few', { replicas: true, snapshots: false, restores: false }],
    ['a field of another kind', { replicas: 1, snapshots: false, restores: false, import: false }],
  ])('a cordon whose body is %s is refused', async (_, body) => {
    const answer = await ask('PUT', '/v0/pools/hot-0/cordon', body)
    expect(answer).toMatchObject({ status: 400, value: { kind: 'Deserialize' } })
  })

  it('a path or a method that is no operation finds nothing', async () => {
    for (const [method, path] of [
      ['PATCH', '/v0/pools'],
      ['POST', `/v0/volumes/${first}`],
      ['GET', '/v0/nothing'],
      ['GET', '/v0/pools/hot-0/cordon'],
      ['PUT', '/v0/pools/hot-0/label/keyonly'],
      ['PUT', '/v0/pools/hot-0/label/a/b=c'],
    ]) {
      expect(await ask(method, path), path).toMatchObject({ status: 404, text: '' })
    }
  })

  it('an escape that is none, and a body beyond 1 MiB, are told so', async () => {
    expect(await ask('GET', '/v0/pools/%zz')).toMatchObject({ status: 400 })
    const huge = 'x'.repeat(1_048_577)
    const answer = await ask('PUT', '/v0/pools/hot-0/cordon', huge)
    expect(answer).toMatchObject({ status: 400, value: { kind: 'Deserialize' } })
    expect(await ask('GET', '/v0/pools/hot-0')).toMatchObject({ status: 200 })
  })
})

describe('cordons and labels', () => {
  const scopes = { replicas: true, snapshots: false, restores: false, import: false }

  it('of a pool are seen back, refused twice, and end', async () => {
    const put = await ask('PUT', '/v0/pools/cold-2/cordon', scopes)
    expect(put).toMatchObject({
      status: 200,
      value: { spec: { cordonDrain: { cordoned: scopes } } },
    })
    expect(await ask('PUT', '/v0/pools/cold-2/cordon', scopes)).toMatchObject({
      status: 422,
      value: { kind: 'AlreadyExists' },
    })
    const end = await ask('DELETE', '/v0/pools/cold-2/cordon', scopes)
    expect(end.text).not.toContain('cordonDrain')
    expect(await ask('DELETE', '/v0/pools/cold-2/cordon', scopes)).toMatchObject({ status: 422 })
    expect(await ask('PUT', '/v0/pools/none/cordon', scopes)).toMatchObject({ status: 404 })
  })

  it('of a node stack by label, and are refused twice', async () => {
    await ask('PUT', '/v0/nodes/node-2/cordon/ours')
    expect(await ask('PUT', '/v0/nodes/node-2/cordon/theirs')).toMatchObject({
      status: 200,
      value: {
        spec: { cordondrainstate: { cordonedstate: { cordonlabels: ['ours', 'theirs'] } } },
      },
    })
    expect(await ask('PUT', '/v0/nodes/node-2/cordon/ours')).toMatchObject({
      status: 412,
      value: {
        kind: 'FailedPrecondition',
        details: "Node node-2 is already cordoned with label 'ours'",
      },
    })
    await ask('DELETE', '/v0/nodes/node-2/cordon/ours')
    await ask('DELETE', '/v0/nodes/node-2/cordon/theirs')
    expect(await ask('DELETE', '/v0/nodes/node-2/cordon/ours')).toMatchObject({
      status: 412,
      value: { kind: 'FailedPrecondition' },
    })
    const shown = await get('/v0/nodes?node_id=node-2')
    expect(shown).toMatchObject([{ id: 'node-2' }])
    expect(JSON.stringify(shown)).not.toContain('cordon')
    expect(await get('/v0/nodes')).toHaveLength(4)
  })

  it('labels are overwritten only on request', async () => {
    const path = '/v0/pools/hot-1/label'
    expect(await ask('PUT', `${path}/a.b%2Fc=1`)).toMatchObject({
      status: 200,
      value: { spec: { labels: { 'a.b/c': '1' } } },
    })
    expect(await ask('PUT', `${path}/a.b%2Fc=2`)).toMatchObject({ status: 412 })
    expect(await ask('PUT', `${path}/a.b%2Fc=2?overwrite=true`)).toMatchObject({
      value: { spec: { labels: { 'a.b/c': '2' } } },
    })
    const gone = await ask('DELETE', `${path}/a.b%2Fc`)
    expect(gone.value).toMatchObject({ spec: { labels: { 'storage-tier': 'hot' } } })
    expect(gone.text).not.toContain('a.b/c')
  })
})

describe('the replica count', () => {
  it('that is so already, jumps, or falls to none is refused, with the real texts', async () => {
    const put = (count: number) => ask('PUT', `/v0/volumes/${first}/replica_count/${count}`)
    expect(await put(2)).toMatchObject({
      status: 412,
      value: {
        kind: 'FailedPrecondition',
        details: `Replica count of Volume '${first}' is already 2`,
      },
    })
    expect(await put(4)).toMatchObject({ status: 412 })
    expect(await ask('PUT', `/v0/volumes/${quiet}/replica_count/0`)).toMatchObject({
      status: 412,
    })
  })

  it('raised over the wire makes a replica that syncs in virtual time', async () => {
    const put = await ask('PUT', `/v0/volumes/${quiet}/replica_count/2`)
    expect(put).toMatchObject({
      status: 200,
      value: { spec: { num_replicas: 2 }, state: { status: 'Degraded', target: { rebuilds: 1 } } },
    })
    expect(await ask('PUT', `/v0/volumes/${quiet}/replica_count/3`)).toMatchObject({
      status: 412,
    })
    const volume = twin.world.control.volume(volumeId('vol-1'))
    const copy = volume?.replicas.find(replica => replica.copy !== null)
    expect(copy).toBeDefined()
    await advance(minute)
    // It is whole when the copy is done, and shown so with the next poll, every 30 s.
    const syncedUs = copy?.syncedSinceUs ?? Number.NaN
    expect(syncedUs).toBeGreaterThan(0)
    const shownUs = Math.ceil(syncedUs / (30 * second)) * 30 * second
    expect(twin.clock.nowUs).toBeGreaterThanOrEqual(shownUs)
    const synced = await get(`/v0/volumes/${quiet}`)
    expect(synced).toMatchObject({ state: { status: 'Online', target: { rebuilds: 0 } } })
    expect(JSON.stringify(synced)).not.toContain('rebuild-progress')
    expect(twin.world.history.entries).toContainEqual(
      expect.objectContaining({ kind: 'replica-synced', replica: copy?.id }),
    )
    const down = await ask('PUT', `/v0/volumes/${quiet}/replica_count/1`)
    expect(down).toMatchObject({ status: 200, value: { spec: { num_replicas: 1 } } })
  })

  it('a copy shows its progress, and beyond the last node there is no pool', async () => {
    const own = await servedTwin({
      volumes: [{ place: 'hot', replicas: 2, sizeGiB: 300, heat: [] }],
    })
    const { entries } = await own.get<VolumePage>('/v0/volumes?max_entries=0')
    const { uuid } = entries[0].spec
    await own.ask('PUT', `/v0/volumes/${uuid}/replica_count/3`)
    await own.advance(5 * minute)
    const { state } = await own.get<{ readonly state: VolumeState }>(`/v0/volumes/${uuid}`)
    const copied = Object.values(state.replica_topology).flatMap(one => [one['rebuild-progress']])
    const progress = copied.filter(one => one !== undefined)
    expect(progress).toHaveLength(1)
    expect(Number(progress[0])).toBeGreaterThan(0)
    const [child] = (state.target?.children ?? []).filter(one => one.rebuildProgress !== undefined)
    expect(child).toMatchObject({ state: 'Degraded', rebuildProgress: progress[0] })
    await own.advance(100 * minute)
    await own.ask('PUT', `/v0/volumes/${uuid}/replica_count/4`)
    await own.advance(100 * minute)
    const none = await own.ask('PUT', `/v0/volumes/${uuid}/replica_count/5`)
    expect(none).toMatchObject({ status: 507, value: { kind: 'ResourceExhausted' } })
  })
})

describe('versions', () => {
  it.each(['2.7', '2.8', '2.9'] as const)(
    '%s has no pool cordon and tells no health',
    async mayastor => {
      const own = await servedTwin({ mayastor })
      const scopes = { replicas: true, snapshots: false, restores: false, import: false }
      expect(await own.ask('PUT', '/v0/pools/hot-0/cordon', scopes)).toMatchObject({
        status: 404,
        text: '',
      })
      expect(JSON.stringify(await own.get('/v0/volumes?max_entries=0'))).not.toContain('"healthy"')
      expect(await own.get('/v0/nodes/node-0')).toMatchObject({
        spec: { version: `${mayastor}.0` },
        state: { version: `${mayastor}.0` },
      })
    },
  )

  it('2.10 tells whether a replica is healthy', () => {
    expect(JSON.stringify(volumes)).toContain('"healthy":true')
  })

  it('a volume of an affinity group keeps two replicas, from 2.10 on one', async () => {
    for (const [mayastor, status] of [
      ['2.9', 412],
      ['2.10', 200],
    ] as const) {
      const change = { affinityGroup: 'group' }
      const own = await servedTwin({
        mayastor,
        volumes: [{ place: 'hot', replicas: 2, heat: [], change }],
      })
      const { entries } = await own.get<VolumePage>('/v0/volumes?max_entries=0')
      const { uuid } = entries[0].spec
      const answer = await own.ask('PUT', `/v0/volumes/${uuid}/replica_count/1`)
      expect(answer.status, mayastor).toBe(status)
    }
  })
})
