/** Coded volumes for tests: what their coder tells of them. */
import type { CodedForm, Coding } from '../../src/core/coded-form.js'
import type { Pool, Volume } from '../../src/core/model.js'
import { stripeGeometry, stripesOf } from '../../src/core/stripe.js'
import { GiB, pool, volume } from './cluster.js'

export const MiB = 1_048_576

export function reedSolomon(dataShards: number, parityShards: number): Coding {
  const code = { kind: 'reed-solomon' as const, dataShards, parityShards }
  return { policy: 'coding', code, stripeBytes: MiB }
}

export function lrc(dataShards: number, localGroups: number, globalParities: number): Coding {
  return {
    policy: 'coding',
    code: { kind: 'lrc', dataShards, localGroups, globalParities },
    stripeBytes: MiB,
  }
}

export const cold = Array.from({ length: 8 }, (_, at) => pool(`cold-${at}`, 'cold'))

/** Served from its shards on these pools, whole. */
export function codedForm(
  coding: Coding,
  on: readonly Pool[],
  change: Partial<CodedForm> = {},
): CodedForm {
  const geometry = stripeGeometry(coding.code, coding.stripeBytes)
  const stripes = stripesOf(geometry, 10 * GiB)
  return {
    code: coding.code,
    stripeBytes: coding.stripeBytes,
    pools: on.map(one => one.id),
    stripes,
    image: null,
    encodedStripes: stripes,
    readBackStripes: stripes,
    restoredStripes: 0,
    job: null,
    serves: true,
    replicaCount: 3,
    degradedStripes: 0,
    endangeredStripes: 0,
    lostStripes: 0,
    ...change,
  }
}

/** A published volume of 10 GiB that is served from its shards. */
export function codedVolume(name: string, coded: CodedForm, change: Partial<Volume> = {}): Volume {
  return volume(name, [], { coded, replicaCount: 0, ...change })
}
