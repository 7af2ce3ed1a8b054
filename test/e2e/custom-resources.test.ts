/**
 * The custom resources on a real API server: what it takes, fills in, refuses and shows.
 * Skipped where there is none (scripts/control-plane.mjs builds it); CI refuses that.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { customResources } from '../../src/core/custom-resources.js'
import { isObject } from '../../src/core/field.js'
import { parseManifest } from '../../src/core/parse-manifest.js'
import { readMigration } from '../../src/core/read-migration.js'
import { writeMigration } from '../../src/core/write-migration.js'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { type Answer, type ControlPlane, startControlPlane } from '../controlplane/control-plane.js'
import {
  create,
  definitionsPath,
  installDefinitions,
  manifestOf,
  pathOf,
  whyRefused,
} from '../controlplane/definitions.js'
import { circulating, migration, smallest, stripe } from '../controlplane/manifests.js'
import { records } from '../core/migration-records.js'
import { repository } from '../tidy/source.js'

const assets = controlPlaneAssets()

/** One thing wrong in each, and the whole of what the server says. */
const wrong: readonly (readonly [kind: string, spec: unknown, says: string])[] = [
  [
    'StoragePolicy',
    { highWatermarkIOPS: 100, lowWatermarkIOPS: 100 },
    'spec.lowWatermarkIOPS: Invalid value: ' +
      'lowWatermarkIOPS must be below highWatermarkIOPS: choose low < high',
  ],
  [
    'StoragePolicy',
    { warmPoolSelector: {}, warmWatermarkIOPS: 500 },
    'spec.lowWatermarkIOPS: Invalid value: lowWatermarkIOPS must be below warmWatermarkIOPS: ' +
      'choose low < warm < high, or set warmWatermarkIOPS to 0 to do without the warm tier',
  ],
  [
    'StoragePolicy',
    { warmPoolSelector: {}, warmWatermarkIOPS: 5000 },
    'spec.warmWatermarkIOPS: Invalid value: warmWatermarkIOPS must be below highWatermarkIOPS: ' +
      'choose low < warm < high, or set warmWatermarkIOPS to 0 to do without the warm tier',
  ],
  [
    'StoragePolicy',
    { cooldownPeriod: '1 day' },
    'spec.cooldownPeriod: Invalid value: "1 day": ' +
      'give a duration with units s, m, h or d, as 1h or 1h30m',
  ],
  [
    'StoragePolicy',
    { samplingWindow: '0h' },
    'spec.samplingWindow: Invalid value: "0h": give a duration longer than 0s, as 1h or 1h30m',
  ],
  [
    'StoragePolicy',
    { maxBytesPerDay: 'much' },
    'spec.maxBytesPerDay: Invalid value: "much": give a size, as 10GiB or 10737418240',
  ],
  [
    'StoragePolicy',
    { volumeSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn' }] } },
    'spec.volumeSelector.matchExpressions[0].values: Invalid value: ' +
      'In and NotIn take values: list at least one',
  ],
  [
    'StoragePolicy',
    { volumeSelector: { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['b'] }] } },
    'spec.volumeSelector.matchExpressions[0].values: Invalid value: ' +
      'Exists and DoesNotExist take no values: leave them out',
  ],
  [
    'ErasureCodingPolicy',
    { dataShards: 6, minHealthyShards: 5 },
    'spec.minHealthyShards: Invalid value: ' +
      'minHealthyShards must not be below dataShards: give dataShards or more, or leave it out',
  ],
  [
    'ErasureCodingPolicy',
    { stripeSizeBytes: '63KiB' },
    'spec.stripeSizeBytes: Invalid value: "63KiB": give 64KiB to 64MiB',
  ],
]

const said: Readonly<Record<string, object>> = {
  StoragePolicy: { phase: 'Active', watchedVolumes: 12, totalMigrations: 3 },
  ErasureCodingPolicy: { phase: 'Ready' },
  ECStripe: { state: 'Degraded', healthyShards: 2 },
  VolumeMigration: { protocol: 1, phase: 'Moving' },
}

