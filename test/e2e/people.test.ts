/**
 * People at work beside an operator that moves volumes: they cancel a move, pause the operator, go
 * back to an older version of it, ask for moves.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { isObject } from '../../src/core/field.js'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { create, definitionsPath, manifestOf, pathOf } from '../controlplane/definitions.js'
import {
  hourUs,
  joined,
  type Listed,
  minuteUs,
  type Started,
  startFleet,
  type TestCluster,
  until,
} from './cluster.js'
import { commandsOf, passUntil } from './passing.js'
import { scratch } from './program.js'
import { Relay } from './relay.js'
import { byHeat, cordoned, expectWhole, type Happened, historyOf, volumeOf } from './whole.js'

const assets = controlPlaneAssets()
const onServer = it.runIf(assets !== null)
const oneAtATime = ['--max-concurrent-migrations', '1']
const mapPath = '/api/v1/namespaces/couchestor-system/configmaps/couchestor-operator'
const cwd = scratch()

describe('beside an operator', () => {
  let cluster: TestCluster
  let relay: Relay
  let operator: Started | null = null

  beforeAll(async () => {
    if (assets === null) return
    cluster = await startFleet(assets, cwd, 12)
    relay = await Relay.before(cluster.origin)
  })
  afterEach(async () => {
    if (operator !== null) await ended(operator, 'SIGKILL')
    await cluster?.ask('DELETE', '/twin/v1/parties/operator')
  })
  afterAll(async () => {
    await relay?.cut()
    await cluster?.stop()
  })

  /** Where its window is to be met, its way to Mayastor is slow. */
  async function begun(delayMs = 0): Promise<Started> {
    relay.delayMs = delayMs
    operator = cluster.operator(['--mayastor-url', relay.url, ...oneAtATime])
    await joined(cluster)
    return operator
  }

  async function ended({ child, ended }: Started, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    operator = null
    child.kill(signal)
    const { status } = await ended
    if (signal === 'SIGTERM') expect(status).toBe(143)
  }

  /** Time passes until it sent such a command so often; answers the migration of the last one. */
  async function sent(of: Started, words: string, count: number): Promise<Passing> {
    const { isSo, rest } = await passUntil(cluster, () => commandsOf(of, words).length >= count)
    expect(isSo).toBe(true)
    return { migration: JSON.parse(commandsOf(of, words)[count - 1]).migration, rest }
  }

  async function objectAt(path: string): Promise<KubernetesThing> {
    const { body } = await cluster.plane.call('GET', path)
    if (!isThing(body)) throw new Error(`nothing at ${path}`)
    return body
  }

  /** Written against what was read, however often the operator is first. */
  async function change(
    path: string,
    edit: (object: KubernetesThing) => object,
    subresource = '',
    mayBe: readonly number[] = [409],
  ): Promise<void> {
    for (;;) {
      const changed = edit(await objectAt(path))
      const { status } = await cluster.plane.call('PUT', `${path}${subresource}`, changed)
      if (status === 200 || (status !== 409 && mayBe.includes(status))) return
      expect(mayBe).toContain(status)
    }
  }

  async function migrationOf(name: string): Promise<Listed | undefined> {
    return (await cluster.list('VolumeMigration')).find(one => one.metadata.name === name)
  }

  onServer.each([
    ['whose copy runs', '"count":3', 1, 0],
    ['whose second copy runs', '"count":3', 2, 0],
    ['in whose window', 'cordon-', 1, 250],
    ['that is about to end', '"count":2', 1, 250],
  ])('a move that is deleted %s is undone, and goes', async (_, words, count, delayMs) => {
    const one = await begun(delayMs)
    const { migration, rest } = await sent(one, words, count)
    const path = pathOf('VolumeMigration', migration)
    const { uid } = (await objectAt(path)).metadata
    expect((await cluster.plane.call('DELETE', path)).status).toBe(200)
    relay.delayMs = 0
    await rest
    const gone = await passUntil(cluster, async () => {
      const { body } = await cluster.plane.call('GET', path)
      return !isThing(body) || body.metadata.uid !== uid
    })
    expect(gone.isSo).toBe(true)
    await gone.rest
    const ends = one.lines().filter(line => line.includes('"migration ended"'))
    expect(ends.filter(line => line.includes(migration)).length).toBeGreaterThan(0)
    await ended(one, 'SIGTERM')
    expect(await cordoned(cluster)).toEqual([])
  })

  onServer.each([
    ['while a copy runs', '"count":3', 0],
    ['in a window', 'cordon-', 250],
  ])('a pause %s lets no command through but what undoes', async (_, words, delayMs) => {
    const one = await begun(delayMs)
    const { rest } = await sent(one, words, 1)
    await change(mapPath, map => withPause(map, { why: 'a test', sinceUs: 1 }))
    relay.delayMs = 0
    await rest
    const before = commandsOf(one).length
    await cluster.advance(30 * minuteUs)
    const during = commandsOf(one).slice(before)
    expect(during.filter(line => !/"(uncordon|unlabel)-/.test(line))).toEqual([])
    expect(await cordoned(cluster)).toEqual([])
    await change(mapPath, map => withPause(map, null))
    const asked = commandsOf(one, '"set-replica-count"').length
    await sent(one, '"set-replica-count"', asked + 1)
    await ended(one, 'SIGTERM')
  })

  onServer('of a record that a newer version wrote only the cordons are undone', async () => {
    const killed = await begun(250)
    const { migration } = await sent(killed, 'cordon-', 1)
    await ended(killed, 'SIGKILL')
    relay.delayMs = 0
    await cluster.ask('DELETE', '/twin/v1/parties/operator')
    const path = pathOf('VolumeMigration', migration)
    const { status: ours } = await objectAt(path)
    expect(ours?.cordons).not.toEqual([])
    const definition = `${definitionsPath}/volumemigrations.storage.billyronks.io`
    const type = { 'content-type': 'application/json-patch+json' }
    const opened = await cluster.plane.call('PATCH', definition, [anyStatus], type)
    expect(opened.status).toBe(200)
    // With a word and a field that ours does not know, once the server lets them through.
    const later = { protocol: 99, phase: 'Warming', heat: { iops: 5 } }
    await until(async () => {
      await change(path, object => withStatus(object, later), '/status', [409, 422])
      return (await objectAt(path)).status?.heat === undefined ? null : true
    }, 'newer definition')
    const older = await begun()
    await cluster.advance(10 * minuteUs)
    expect(await cordoned(cluster)).toEqual([])
    const counts = commandsOf(older, '"set-replica-count"')
    expect(counts.filter(line => line.includes(migration))).toEqual([])
    const { cordons, holdsSlot, message, ...same } = (await objectAt(path)).status ?? {}
    expect([cordons, holdsSlot, message]).toEqual([[], false, 'a newer version wrote the record'])
    expect({ ...ours, ...later }).toMatchObject(same)
    expect(Object.keys(same)).toContain('lastCommand')
    await change(path, object => ({ ...object, status: { ...ours, cordons } }), '/status')
    const went = await passUntil(cluster, async () => {
      return (await migrationOf(migration))?.status?.phase === 'Finished'
    })
    expect(went.isSo).toBe(true)
    await went.rest
    await ended(older, 'SIGTERM')
  })

  onServer(
    'a move by hand is carried out within the limits, and keeps the policy away',
    async () => {
      const { uuid: volume } = await volumeOf(cluster, 'logs-0')
      for (const [name, toTier] of [
        ['1st', 'hot'],
        ['2nd', 'cold'],
        ['3rd', 'hot'],
      ] as const) {
        const manifest = manifestOf('VolumeMigration', name, { volume, toTier })
        expect((await create(cluster.plane, manifest)).status).toBe(201)
      }
      const before = (await historyOf(cluster)).length
      const last = await begun()
      const phaseOf = async (name: string) => (await migrationOf(name))?.status?.phase
      const { isSo, rest } = await passUntil(cluster, async () => {
        const isTaken = (await phaseOf('2nd')) !== undefined
        if (isTaken) expect(await phaseOf('1st'), 'the second waits').toBe('Finished')
        return isTaken
      })
      expect(isSo).toBe(true)
      await rest
      await cluster.advance(6 * hourUs)
      for (const name of ['1st', '2nd', '3rd']) {
        expect([name, (await migrationOf(name))?.status?.outcome]).toEqual([name, 'Completed'])
      }
      const [{ status }] = await cluster.list('StoragePolicy')
      expect(status?.blocked).toEqual({ 'held-by-request': 1 })
      await expectWhole(cluster, name => (name === 'logs-0' ? 'hot' : byHeat(name)))
      expect(mostCopies(await historyOf(cluster), before)).toBe(1)
      await ended(last, 'SIGTERM')
    },
  )
})

