/**
 * One cluster, policy and loop, run with whatever source is given: what each volume is wanted on.
 */
import { Operators } from '../../sim/operators.js'
import { placeVolumes } from '../../sim/placement.js'
import { poolTiers } from '../../sim/pool-tiers.js'
import { parseScenario } from '../../sim/scenario/parse-scenario.js'
import { World } from '../../sim/world.js'
import { defaultPolicy } from '../../src/core/parse-policy.js'
import type { PolicyObject } from '../../src/core/resources.js'
import type { TraceSource } from '../../traces/batch.js'

const second = 1_000_000
const minute = 60 * second
/** A window of heat has passed: from then on something is known. */
const firstRound = 12

export interface Marks {
  readonly high: number
  readonly warm: number
  readonly low: number
}

const tiers = { hot: 'nvme-gen4', warm: 'sas-ssd', cold: 'hdd-7200' }

function scenarioOf(volumes: number) {
  const pools = Object.entries(tiers).map(([tier, device], index) => ({
    name: tier,
    count: 3,
    firstNode: 3 * index,
    device,
    capacity: '1TiB',
    labels: { 'storage-tier': tier },
  }))
  const group = { name: 'volume', count: volumes, size: '1GiB', replicas: 2, place: 'warm' }
  const parsed = parseScenario(
    {
      schema: 'couchestor.scenario/v1',
      seed: 3,
      cluster: { mayastor: '2.10', pools, volumes: [group] },
      workload: [{ synthetic: { over: 'volume', interval: '1m', shares: [idle] } }],
      loop: { roundInterval: '60s', scrapeInterval: '15s' },
    },
    'grains',
  )
  if (!parsed.ok) throw new Error(parsed.problems.map(one => one.message).join('; '))
  return parsed.value
}

/** Nobody asks for it: the source is given to the world itself. */
const idle = { kind: 'idle', share: 1, iops: 1 }

function policyOf(marks: Marks): PolicyObject {
  const policy = defaultPolicy('tiers')
  return {
    ...policy,
    spec: {
      ...policy.spec,
      highWatermarkIops: marks.high,
      warmWatermarkIops: marks.warm,
      lowWatermarkIops: marks.low,
      samplingWindowUs: 10 * minute,
      cooldownPeriodUs: 20 * minute,
    },
  }
}

/** The tier that each volume is wanted on, by (round, volume), from the first full window on. */
export async function wantedTiers(
  source: TraceSource,
  volumes: number,
  minutes: number,
  marks: Marks,
): Promise<readonly string[]> {
  const scenario = scenarioOf(volumes)
  const policies = [policyOf(marks)]
  const tierOfPool = poolTiers(scenario.pools, policies)
  const placed = placeVolumes(scenario.volumes, scenario.pools, tierOfPool)
  if (placed.kind === 'impossible') throw new Error(`no place for ${placed.volume.name}`)
  const placement = placed.pools
  const world = new World({ scenario, policies, placement, source, watched: [] })
  const operators = new Operators(world, scenario.loop)
  operators.start()
  await world.engine.run(scenario.startUs + minutes * minute)
  if (operators.defect !== null) throw operators.defect
  return atRounds(world, minutes)
}

/** A decision stands until the next one is told. */
function atRounds(world: World, minutes: number): readonly string[] {
  const wanted = new Map<string, string>()
  const at: string[] = []
  const startUs = world.engine.nowUs - minutes * minute
  const told = world.history.entries.filter(entry => entry.kind === 'decision')
  let next = 0
  for (let round = firstRound; round < minutes; round++) {
    while (next < told.length && told[next].atUs < startUs + round * minute + minute / 2) {
      const { decision } = told[next]
      wanted.set(decision.volume, decision.to ?? decision.from)
      next += 1
    }
    for (const volume of world.control.volumes) at.push(wanted.get(volume.id) ?? 'unknown')
  }
  return at
}

/** Share of the volumes and rounds in which both are wanted on the same tier. */
export function agreement(left: readonly string[], right: readonly string[]): number {
  if (left.length === 0 || left.length !== right.length) throw new Error('nothing to compare')
  return left.filter((tier, index) => tier === right[index]).length / left.length
}
