/** One conversion of a volume of ten stripes, at any step, and what it wants next in few words. */
import { expect, it } from 'vitest'
import type { CodedForm } from '../../src/core/coded-form.js'
import {
  type Conversion,
  type ConversionPlan,
  startConversion,
} from '../../src/core/conversion-state.js'
import type { Intent, MigrationView } from '../../src/core/intent.js'
import type { Volume } from '../../src/core/model.js'
import type { LastCommand, MigrationSpec, MigrationStatus } from '../../src/core/record.js'
import type { PolicyObject } from '../../src/core/resources.js'
import { coding } from '../sim/cold-world.js'
import { minute, noon, policy, pool, running, volume } from './cluster.js'
import { next, told } from './migration-scene.js'
import { narrow } from './small-coder.js'

const shardPools = Array.from({ length: 5 }, (_, at) => pool(`cold-${at}`, 'cold'))
/** On the node of a shard. */
export const beside = pool('cold-9', 'cold', { node: shardPools[0].node })
export const homes = ['hot-0', 'hot-1', 'hot-2'].map(name => pool(name, 'hot'))

export const toCode: ConversionPlan = {
  kind: 'code',
  coding: narrow,
  pools: shardPools.map(one => one.id),
}
export const toReplicas: ConversionPlan = { kind: 'restore', pools: homes.map(one => one.id) }

/** Encoded, read back, whole, and not serving yet. */
export const form: CodedForm = {
  code: narrow.code,
  stripeBytes: narrow.stripeBytes,
  pools: shardPools.map(one => one.id),
  stripes: 10,
  image: 'v-1-1',
  encodedStripes: 10,
  readBackStripes: 10,
  restoredStripes: 0,
  job: null,
  serves: false,
  replicaCount: 3,
  degradedStripes: 0,
  endangeredStripes: 0,
  lostStripes: 0,
}

export const source = volume('v', homes, { sizeBytes: 10 * narrow.stripeBytes })
/** The coder takes a volume's replicas away, and its count with them. */
export const served = { ...source, replicas: [], replicaCount: 0 }

export interface Converting {
  readonly plan?: ConversionPlan
  readonly conversion?: Partial<Conversion>
  /** Null: there is none. */
  readonly coded?: Partial<CodedForm> | null
  readonly volume?: Partial<Volume>
  readonly spec?: Partial<MigrationSpec>
  readonly status?: Partial<MigrationStatus>
  readonly command?: Partial<LastCommand>
  readonly deleting?: boolean
  readonly policy?: PolicyObject
  readonly view?: Partial<MigrationView>
}

export const goldWithCode = policy({ ecPolicyRef: 'coding' }, 'gold', { coding: coding() })

export function intentOf(scene: Converting): Intent {
  const { plan = toCode, coded, command, policy: own = goldWithCode, deleting = false } = scene
  const conversion = { ...startConversion(plan, noon - minute), ...scene.conversion }
  const isCoding = plan.kind === 'code'
  const usual = isCoding ? source : { ...source, target: source.target }
  const seen = { ...usual, ...scene.volume }
  const lastCommand =
    command === undefined ? null : { text: 'a command', atUs: noon - 2 * minute, ...command }
  const record = running(source, isCoding ? 'cold' : 'hot', {
    deleting,
    spec: { toForm: isCoding ? 'coded' : 'replicated', releaseSource: isCoding, ...scene.spec },
    status: { conversion, lastCommand, ...scene.status },
  })
  return next({
    exactly: record,
    volume: { ...seen, coded: coded === null ? null : { ...form, ...coded } },
    policies: [own],
    cluster: { pools: [...homes, ...shardPools, beside] },
    view: { wanted: () => (isCoding ? 'cold' : 'hot'), ...scene.view },
  })
}

/** Of a write: the step that it leads to, the pass where it is another one, what it undoes. */
export function inWords(intent: Intent): string {
  if (intent.kind !== 'write') return told(intent)
  const { conversion, phase } = intent.record.status ?? {}
  if (conversion == null) return told(intent)
  const { step, pass, stripes, undoes } = conversion
  const parts = [
    `${phase} to ${step}`,
    ...(pass === 1 ? [] : [`pass ${pass}`]),
    ...(stripes === 0 ? [] : [`${stripes} stripes`]),
    ...(undoes === null ? [] : [`for ${undoes}`]),
  ]
  return parts.join(', ')
}

export type Row = readonly [what: string, scene: Converting, expected: string]

export function each(rows: readonly Row[]): void {
  it.each(rows)('%s', (_, scene, expected) => {
    expect(inWords(intentOf(scene))).toBe(expected)
  })
}