interface Passing {
  readonly migration: string
  readonly rest: Promise<void>
}

interface KubernetesThing {
  readonly metadata: Readonly<Record<string, unknown>>
  readonly status?: Readonly<Record<string, unknown>>
  readonly data?: Readonly<Record<string, string>>
}

function isThing(body: unknown): body is KubernetesThing {
  return isObject(body) && isObject(body.metadata) && body.kind !== 'Status'
}

function withPause(map: KubernetesThing, pause: object | null): object {
  const record = JSON.parse(map.data?.record ?? '{}')
  return { ...map, data: { ...map.data, record: JSON.stringify({ ...record, pause }) } }
}

function withStatus(object: KubernetesThing, fields: object): object {
  return { ...object, status: { ...object.status, ...fields } }
}

/** As of a newer definition, which has more fields and more words for some. */
const anyStatus = {
  op: 'replace',
  path: '/spec/versions/0/schema/openAPIV3Schema/properties/status',
  value: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
}

/** The most copies at one time since that line: in the end there are none. */
function mostCopies(history: readonly Happened[], from: number): number {
  const copies: number[] = []
  let now = 0
  for (const { kind } of history) {
    if (kind === 'replica-added') now++
    if (kind === 'replica-removed') now--
    copies.push(now)
  }
  return Math.max(...copies.slice(from)) - now
}
