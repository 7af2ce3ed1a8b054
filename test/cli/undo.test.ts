import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { planUndo } from '../../src/cli/undo/plan-undo.js'
import { isRunning } from '../../src/core/past.js'
import type { MigrationRecord } from '../../src/core/record.js'
import type { KubernetesApi, KubernetesObject } from '../../src/kubernetes/api.js'
import { systemTiming } from '../../src/live/http/timing.js'
import { LiveJournal } from '../../src/live/journal.js'
import {
  type KeptMigration,
  undoFinalizer,
  volumeMigrations,
} from '../../src/live/migration-object.js'
import { apiOf } from '../controlplane/api.js'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.js'
import { create, installDefinitions, manifestOf, pathOf } from '../controlplane/definitions.js'
import { writeKubeconfig } from '../controlplane/kubeconfig.js'
import { records } from '../core/migration-records.js'
import { record } from '../laws/histories.js'
import { ended, moving, stored, until } from '../live/journal-server.js'
import { run, scratch } from './in-process.js'

const assets = controlPlaneAssets()
const onServer = it.runIf(assets !== null)
const files = scratch()
const namespace = 'couchestor-system'

function keptOf(one: MigrationRecord, finalizers: readonly string[] = []): KeptMigration {
  return { name: one.name, version: '1', record: one, problems: [], finalizers }
}

/** A volume moves back to where it was, and nothing else of it is under way or newer. */
function isWayBack(
  journal: readonly KeptMigration[],
  { kind, ...plan }: ReturnType<typeof planUndo>,
): boolean {
  if (kind !== 'move-back' || !('back' in plan)) return true
  const { back, record: undone } = plan
  const others = journal.flatMap(one =>
    one.record !== null && one.record.spec.volume === back.volume ? one.record : [],
  )
  return (
    back.toTier === undone.spec.fromTier &&
    undone.status?.outcome === 'completed' &&
    !journal.some(one => one.name === back.name) &&
    !others.some(isRunning) &&
    others.every(
      ({ status }) =>
        status?.outcome !== 'completed' ||
        (status.finishedUs ?? 0) <= (undone.status?.finishedUs ?? 0),
    )
  )
}

describe('what undoing means', () => {
  const journals = fc
    .array(fc.tuple(records, fc.boolean()), { minLength: 1, maxLength: 5 })
    .map(all =>
      all.map(([one, deleting], place) => {
        const name = place % 2 === 0 ? `${one.spec.volume}-back-${place}` : `m-${place}`
        return keptOf({ ...one, name, deleting })
      }),
    )

  it('cancels exactly what runs, and moves back exactly what can be', () => {
    fc.assert(
      fc.property(journals, fc.nat(4), (journal, at) => {
        const { name, record: one } = journal[at % journal.length]
        const plan = planUndo(journal, name)
        const isCancel = plan.kind === 'cancel' || plan.kind === 'cancelled-already'
        expect(isCancel).toBe(one !== null && isRunning(one))
        expect(plan.kind === 'cancelled-already').toBe(isCancel && one?.deleting === true)
        expect(isWayBack(journal, plan)).toBe(true)
      }),
    )
  })

  const completed = ended(record())
  it.each<{ what: string; others: readonly MigrationRecord[]; told: RegExp }>([
    {
      what: 'one that runs for the same volume',
      others: [{ ...record(), name: 'vol-2' }],
      told: /vol-2 runs for its volume/,
    },
    {
      what: 'one that moved it since',
      others: [finishedAt({ ...completed, name: 'vol-2' }, 10)],
      told: /vol-2 moved its volume since, to \w+: undo that one/,
    },
  ])('a completed move stays beside $what', ({ others, told }) => {
    const plan = planUndo(
      [completed, ...others].map(one => keptOf(one)),
      completed.name,
    )
    expect(plan).toEqual({ kind: 'stays', why: expect.stringMatching(told) })
  })

  it.each([
    { change: { fromTier: 'mixed' }, told: /on several tiers before/ },
    { change: { fromTier: 'outside' }, told: /on no tier before/ },
    { change: { fromTier: 'hot', toForm: 'coded' }, told: /coded volume has no way back/ },
  ] as const)('a completed move of $change stays', ({ change, told }) => {
    const one = { ...completed, spec: { ...completed.spec, ...change } }
    const plan = planUndo([keptOf(one)], one.name)
    expect(plan).toEqual({ kind: 'stays', why: expect.stringMatching(told) })
  })

  it.each([
    ['preserved', 'stays'],
    ['failed', 'stays'],
    ['rolled-back', 'nothing-to-undo'],
    ['cancelled', 'nothing-to-undo'],
    ['gone', 'nothing-to-undo'],
  ] as const)('one that ended as %s: %s', (outcome, kind) => {
    const { status } = completed
    if (status === null) throw new Error('it has a status')
    const one = { ...completed, status: { ...status, outcome } }
    expect(planUndo([keptOf(one)], one.name)).toMatchObject({ kind })
  })

  it('suggests the name that was meant', () => {
    const journal = [keptOf(completed)]
    expect(planUndo(journal, 'vol-11')).toEqual({ kind: 'unknown', nearest: completed.name })
    expect(planUndo(journal, 'something')).toEqual({ kind: 'unknown', nearest: null })
  })
})

