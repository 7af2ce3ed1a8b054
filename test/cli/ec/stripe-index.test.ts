import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlPlaneAssets } from '../../controlplane/assets.js'
import { type ControlPlane, startControlPlane } from '../../controlplane/control-plane.js'
import { create, installDefinitions, manifestOf, pathOf } from '../../controlplane/definitions.js'
import { writeKubeconfig } from '../../controlplane/kubeconfig.js'
import { repository } from '../../tidy/source.js'
import { run, scratch } from '../in-process.js'

const schemaFile = join(repository, 'docs', 'schemas', 'ec-index.json')
const schema: object = JSON.parse(readFileSync(schemaFile, 'utf8'))
const isIndex = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(
  schema,
)
const assets = controlPlaneAssets()
const onServer = it.runIf(assets !== null)
const files = scratch()
const coded = files.path('coded')

interface Stripe {
  readonly metadata: { readonly name: string; readonly resourceVersion: string }
  readonly spec: Readonly<Record<string, unknown>>
  readonly status?: Readonly<Record<string, unknown>>
}

beforeAll(async () => {
  const source = files.file('volume.img', new Uint8Array(3_000_000).fill(7))
  const words = ['encode', source, coded, '--code', 'rs-4-2', '--stripe-bytes', '65536']
  const { status, notes } = await run('ec', ...words)
  if (status !== 0) throw new Error(notes)
})

describe('what ec index is told', () => {
  it.each([
    [['--volume', 'A volume'], 'is no name of an object'],
    [['--policy', 'a/b'], 'is no name of an object'],
    [['--place', 'cold-0'], 'is not understood'],
    [['--place', '6=cold-6'], 'has pools 0 to 5'],
    [['--delete', '--check'], '--delete goes with neither'],
  ])('%j is wrong usage', async (words, why) => {
    const { status, notes } = await run('ec', 'index', coded, ...words)
    expect([status, notes]).toEqual([2, expect.stringContaining(why)])
  })

  it('is a directory that is there, and a cluster', async () => {
    expect((await run('ec', 'index', files.path('none'))).status).toBe(3)
    const missing = ['--kubeconfig', files.path('no-kubeconfig')]
    expect((await run('ec', 'index', coded, ...missing)).status).toBe(4)
    for (const [words, code] of [
      [[files.path('none')], 'FILE_MISSING'],
      [[coded, '--delete', '--check'], 'USAGE'],
      [[coded, ...missing], 'CLUSTER_MISSING'],
    ] as const) {
      const { out } = await run('ec', 'index', ...words, '--json')
      expect(JSON.parse(out)).toMatchObject({ schema: 'couchestor.error/v1', code })
    }
  })
})

