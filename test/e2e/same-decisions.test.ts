/**
 * The operator's loop with all its doors, against a real API server and the twin on the wire with
 * its clock by hand, and in the twin alone: equal line by line, numbers included. Left out is what
 * only an API server gives: versions.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publish } from '../../src/cli/twin/publish.js'
import type { DomainEvent, HistoryEntry } from '../../src/core/event.js'
import { parseStoragePolicy } from '../../src/core/parse-policy.js'
import type { KubernetesApi } from '../../src/kubernetes/api.js'
import { HttpClient, usualClient } from '../../src/live/http/client.js'
import { systemTiming } from '../../src/live/http/timing.js'
import { restMayastor } from '../../src/live/mayastor/mayastor.js'
import { volumeMigrations } from '../../src/live/migration-object.js'
import { TwinClock } from '../../src/live/twin-clock.js'
import { LiveWorld } from '../../src/live/world.js'
import { runLoop } from '../../src/loop.js'
import { apiOf } from '../controlplane/api.js'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.js'
import { create, installDefinitions, manifestOf } from '../controlplane/definitions.js'
import { installDiskPools } from '../controlplane/mayastor.js'
import { nameOnWire } from '../live/on-twin.js'
import { clientOf } from '../live/servers.js'
import { calm, linesOf, stories } from '../live/wire-stories.js'
import {
  minute,
  type SmallScenario,
  scenarioOf,
  smallPolicy,
  smallWorld,
} from '../sim/small-world.js'
import { type ServedTwin, servedTwin } from '../sim/wire/served.js'

const assets = controlPlaneAssets()

/** Rounds of ten minutes; two volumes whose use turns every third day. */
const day = 24 * 60
const turning = (days: readonly number[], iops: number) =>
  days.map((from, turn) => ({ fromMinute: from * day, iops: turn % 2 === 0 ? iops : 202 - iops }))
const month: readonly [string, Partial<SmallScenario>] = [
  'a month in rounds of ten minutes',
  {
    volumes: [
      { place: 'hot', replicas: 2, heat: turning([0, 3, 6, 9, 12, 15, 18, 21, 24, 27], 200) },
      { place: 'cold', replicas: 2, heat: turning([0, 4, 8, 12, 16, 20, 24, 28], 2) },
      { place: 'hot', replicas: 1, heat: [{ fromMinute: 0, iops: 30 }] },
    ],
    lengthMinutes: 30 * day,
    loop: { roundIntervalUs: 10 * minute },
  },
]

const policy = manifestOf('StoragePolicy', 'tiers', {
  highWatermarkIOPS: 100,
  warmWatermarkIOPS: 50,
  lowWatermarkIOPS: 10,
  samplingWindow: '5m',
  cooldownPeriod: '20m',
  migrationTimeout: '10m',
  hotPoolSelector: { matchLabels: { 'storage-tier': 'hot' } },
  warmPoolSelector: { matchLabels: { 'storage-tier': 'warm' } },
  coldPoolSelector: { matchLabels: { 'storage-tier': 'cold' } },
})

const configMaps = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  namespace: 'couchestor-system',
}

const always = { holdsForUs: () => 3_600_000_000, heldForUs: () => 3_600_000_000 }

let plane: ControlPlane
let api: KubernetesApi

beforeAll(async () => {
  if (assets === null) return
  plane = await startControlPlane(assets)
  await installDefinitions(plane)
  await installDiskPools(plane)
  api = apiOf(plane)
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'couchestor-system' },
  }
  await plane.call('POST', '/api/v1/namespaces', namespace)
  await create(plane, policy)
})
afterAll(async () => {
  api?.close()
  await plane?.stop()
})

