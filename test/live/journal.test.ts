import { readFileSync } from 'node:fs'
import { setTimeout as later } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { volumeId } from '../../src/core/model.js'
import { readMigration } from '../../src/core/read-migration.js'
import { emptyOperatorRecord, type MigrationRecord } from '../../src/core/record.js'
import { writeMigration } from '../../src/core/write-migration.js'
import { systemTiming } from '../../src/live/http/timing.js'
import { LiveJournal, readJournal } from '../../src/live/journal.js'
import { undoFinalizer, volumeMigrations } from '../../src/live/migration-object.js'
import { operatorMapName } from '../../src/live/operator-map.js'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { records } from '../core/migration-records.js'
import { record } from '../laws/histories.js'
import {
  configMaps,
  ended,
  JournalServer,
  moving,
  namespace,
  read,
  recordsOf,
  stored,
  until,
} from './journal-server.js'

const assets = controlPlaneAssets()
const onServer = it.runIf(assets !== null)

describe('the journal on a real API server', () => {
  let server: JournalServer
  let journal: LiveJournal

  beforeAll(async () => {
    if (assets !== null) server = await JournalServer.start(assets)
  })
  beforeEach(async () => {
    if (assets !== null) journal = await server.open()
  })
  afterEach(() => server?.clear())
  afterAll(() => server?.stop())

  const seen = (one = journal): Promise<readonly MigrationRecord[]> => recordsOf(one)
  const theOne = async (one = journal): Promise<MigrationRecord | undefined> => (await seen(one))[0]

  onServer('creating a record is a claim: the second one fails, whoever asks', async () => {
    const other = await server.open()
    const both = await Promise.all([journal.create(record()), other.create(record())])
    expect(both.map(({ kind }) => kind).sort()).toEqual(['conflict', 'written'])
    expect(await journal.create(record())).toEqual({ kind: 'conflict' })
    expect(await seen()).toHaveLength(1)
  })

  onServer('is not available before everything was listed once', async () => {
    const early = new LiveJournal(server.api, systemTiming, { namespace, sizeOf: () => null })
    const why = 'volumemigrations are not listed yet'
    expect(await early.records()).toEqual({ kind: 'unavailable', why })
  })

  onServer('a record is replaced only against the version that was read', async () => {
    const created = stored(await journal.create(record()))
    const again = stored(await journal.replace(moving(created, 'once')))
    expect(await journal.replace(created)).toEqual({ kind: 'conflict' })
    expect(await journal.replace(record({ name: 'vol-9' }))).toEqual({ kind: 'conflict' })
    expect(await journal.replace({ ...record(), version: '' })).toEqual({ kind: 'conflict' })
    expect(await theOne()).toEqual(again)
  })

  onServer(
    'of two journals the one that was slower meets a conflict, then reads the other',
    async () => {
      const other = await server.open()
      const created = stored(await journal.create(record()))
      await until(async () => (await theOne(other))?.version === created.version)
      const faster = stored(await other.replace(moving(created, 'faster')))
      expect(await journal.replace(moving(created, 'slower'))).toEqual({ kind: 'conflict' })
      await until(async () => (await theOne())?.version === faster.version)
      expect(await theOne()).toEqual(faster)
    },
  )

  onServer(
    'every answered write is read at once, and the same array while none changed',
    async () => {
      let latest = stored(await journal.create(record()))
      for (let turn = 0; turn < 20; turn++) {
        expect(await seen()).toEqual([latest])
        latest = stored(await journal.replace(moving(latest, `turn ${turn}`)))
      }
      const one = await seen()
      expect(one).toEqual([latest])
      await later(200)
      expect(await seen()).toBe(one)
      expect(stored(await journal.replace(latest)).version).toBe(latest.version)
      await later(100)
      expect(await seen()).toBe(one)
    },
  )

  onServer('the finalizer stands while a migration is under way, and only then', async () => {
    const created = stored(await journal.create(record()))
    expect(await server.finalizersOf('vol-1')).toEqual([undoFinalizer])
    const finished = stored(await journal.replace(ended(created)))
    expect(await server.finalizersOf('vol-1')).toEqual([])
    const [kept] = await server.objects()
    expect(finished.version).toBe(kept.metadata.resourceVersion)
    expect(await seen()).toEqual([finished])
  })

  onServer('leaves the finalizers of others where they are', async () => {
    const created = stored(await journal.create(record()))
    await server.setFinalizers('vol-1', ['example.org/theirs', undoFinalizer])
    await until(async () => (await theOne())?.version !== created.version)
    const known = (await theOne()) ?? created
    expect((await journal.replace(ended(known))).kind).toBe('written')
    expect(await server.finalizersOf('vol-1')).toEqual(['example.org/theirs'])
  })

  onServer(
    'a person’s migration gets the finalizer with its first status, and its size',
    async () => {
      await server.ask('mine')
      await until(async () => (await seen()).length === 1)
      expect(await theOne()).toMatchObject({ status: null, spec: { sizeBytes: 0 } })
      server.sizes.set(volumeId('vol'), 4096)
      const mine = await theOne()
      expect(mine).toMatchObject({ status: null, spec: { sizeBytes: 4096, requestedBy: 'person' } })
      if (mine === undefined) throw new Error('it is not there')
      const taken = stored(await journal.replace({ ...mine, status: record().status }))
      expect(taken.spec.sizeBytes).toBe(4096)
      server.sizes.clear()
      expect(await seen()).toEqual([taken])
      expect(await server.finalizersOf('mine')).toEqual([undoFinalizer])
    },
  )

  onServer(
    'an object that a person deletes stays until it is finished, then it is gone',
    async () => {
      const created = stored(await journal.create(record()))
      await server.delete('vol-1')
      await until(async () => (await theOne())?.deleting === true)
      const undone = stored(await journal.replace(moving((await theOne()) ?? created, 'undoing')))
      expect([undone.deleting, await server.finalizersOf('vol-1')]).toEqual([true, [undoFinalizer]])
      expect((await journal.replace(ended(undone))).kind).toBe('written')
      expect([await seen(), await server.finalizersOf('vol-1')]).toEqual([[], null])
      await later(200)
      const again = stored(await journal.create(record()))
      expect(await seen()).toEqual([again])
      await later(200)
      expect(await seen()).toEqual([again])
    },
  )

  onServer('takes away the finalizer of an operator that ended before it did', async () => {
    const created = stored(await journal.create(record()))
    stored(await journal.replace(ended(created)))
    await server.setFinalizers('vol-1', [undoFinalizer])
    await server.delete('vol-1')
    const next = await server.open()
    expect(await seen(next)).toEqual([])
    expect(await server.finalizersOf('vol-1')).toBeNull()
  })

  onServer('what cannot be read is told and left alone', async () => {
    await server.ask('odd')
    await server.setStatus('odd', { protocol: 1, message: 'half' })
    await until(async () => (await seen()).length === 0 && journal.unreadable().length === 1)
    expect(journal.unreadable()).toMatchObject([{ name: 'odd', problems: [{ path: 'status' }] }])
    expect((await server.objects()).map(({ metadata }) => metadata.name)).toEqual(['odd'])
  })

  onServer('a record that the server refuses is unknown, and told', async () => {
    const wrong = record({ spec: { reason: 'x', volume: volumeId('') } })
    expect(await journal.create(wrong)).toMatchObject({ kind: 'unknown' })
    expect(journal.trouble()).toMatch(/spec\.volume/)
    expect(await seen()).toEqual([])
    stored(await journal.create(record()))
    expect(journal.trouble()).toBeNull()
  })

  onServer('wakes for what people ask, and not for what it wrote itself', async () => {
    let woken = 0
    journal.onChange(() => {
      woken += 1
    })
    const created = stored(await journal.create(record()))
    const coded = stored(
      await journal.create(
        record({ name: 'vol-2', spec: { toForm: 'coded', releaseSource: false } }),
      ),
    )
    stored(await journal.replace(moving(created, 'on')))
    const empty = read(await journal.operator())
    const operator = stored(await journal.replaceOperator({ ...empty, epoch: 3 }))
    await later(300)
    expect(woken).toBe(0)
    await server.ask('mine')
    await until(async () => woken === 1)
    await server.delete('vol-1')
    await until(async () => woken === 2)
    await server.api.merge(volumeMigrations, coded.name, { spec: { releaseSource: true } })
    await until(async () => woken === 3)
    const other = await server.open()
    const pause = { why: 'lunch', sinceUs: 7 }
    stored(await other.replaceOperator({ ...operator, pause }))
    await until(async () => woken === 4)
  })

  onServer('loses nothing of a record', async () => {
    let number = 0
    const property = fc.asyncProperty(records, async made => {
      number += 1
      const name = `${made.name}-${number}`
      const created = stored(await journal.create({ ...made, name }))
      expect(created).toEqual({ ...made, name, version: created.version })
      const found = (await seen()).find(one => one.name === name)
      expect(found).toEqual(created)
    })
    await fc.assert(property, { numRuns: 150 })
    const there = await seen()
    expect(await readJournal(server.api, namespace)).toEqual({
      kind: 'read',
      stored: { records: expect.arrayContaining([...there]), operator: emptyOperatorRecord },
    })
  })

  onServer('the operator’s record is changed by compare-and-swap, by one of two', async () => {
    const other = await server.open()
    const [one, same] = await Promise.all([journal.operator(), other.operator()])
    expect(read(one)).toEqual(read(same))
    const pause = { why: 'contract', sinceUs: 1 }
    const written = stored(await journal.replaceOperator({ ...read(one), pause }))
    expect(written).toMatchObject({ pause, epoch: 0 })
    expect(await other.replaceOperator(read(same))).toEqual({ kind: 'conflict' })
    expect(read(await other.operator())).toEqual(written)
  })

  onServer(
    'keeps what others wrote into the ConfigMap, and reads none that is broken',
    async () => {
      const before = read(await journal.operator())
      const note = { metadata: { labels: { owner: 'team' } }, data: { note: 'ours' } }
      await server.api.merge(configMaps, operatorMapName, note)
      expect(await journal.replaceOperator(before)).toEqual({ kind: 'conflict' })
      stored(await journal.replaceOperator({ ...read(await journal.operator()), epoch: 2 }))
      const kept = await server.api.get(configMaps, operatorMapName)
      const record = expect.stringContaining('"epoch": 2')
      expect(kept).toMatchObject({ value: { ...note, data: { ...note.data, record } } })
      await server.api.merge(configMaps, operatorMapName, { data: { record: '{"protocol": 9}' } })
      const why = expect.stringMatching(
        /^ConfigMap couchestor-system\/couchestor-operator: its protocol/,
      )
      expect(await journal.operator()).toEqual({ kind: 'unavailable', why })
      expect(await readJournal(server.api, namespace)).toEqual({ kind: 'unavailable', why })
    },
  )
})

describe('a migration of protocol 1', () => {
  const fixture = new URL('./fixtures/volume-migration-1.yaml', import.meta.url)
  const object: { readonly spec: object; readonly status: object } = parse(
    readFileSync(fixture, 'utf8'),
  )

  it('is read, and written, for ever', () => {
    const parsed = readMigration(object)
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
    expect(parsed.value).toMatchObject({
      name: 'ec4e66fb-fee5-4f54-8c2c-6c2ee4b2f2b4-3',
      version: '4711',
      deleting: false,
      spec: { holdForUs: 604_800_000_000, heatIops: 12.5, policy: 'tiers' },
      status: {
        epoch: 7,
        phase: 'moving',
        moves: [{ state: 'syncing', progressedUs: 1_767_595_200_000_250, finishedUs: null }],
        cordons: [{ kind: 'pool', before: { snapshots: true } }, { kind: 'node' }],
        lastCommand: { refusal: 'no-pool' },
      },
    })
    const { spec, status } = object
    expect(writeMigration(parsed.value)).toMatchObject({ spec, status })
  })
})