describe('ec index in a cluster', () => {
  let plane: ControlPlane
  let cluster: readonly string[] = []
  const index = (...words: readonly string[]) => run('ec', 'index', coded, ...words, ...cluster)

  beforeAll(async () => {
    if (assets === null) return
    plane = await startControlPlane(assets)
    cluster = ['--policy', 'archive', '--volume', 'db-1', '--kubeconfig', writeKubeconfig(plane)]
  })
  afterAll(async () => {
    await plane?.stop()
  })

  /** The one document, which is what its schema says. */
  const told = async (...words: readonly string[]) => {
    const { status, out } = await index(...words, '--json')
    const document: unknown = JSON.parse(out)
    expect(isIndex(document) ? [] : isIndex.errors).toEqual([])
    return { status, document: Object(document) }
  }

  const stripes = async (): Promise<readonly Stripe[]> => {
    const { body } = await plane.call('GET', pathOf('ECStripe'))
    const { items } = body as { readonly items: readonly Stripe[] }
    return items
  }

  onServer('says so where the cluster has not the kind', async () => {
    const { status, notes } = await index()
    expect([status, notes]).toEqual([4, expect.stringContaining('[CLUSTER_MISSING]')])
    await installDefinitions(plane)
  })

  onServer('makes the objects, and a second time writes nothing', async () => {
    expect((await index('--check')).status).toBe(1)
    const missing = { name: 'db-1-0-g1', firstStripe: 0, stripes: 46 }
    expect(await told('--check')).toMatchObject({
      status: 1,
      document: { action: 'check', agrees: false, objects: 0, create: [missing], status: [] },
    })
    expect(await stripes()).toEqual([])
    const status = { name: 'db-1-0-g1', state: 'Healthy', healthyShards: 6, shardHealth: [] }
    expect(await told('--place', '0=cold-0@node-0')).toMatchObject({
      status: 0,
      document: {
        ...{ directory: coded, volume: 'db-1', action: 'write', read: 'heads', agrees: true },
        ...{ objects: 1, create: [missing], status: [status], remove: [], foreign: [] },
      },
    })
    const [made, ...others] = await stripes()
    expect(others).toEqual([])
    expect(made).toMatchObject({
      metadata: { name: 'db-1-0-g1', labels: { 'storage.billyronks.io/volume': 'db-1' } },
      spec: { volumeRef: 'db-1', stripeCount: 46, codec: { version: 1 } },
      status: { state: 'Healthy', healthyShards: 6, shardHealth: [] },
    })
    expect((await index('--place', '0=cold-0@node-0')).out).toContain('1 ECStripe as the')
    const nothing = { create: [], status: [], remove: [] }
    expect(await told('--place', '0=cold-0@node-0', '--check')).toMatchObject({
      status: 0,
      document: { agrees: true, objects: 1, ...nothing },
    })
    expect(await stripes()).toEqual([made])
  })

  onServer('puts a new object in the place of one that tells of other places', async () => {
    const checked = await index('--check')
    expect(checked.status).toBe(1)
    expect(checked.out).toContain('missing: db-1-0-g2, stripes 0 to 45')
    expect(checked.out).toContain('stale: db-1-0-g1, which tells of another layout')
    const remove = [{ name: 'db-1-0-g1', why: 'other-layout' }]
    expect((await told('--check')).document).toMatchObject({ objects: 1, remove })
    expect((await told()).document).toMatchObject({ objects: 1, remove, agrees: true })
    expect((await stripes()).map(one => one.metadata.name)).toEqual(['db-1-0-g2'])
  })

  onServer('tells what is lost, what is corrupted, and does not forget it unread', async () => {
    rmSync(`${coded}/pool-5`, { recursive: true })
    expect((await index('--check')).out).toContain('db-1-0-g2 is Degraded, with 5 healthy shards')
    expect((await index()).status).toBe(0)
    damage(`${coded}/pool-1/container`)
    expect((await index('--check')).status).toBe(0)
    const verified = { state: 'Degraded', healthyShards: 4, healthyDataShards: 3 }
    const shardHealth = [
      { shardIndex: 1, state: 'Corrupted' },
      { shardIndex: 5, state: 'Missing' },
    ]
    const wrong = [{ name: 'db-1-0-g2', ...verified, shardHealth }]
    expect(await told('--verify', '--check')).toMatchObject({
      status: 1,
      document: { action: 'check', read: 'blocks', agrees: false, objects: 1, status: wrong },
    })
    expect((await told('--verify')).document).toMatchObject({ agrees: true, status: wrong })
    expect(await stripes()).toMatchObject([{ status: verified }])
    expect((await index('--check')).status).toBe(0)
    expect((await run('ec', 'repair', coded)).status).toBe(0)
    expect((await index('--verify')).status).toBe(0)
    expect(await stripes()).toMatchObject([{ status: { state: 'Healthy', healthyShards: 6 } }])
  })

  onServer('names what carries the label and is of another volume, and leaves it', async () => {
    const metadata = {
      name: 'stranger-0-g1',
      labels: { 'storage.billyronks.io/volume': 'db-1' },
    }
    const spec = { volumeRef: 'stranger', stripeId: 0, shardLocations: [], generation: 1 }
    const before = (await stripes()).length
    const { status, body } = await create(plane, {
      ...manifestOf('ECStripe', 'stranger-0-g1', spec),
      metadata,
    })
    expect(status, JSON.stringify(body)).toBe(201)
    const { notes } = await index('--check')
    expect(notes).toContain('stranger-0-g1 carries the label of db-1')
    expect((await told()).document).toMatchObject({ foreign: ['stranger-0-g1'], objects: before })
    expect(await stripes()).toHaveLength(before + 1)
  })

  onServer('removes all of a volume, also when its directory is gone', async () => {
    const gone = files.path('gone')
    const { status, out } = await run('ec', 'index', gone, '--delete', ...cluster)
    expect([status, out]).toEqual([0, 'db-1: no ECStripe is left'])
    expect(await stripes()).toEqual([])
    const nothing = { read: null, agrees: null, remove: null, objects: 0 }
    expect(await told('--delete')).toMatchObject({
      status: 0,
      document: { volume: 'db-1', action: 'delete', ...nothing },
    })
  })
}, 180_000)

/** A byte of the first stripe is another one than was written. */
function damage(container: string): void {
  const file = openSync(container, 'r+')
  writeSync(file, new Uint8Array([99]), 0, 1, 5000)
  closeSync(file)
}