describe.runIf(assets !== null)('the operator with every door real', () => {
  it('is given the same policy', () => {
    expect(parseStoragePolicy(policy)).toMatchObject({ value: { spec: smallPolicy().spec } })
  })

  it.each([...stories, month])('decides as it does in the twin: %s', async (_, change) => {
    await forget(api)
    const small: SmallScenario = { ...calm, ...change }
    const alone = smallWorld(small)
    alone.operators.start()
    await alone.run(small.lengthMinutes)

    const served = await servedTwin(small)
    expect(await publish(api, served.twin.published())).toBeNull()
    const told: HistoryEntry[] = []
    await runOperator(api, served, small, event => told.push(event))

    const named = await nameOnWire(served)
    const own = alone.world.history.entries
    const wire = served.twin.world.history.entries
    expect(linesOf(wire, 'cluster').map(named)).toEqual(linesOf(own, 'cluster'))
    expect(side(linesOf(told, 'operator').map(named))).toEqual(side(linesOf(own, 'operator')))
    const commands = told.filter(entry => entry.kind === 'command').length
    expect(commands > 10, `${commands} commands`).toBe(small.mayastor !== '2.8')
  })
})

async function runOperator(
  api: KubernetesApi,
  served: ServedTwin,
  small: SmallScenario,
  tell: (event: DomainEvent) => void,
): Promise<void> {
  const patient = { ...usualClient, deadlineUs: 600_000_000 }
  const at = (path: string): HttpClient => clientOf(`${served.origin}${path}`, systemTiming)
  const server = { url: `${served.origin}/twin/v1`, authority: null, clientCertificate: null }
  const http = new HttpClient({ ...server, token: null }, systemTiming, patient)
  const clock = new TwinClock(http, 'operator-1')
  const now = (): number => clock.now()
  const timing = { ...systemTiming, nowUs: now, monotonicUs: now }
  const world = new LiveWorld({
    servers: { api, mayastor: restMayastor(at('/v0')), prometheus: at('') },
    time: { timing, real: systemTiming, clock, isByHand: true },
    leading: always,
    commandDeadlineUs: 10_000_000,
    operator: 'operator-1',
    namespace: 'couchestor-system',
    stripes: null,
    listeners: [tell],
    onRoundBegun: () => {},
    onRoundFailed: () => {},
    onRound: ({ failures }) => defects.push(...failures),
  })
  const defects: unknown[] = []
  await world.start()
  await clock.join()
  const identity = { operator: 'operator-1', epoch: 1 }
  runLoop(world.ports, identity, scenarioOf(small).loop).catch(error => defects.push(error))
  const lengthUs = small.lengthMinutes * minute
  let moved = await served.advance(lengthUs)
  while (moved.status === 409) moved = await served.advance(lengthUs)
  expect(defects).toEqual([])
  await world.stop()
  http.close()
}

/** What one story leaves in the journal is the past of no other. */
async function forget(api: KubernetesApi): Promise<void> {
  const read = await api.list(volumeMigrations, { limit: 500 })
  if (read.kind !== 'answered') throw new Error('the journal cannot be read')
  for (const { metadata } of read.value.items) {
    await api.merge(volumeMigrations, metadata.name, { metadata: { finalizers: null } })
    await api.delete(volumeMigrations, metadata.name)
  }
  await api.delete(configMaps, 'couchestor-operator')
}

/**
 * Migrations are carried side by side: which of two is answered first at one instant is chance, and
 * what each does is not.
 */
function side(lines: readonly string[]): readonly unknown[] {
  const entries = lines.map(bare)
  const keys = entries.map(entry => `${entry.atUs} ${entry.migration ?? entry.record?.name ?? ''}`)
  const order = keys.map((_, place) => place)
  order.sort((one, other) => {
    const [left, right] = [entries[one], entries[other]]
    if (left.atUs !== right.atUs) return left.atUs - right.atUs
    if (keys[one] === keys[other]) return one - other
    return keys[one] < keys[other] ? -1 : 1
  })
  return order.map(place => entries[place])
}

interface Entry {
  readonly atUs: number
  readonly migration?: string | null
  readonly record?: { readonly name?: string }
}

/** As a value, whose keys may stand in any order; without the version that a server gave it. */
function bare(line: string): Entry {
  return JSON.parse(line.replace(/"version":"\d*"/g, '"version":""'))
}
