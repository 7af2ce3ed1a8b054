/** One migration of a volume from the hot tier to the cold one, and what it sees. */
import { expect, it } from 'vitest'
import { clusterVersion } from '../../src/core/gate.js'
import type { Intent, MigrationView } from '../../src/core/intent.js'
import { survey } from '../../src/core/landscape.js'
import { nextOfMigration } from '../../src/core/migration.js'
import type { Cluster, Volume } from '../../src/core/model.js'
import { placeAgain, planAgain } from '../../src/core/place-again.js'
import type { MigrationRecord } from '../../src/core/record.js'
import type { PolicyObject } from '../../src/core/resources.js'
import { cluster, noon, policy, pool, replica, round, running, volume } from './cluster.js'

export const hot0 = pool('hot-0', 'hot')
export const hot1 = pool('hot-1', 'hot')
export const cold0 = pool('cold-0', 'cold')
export const cold1 = pool('cold-1', 'cold')
export const pools = [hot0, hot1, cold0, cold1]
export const v = volume('v', [hot0, hot1])
export const [first, other] = v.replicas
export const copy = replica('copy', cold0)

export interface Scene {
  readonly record?: Parameters<typeof running>[2]
  /** Instead of the record of a policy: any record. */
  readonly exactly?: MigrationRecord
  readonly volume?: Volume | null
  readonly cluster?: Partial<Cluster> & { readonly version?: string }
  readonly policies?: readonly PolicyObject[]
  readonly view?: Partial<MigrationView>
}

export function next(scene: Scene = {}): Intent {
  const seen = scene.volume === undefined ? v : scene.volume
  const record = scene.exactly ?? running(v, 'cold', scene.record)
  const volumes = seen === null ? [] : [seen]
  const world = cluster({ pools, volumes, ...scene.cluster })
  const policies = scene.policies ?? [policy()]
  const input = round({ cluster: world, policies, records: [record] })
  const landscape = survey(world, policies, null)
  const version = clusterVersion(landscape)
  const own = policies.find(one => one.name === record.spec.policy) ?? null
  const view: MigrationView = {
    nowUs: noon,
    epoch: 7,
    volume: seen,
    landscape,
    ahead: null,
    policy: own,
    version: 'row' in version ? version.row : null,
    preservationMode: false,
    sendsNothing: false,
    wanted: () => 'cold',
    place: fresh => placeAgain(input, landscape, record, fresh, [record]),
    plan: fresh => planAgain(input, landscape, record, fresh, [record]),
    timeoutUs: own?.spec.migrationTimeoutUs ?? 1_800_000_000,
    notWhole: () => null,
    ...scene.view,
  }
  return nextOfMigration(record, view)
}

/** The intent in few words. */
export function told(intent: Intent): string {
  if (intent.kind === 'wait') return `wait${intent.holdsSlot ? '' : ' without slot'}: ${intent.why}`
  const { status } = intent.record
  const move = status?.moves.at(-1)
  switch (intent.kind) {
    case 'finish':
      return `${status?.outcome}: ${status?.why}`
    case 'write':
      return `write ${status?.phase} ${move?.state ?? 'no move'}`
    case 'window':
      return `${intent.step} ${intent.count}`
    case 'take-back':
      return `take back ${intent.count}`
    case 'stripes':
      return intent.command.kind
  }
}

export type Row = readonly [what: string, scene: Scene, expected: string]

export function each(rows: readonly Row[]): void {
  it.each(rows)('%s', (_, scene, expected) => {
    expect(told(next(scene))).toBe(expected)
  })
}