describe('the custom resources on a real API server', () => {
  let plane: ControlPlane

  beforeAll(async () => {
    if (assets === null) return
    plane = await startControlPlane(assets)
    await installDefinitions(plane)
  })
  afterAll(() => plane?.stop())

  it.runIf(assets !== null)('are accepted as they are, whole', async () => {
    for (const { plural } of customResources) {
      const text = readFileSync(join(repository, 'crds', `${plural}.yaml`), 'utf8')
      const path = `${definitionsPath}/${plural}.storage.billyronks.io`
      const patch = { 'content-type': 'application/apply-patch+yaml' }
      const query = '?fieldManager=test&force=true&fieldValidation=Strict'
      const { status, body } = await plane.call('PATCH', path + query, parse(text), patch)
      expect(status, JSON.stringify(body)).toBe(200)
      const conditions = statusOf({ status, body }).conditions as readonly { type: string }[]
      expect(conditions.map(one => one.type)).toEqual(['NamesAccepted', 'Established'])
    }
  })

  it.runIf(assets !== null)('take every manifest in circulation unchanged', async () => {
    for (const [what, manifest] of circulating) {
      const answer = await create(plane, manifest, '&dryRun=All')
      expect(answer.status, `${what}: ${whyRefused(answer)}`).toBe(201)
      expect(partOf(answer, 'spec'), what).toMatchObject(manifest.spec ?? {})
      if (!/Policy$/.test(String(manifest.kind))) continue
      // What the server filled in is what the parser fills in.
      const [filled, given] = [parseManifest(answer.body), parseManifest(manifest)]
      expect(given.ok && given.value.policy.spec, what).toEqual(
        filled.ok && filled.value.policy.spec,
      )
    }
  })

  it.runIf(assets !== null)('are refused with a sentence that says what to do', async () => {
    for (const [kind, spec, says] of wrong) {
      const answer = await create(plane, manifestOf(kind, 'wrong', spec), '&dryRun=All')
      expect([answer.status, whyRefused(answer)]).toEqual([422, [says]])
    }
  })

  it.runIf(assets !== null)('let nothing of a stripe change', async () => {
    const path = await created('ECStripe', 'fixed', stripe)
    const answer = await merge(path, { spec: { generation: 2 } })
    expect([answer.status, whyRefused(answer)]).toEqual([
      422,
      [
        'spec: Invalid value: the layout of a stripe cannot change: ' +
          'create another ECStripe, then delete this one',
      ],
    ])
    expect((await merge(path, { metadata: { labels: { a: 'b' } } })).status).toBe(200)
  })

  it.runIf(assets !== null)('keep no books about each shard of a stripe', async () => {
    const booksOf = async (name: string, shards: number): Promise<number> => {
      const shardLocations = stripe.shardLocations.slice(0, shards)
      const answer = await create(
        plane,
        manifestOf('ECStripe', name, { ...stripe, shardLocations }),
      )
      return JSON.stringify(partOf(answer, 'metadata').managedFields).length
    }
    expect(await booksOf('narrow', 1)).toBe(await booksOf('wide', 3))
  })

  it.runIf(assets !== null)('let releaseSource of a migration turn true, and no more', async () => {
    const path = await created('VolumeMigration', 'fixed', migration)
    const changes: Readonly<Record<string, unknown>> = {
      volume: 'another',
      toTier: 'cold',
      toForm: 'coded',
      holdFor: '1d',
      fromTier: 'cold',
      policyRef: 'gold',
      sizeBytes: 5,
      heatIops: 1.5,
      reason: 'because',
      requestedBy: 'policy',
      fingerprint: 'x',
    }
    for (const [name, value] of Object.entries(changes)) {
      const answer = await merge(path, { spec: { [name]: value } })
      expect([answer.status, whyRefused(answer)]).toEqual([
        422,
        [
          `spec.${name}: Invalid value: ${name} cannot change: ` +
            'delete this VolumeMigration and create another',
        ],
      ])
    }
    expect((await merge(path, { spec: { releaseSource: true } })).status).toBe(200)
    for (const releaseSource of [false, null]) {
      const back = await merge(path, { spec: { releaseSource } })
      expect([back.status, whyRefused(back)]).toEqual([
        422,
        [
          'spec.releaseSource: Invalid value: ' +
            'releaseSource may only turn true: delete the VolumeMigration to cancel it',
        ],
      ])
    }
    expect((await merge(path, { spec: null })).status).toBe(422)
  })

  it.runIf(assets !== null)('keep what is said of them apart from what is asked', async () => {
    for (const { kind } of customResources) {
      const status = said[kind]
      const path = pathOf(kind, 'apart')
      const manifest = manifestOf(kind, 'apart', smallest[kind])
      expect((await create(plane, { ...manifest, status })).status).toBe(201)
      expect(statusOf(await plane.call('GET', path))).toEqual({})
      const done = await merge(`${path}/status`, { spec: { generation: 9, toTier: 'x' }, status })
      expect([done.status, whyRefused(done)]).toEqual([200, ['']])
      const now = await plane.call('GET', path)
      expect(statusOf(now)).toEqual(status)
      expect(partOf(now, 'metadata').generation, 'the spec is as it was').toBe(1)
      const wrong = await merge(`${path}/status`, { status: { phase: 'x', state: 'x' } })
      expect([wrong.status, whyRefused(wrong)[0]]).toEqual([422, expect.stringMatching(/"x"/)])
    }
  })

  it.runIf(assets !== null)('keep the record of a migration whole', async () => {
    let number = 0
    const property = fc.asyncProperty(records, async record => {
      const { spec, status } = writeMigration(record)
      number++
      const path = await created('VolumeMigration', `record-${number}`, spec)
      if (status !== undefined) {
        const answer = await merge(`${path}/status`, { status })
        expect([answer.status, whyRefused(answer)]).toEqual([200, ['']])
      }
      const read = readMigration((await plane.call('GET', path)).body)
      expect(read.ok && { ...read.value, name: record.name, version: '' }).toEqual(record)
    })
    await fc.assert(property, { numRuns: 100 })
  })

  it.runIf(assets !== null)('show a line that a person asks for', async () => {
    const rows: Readonly<Record<string, readonly unknown[]>> = {
      StoragePolicy: ['table', 1500, 100, 'Active', 12, 3],
      ErasureCodingPolicy: ['table', 10, 4, '2MiB', 'ReedSolomon', 'Ready'],
      ECStripe: ['table', 'pvc-1', '7', 1, 'Degraded', 2],
      VolumeMigration: ['table', migration.volume, 'hot', 'replicated', 'Moving', null],
    }
    const specs: Readonly<Record<string, unknown>> = {
      StoragePolicy: { highWatermarkIOPS: 1500, lowWatermarkIOPS: 100 },
      ErasureCodingPolicy: { dataShards: 10, parityShards: 4, stripeSizeBytes: '2MiB' },
      ECStripe: stripe,
      VolumeMigration: migration,
    }
    for (const { kind, columns } of customResources) {
      const path = await created(kind, 'table', specs[kind])
      expect((await merge(`${path}/status`, { status: said[kind] })).status).toBe(200)
      const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io'
      const { body } = await plane.call('GET', path, undefined, { accept })
      const table = body as {
        readonly columnDefinitions: readonly { readonly name: string }[]
        readonly rows: readonly { readonly cells: readonly unknown[] }[]
      }
      const names = ['Name', ...columns.map(column => column.name)]
      expect(table.columnDefinitions.map(column => column.name)).toEqual(names)
      expect(table.rows[0].cells.slice(0, rows[kind].length)).toEqual(rows[kind])
    }
  })

  async function created(kind: string, name: string, spec: unknown): Promise<string> {
    const answer = await create(plane, manifestOf(kind, name, spec))
    expect(answer.status, String(whyRefused(answer))).toBe(201)
    return pathOf(kind, name)
  }

  function merge(path: string, change: unknown): Promise<Answer> {
    return plane.call('PATCH', path, change, { 'content-type': 'application/merge-patch+json' })
  }
})

function partOf(answer: Answer, name: string): Readonly<Record<string, unknown>> {
  const part = isObject(answer.body) ? answer.body[name] : undefined
  return isObject(part) ? part : {}
}

function statusOf(answer: Answer): Readonly<Record<string, unknown>> {
  return partOf(answer, 'status')
}