describe('undo in a cluster', () => {
  let plane: ControlPlane
  let api: KubernetesApi
  let journal: LiveJournal
  let cluster: readonly string[] = []

  beforeAll(async () => {
    if (assets === null) return
    plane = await startControlPlane(assets)
    await installDefinitions(plane)
    await plane.call('POST', '/api/v1/namespaces', { metadata: { name: namespace } })
    api = apiOf(plane)
    cluster = ['--kubeconfig', writeKubeconfig(plane)]
    journal = new LiveJournal(api, systemTiming, { namespace, sizeOf: () => 1 })
    journal.start()
    await journal.whenListed()
  })
  afterEach(async () => {
    if (assets === null) return
    for (const { metadata } of await objects()) {
      await api.merge(volumeMigrations, metadata.name, { metadata: { finalizers: null } })
      await api.delete(volumeMigrations, metadata.name)
    }
    await until(async () => (await journalled()).length === 0)
  })
  afterAll(async () => {
    await journal?.stop()
    api?.close()
    await plane?.stop()
  })

  const objects = async (): Promise<readonly KubernetesObject[]> => {
    const answer = await api.list(volumeMigrations, { limit: 500 })
    if (answer.kind !== 'answered') throw new Error('nothing was listed')
    return answer.value.items
  }
  const journalled = async (): Promise<readonly MigrationRecord[]> => {
    const answer = await journal.records()
    return answer.kind === 'read' ? answer.stored : []
  }
  const undo = (...words: readonly string[]) => run('undo', ...words, ...cluster)
  const begun = async (): Promise<MigrationRecord> => {
    const created = stored(await journal.create(record()))
    return stored(await journal.replace(moving(created, 'the copy runs')))
  }

  onServer('deletes one that runs, whose object stays until it is undone', async () => {
    const { name } = await begun()
    const ran = await undo(name)
    expect(ran).toEqual({
      status: 0,
      out: `${name} is cancelled: whoever leads undoes what it did`,
      notes: `No operator leads in ${namespace}: start it, or run couchestor release`,
    })
    const [{ metadata }] = await objects()
    expect(metadata).toMatchObject({ name, finalizers: [undoFinalizer] })
    expect(metadata.deletionTimestamp).toBeDefined()
    const again = await undo(name)
    expect(again).toMatchObject({ status: 0, out: `${name} is cancelled already: the copy runs` })
  })

  onServer(
    'gives the finalizer back that somebody took away, so that its record stays',
    async () => {
      const { name } = await begun()
      await api.merge(volumeMigrations, name, { metadata: { finalizers: null } })
      expect(await undo(name)).toMatchObject({ status: 0 })
      expect((await objects()).map(({ metadata }) => metadata.finalizers)).toEqual([
        [undoFinalizer],
      ])
    },
  )

  onServer('waits until it is undone, and says how it ended', async () => {
    const { name } = await begun()
    const waiting = undo(name, '--wait', '30s')
    await until(async () => (await journalled()).some(one => one.deleting))
    const [one] = await journalled()
    stored(await journal.replace(cancelled(one)))
    const ran = await waiting
    expect(ran).toMatchObject({ status: 0 })
    expect(ran.out).toMatch(/ended as cancelled \(cancelled-by-person\): the copy runs$/)
    expect(await objects()).toEqual([])
  })

  onServer('waits no longer than it is told to', async () => {
    const { name } = await begun()
    const ran = await undo(name, '--wait', '300ms')
    expect(ran).toMatchObject({ status: 1 })
    expect(ran.out).toMatch(/is not at its end after 300ms: the copy runs$/)
  })

  onServer('moves the volume of a completed one back', async () => {
    const created = stored(await journal.create(record()))
    stored(await journal.replace(ended(created)))
    const { fromTier, volume } = created.spec
    const ran = await undo(created.name)
    expect(ran).toMatchObject({ status: 0 })
    const back = `${volume}-back-1`
    expect(ran.out).toContain(`${created.name} is completed: ${back} moves its volume back`)
    const made = (await objects()).find(({ metadata }) => metadata.name === back)
    expect(made?.spec).toMatchObject({
      ...{ volume, toTier: fromTier, requestedBy: 'person', reason: `undo of ${created.name}` },
    })
    const again = await undo(created.name)
    expect(again).toMatchObject({ status: 1 })
    expect(again.out).toMatch(new RegExp(`is over: ${back} runs for its volume`))
  })

  onServer('takes a person’s one away that nobody took up', async () => {
    await create(plane, manifestOf('VolumeMigration', 'mine', { volume: 'vol', toTier: 'hot' }))
    const ran = await undo('mine')
    expect(ran).toMatchObject({ status: 0, out: 'mine is cancelled: nobody had taken it up' })
    expect(await objects()).toEqual([])
  })

  onServer('says that it is paused, and then nothing happens', async () => {
    const { name } = await begun()
    await run('pause', '--why', 'rack 3', ...cluster)
    const ran = await undo(name)
    await run('resume', ...cluster)
    expect(ran.notes).toMatch(/It is paused: rack 3: until couchestor resume it waits$/)
  })

  onServer('knows no other name, and suggests one', async () => {
    await begun()
    const ran = await undo('vol-11')
    expect(ran).toMatchObject({ status: 3, out: '' })
    expect(ran.notes).toBe(
      'error: there is no VolumeMigration vol-11: did you mean vol-1? [MIGRATION_UNKNOWN]',
    )
  })

  onServer('leaves one that cannot be read as it is', async () => {
    const { name } = await begun()
    const type = { 'content-type': 'application/merge-patch+json' }
    const path = `${pathOf('VolumeMigration', name)}/status`
    await plane.call('PATCH', path, { status: { epoch: null } }, type)
    const ran = await undo(name)
    expect(ran).toMatchObject({ status: 3 })
    expect(ran.notes).toMatch(/vol-1 status.*\[FIELD_/)
    expect((await objects())[0]?.metadata.deletionTimestamp).toBeUndefined()
  })
})

describe('undo', () => {
  it.each([
    { words: [], status: 2, told: /missing required argument 'migration'/ },
    { words: ['a', '--wait', 'long'], status: 2, told: /--wait is no duration above zero: long/ },
    { words: ['a', '--kubeconfig', files.path('none')], status: 4, told: /\[CLUSTER_MISSING\]$/ },
  ])('$words ends with status $status', async ({ words, status, told }) => {
    const ran = await run('undo', ...words)
    expect(ran).toMatchObject({ status, out: '' })
    expect(ran.notes).toMatch(told)
  })
})

function finishedAt(one: MigrationRecord, finishedUs: number): MigrationRecord {
  return one.status === null ? one : { ...one, status: { ...one.status, finishedUs } }
}

function cancelled(one: MigrationRecord): MigrationRecord {
  const { status } = ended(one)
  if (status === null) throw new Error('it is ended')
  return { ...one, status: { ...status, outcome: 'cancelled', why: 'cancelled-by-person' } }
}
