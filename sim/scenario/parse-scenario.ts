/** A scenario's document into a value: units resolved, counts expanded, every problem at once. */
import { good, isObject, type Parsed, type ParsedBy, type Problem } from '../../src/core/field.js'
import { nodeId, poolId } from '../../src/core/model.js'
import { presets, withOverrides } from '../devices/preset.js'
import { faultsOf } from './faults.js'
import { record } from './kinds.js'
import type { Scenario, ScenarioPool, ScenarioVolume, Workload } from './model.js'
import { invalid, unknownName } from './names.js'
import { policiesOf } from './policies.js'
import { checkPrices, pricesOf } from './prices.js'
import {
  type poolFields,
  scenarioFields,
  type volumeFields,
  type workloadFields,
} from './tables.js'

type Raw = ParsedBy<typeof scenarioFields>
type RawPool = ParsedBy<typeof poolFields>
type RawVolume = ParsedBy<typeof volumeFields>
type RawWorkload = ParsedBy<typeof workloadFields>

/**
 * `policies` in the document are manifests: whoever reads the file puts those of other files in.
 */
export function parseScenario(document: unknown, fallbackName: string): Parsed<Scenario> {
  const parsed = record(scenarioFields).parse(document, '')
  const policies = policiesOf(isObject(document) ? document.policies : [])
  if (!parsed.ok) return { ok: false, problems: [...parsed.problems, ...policies.problems] }
  const problems: Problem[] = [...policies.problems]
  const raw = parsed.value
  const pools = raw.cluster.pools.flatMap((pool, index) => poolsOf(pool, index, problems))
  const volumes = raw.cluster.volumes.flatMap(volumesOf)
  const scenario: Scenario = {
    name: raw.name ?? fallbackName,
    description: raw.description ?? '',
    seed: raw.seed,
    startUs: raw.startUs,
    untilUs: raw.untilUs,
    mayastor: raw.cluster.mayastor,
    pools,
    volumes,
    policies: policies.policies,
    codingPolicies: policies.codingPolicies,
    coding: raw.coding,
    workload: raw.workload.flatMap((one, index) => workloadOf(one, index, volumes, problems)),
    // A modelled coder serves coded volumes.
    loop: { ...raw.loop, codedFormMounts: true },
    prices: raw.prices === null ? null : pricesOf(raw.prices),
    slo: raw.slo.p99,
    faults: faultsOf(raw.faults, raw.startUs, pools, problems),
    watch: raw.watch,
    assumptions: [...raw.assumptions, ...deviceAssumptions(pools)],
  }
  check(scenario, raw, problems)
  return problems.length === 0 ? good(scenario) : { ok: false, problems }
}

function check(scenario: Scenario, raw: Raw, problems: Problem[]): void {
  const repeated = (names: readonly string[], path: string, what: string): void => {
    const seen = new Set<string>()
    for (const name of names) {
      if (seen.has(name))
        problems.push(invalid(path, `two ${what} are called ${name}`, 'rename one'))
      seen.add(name)
    }
  }
  const { pools, volumes } = scenario
  if (pools.length === 0) problems.push(invalid('.cluster.pools', 'there is no pool', 'give one'))
  if (volumes.length === 0) {
    problems.push(invalid('.cluster.volumes', 'there is no volume', 'give one'))
  }
  if (raw.workload.length === 0) {
    problems.push(
      invalid('.workload', 'there is no workload', 'give {trace: FILE} or {synthetic: …}'),
    )
  }
  if (scenario.untilUs === 0) problems.push(invalid('.until', 'until is 0s', 'give a length'))
  repeated(
    pools.map(pool => pool.id),
    '.cluster.pools',
    'pools',
  )
  repeated(
    volumes.map(volume => volume.name),
    '.cluster.volumes',
    'volumes',
  )
  const names = new Set(volumes.map(volume => volume.name))
  raw.watch.forEach((name, index) => {
    if (!names.has(name)) problems.push(unknownName(`.watch[${index}]`, 'volume', name, [...names]))
  })
  if (scenario.prices !== null) problems.push(...checkPrices(scenario, scenario.prices))
}

function poolsOf(raw: RawPool, index: number, problems: Problem[]): readonly ScenarioPool[] {
  const path = `.cluster.pools[${index}]`
  const preset = presets[raw.device]
  const device = withOverrides(preset, raw.figures)
  if ('unknown' in device) {
    const known = Object.entries(preset).flatMap(([key, value]) =>
      typeof value === 'number' ? [key] : [],
    )
    problems.push(unknownName(`${path}.figures`, 'figure', device.unknown, known))
  }
  const { channels } = raw.figures
  if (channels !== undefined && Math.floor(channels) !== channels) {
    problems.push(
      invalid(`${path}.figures.channels`, `channels is ${channels}`, 'give a whole number'),
    )
  }
  return Array.from({ length: raw.count ?? 1 }, (_, at) => ({
    id: poolId(raw.count === null ? raw.name : `${raw.name}-${at}`),
    node: nodeId(raw.node !== null && raw.count === null ? raw.node : `node-${raw.firstNode + at}`),
    device: raw.device,
    capacityBytes: raw.capacityBytes,
    labels: raw.labels,
    deviceOverrides: raw.figures,
    iopsLimit: raw.iopsLimit,
    bandwidthLimitBytesPerSecond: raw.bandwidthLimit,
  }))
}

function volumesOf(raw: RawVolume): readonly ScenarioVolume[] {
  const { count, name, group, ...rest } = raw
  return Array.from({ length: count ?? 1 }, (_, at) => ({
    ...rest,
    name: count === null ? name : `${name}-${at}`,
    group: group ?? name,
  }))
}

function workloadOf(
  raw: RawWorkload,
  index: number,
  volumes: readonly ScenarioVolume[],
  problems: Problem[],
): readonly Workload[] {
  const path = `.workload[${index}]`
  const groups = [...new Set(volumes.map(volume => volume.group))]
  const known = (group: string, at: string): void => {
    if (!groups.includes(group)) problems.push(unknownName(`${path}.${at}`, 'group', group, groups))
  }
  if ((raw.trace === null) === (raw.synthetic === null)) {
    problems.push(
      invalid(path, 'a workload is a trace or synthetic', 'give exactly one of the two'),
    )
    return []
  }
  if (raw.synthetic !== null) {
    known(raw.synthetic.over, 'synthetic.over')
    if (raw.synthetic.shares.length === 0) {
      problems.push(invalid(`${path}.synthetic.shares`, 'there is no share', 'give one'))
    }
    return [{ kind: 'synthetic', ...raw.synthetic, rate: raw.rate }]
  }
  const spread = raw.spread ?? { over: groups[0] ?? '', by: 'volume' as const }
  if (raw.spread !== null) known(raw.spread.over, 'spread.over')
  const { trace, format, columns, event, unit, rates, rate } = raw
  return [{ kind: 'trace', file: trace ?? '', format, columns, event, unit, rates, spread, rate }]
}

function deviceAssumptions(pools: readonly ScenarioPool[]): Scenario['assumptions'] {
  const used = [...new Set(pools.map(pool => pool.device))]
  return used.flatMap(name => {
    const preset = presets[name]
    return preset === undefined ? [] : [{ name: 'device', value: name, source: preset.source }]
  })
}
