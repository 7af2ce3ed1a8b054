/** Faults as a scenario writes them: the key names what fails, `how` says in which way. */
import type { ParsedBy, Problem } from '../../src/core/field.js'
import type { Fault, ScenarioPool } from './model.js'
import { invalid, unknownName } from './names.js'
import type { faultFields } from './tables.js'

type RawFault = ParsedBy<typeof faultFields>

const ways = {
  exporter: ['gap', 'reset', 'zero'],
  node: ['offline', 'draining'],
  pool: ['offline', 'faulted', 'lost'],
  shards: ['lost', 'flipped'],
  answers: ['lost', 'slow'],
} as const

export function faultsOf(
  raw: readonly RawFault[],
  startUs: number,
  pools: readonly ScenarioPool[],
  problems: Problem[],
): readonly Fault[] {
  return raw.flatMap((fault, index) => {
    const made = faultOf(fault, startUs, pools)
    if ('kind' in made) return [made]
    problems.push({ ...made, path: `.faults[${index}]${made.path}` })
    return []
  })
}

function faultOf(raw: RawFault, startUs: number, pools: readonly ScenarioPool[]): Fault | Problem {
  const named = [
    raw.prometheus,
    raw.exporter,
    raw.node,
    raw.pool,
    raw.shards,
    raw.rebuild,
    raw.answers,
    raw.operator,
  ]
  if (named.filter(one => one !== null).length !== 1) {
    const hint =
      'give exactly one of prometheus, exporter, node, pool, shards, rebuild, answers, operator'
    return invalid('', 'it is not said what fails', hint)
  }
  const when = { atUs: startUs + raw.atUs, forUs: raw.forUs }
  if (raw.prometheus !== null) return { ...when, kind: 'prometheus', how: raw.prometheus }
  if (raw.rebuild !== null) return { ...when, kind: 'rebuild', how: raw.rebuild }
  if (raw.operator !== null) return { ...when, kind: 'operator', how: raw.operator }
  if (raw.answers !== null) {
    const how = wayOf(ways.answers, raw.how)
    return how === null
      ? wrongWay(ways.answers, raw.how)
      : { ...when, kind: 'answers', from: raw.answers, how, ...raw.chance }
  }
  return faultOfPlace(raw, when, pools)
}

function faultOfPlace(
  raw: RawFault,
  when: { readonly atUs: number; readonly forUs: number },
  pools: readonly ScenarioPool[],
): Fault | Problem {
  if (raw.pool !== null) {
    const pool = poolNamed(raw.pool, '.pool', pools)
    if ('code' in pool) return pool
    const how = wayOf(ways.pool, raw.how)
    return how === null
      ? wrongWay(ways.pool, raw.how)
      : { ...when, kind: 'pool', pool: pool.id, how }
  }
  if (raw.shards !== null) {
    const pool = poolNamed(raw.shards, '.shards', pools)
    if ('code' in pool) return pool
    const how = wayOf(ways.shards, raw.how)
    return how === null
      ? wrongWay(ways.shards, raw.how)
      : { ...when, kind: 'shards', pool: pool.id, how, ...raw.chance }
  }
  const name = raw.node ?? raw.exporter ?? ''
  const node = pools.find(one => one.node === name)?.node
  const key = raw.node === null ? 'exporter' : 'node'
  if (node === undefined) {
    return unknownName(`.${key}`, 'node', name, [...new Set(pools.map(one => one.node))])
  }
  if (key === 'node') {
    const how = wayOf(ways.node, raw.how)
    return how === null ? wrongWay(ways.node, raw.how) : { ...when, kind: 'node', node, how }
  }
  const how = wayOf(ways.exporter, raw.how)
  return how === null ? wrongWay(ways.exporter, raw.how) : { ...when, kind: 'exporter', node, how }
}

function poolNamed(
  name: string,
  path: string,
  pools: readonly ScenarioPool[],
): ScenarioPool | Problem {
  const known = pools.map(one => one.id)
  return pools.find(one => one.id === name) ?? unknownName(path, 'pool', name, known)
}

function wayOf<const Way extends string>(known: readonly Way[], given: string | null): Way | null {
  return known.find(way => way === given) ?? null
}

function wrongWay(known: readonly string[], given: string | null): Problem {
  return invalid('.how', `how is ${given ?? 'missing'}`, `give one of ${known.join(', ')}`)
}
