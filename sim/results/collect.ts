/** What came of a run, gathered from the world when it is over. */
import { type Tier, tiers } from '../../src/core/model.js'
import type { ByTier, RunDetail, RunResult, VolumeSummary } from '../../src/core/result.js'
import type { RunPlan } from '../baselines.js'
import type { Run } from '../run.js'
import type { Scenario } from '../scenario/model.js'
import type { World } from '../world.js'
import { codingResult } from './coding.js'
import { costOf, type Usage } from './cost.js'
import { blockedVolumes, decisionRows, heldBackUs } from './decisions.js'
import { durabilityRows } from './durability.js'
import { hashCounts } from './hash-counts.js'
import { latencyByPool, latencyByTier, summaryOf } from './latency.js'
import { migrationCounts, migrationRows, reversalsByVolume } from './migrations.js'
import type { Sampler } from './sampler.js'
import { volumeSummaries } from './volumes.js'

export interface Finished {
  readonly scenario: Scenario
  readonly plan: RunPlan
  readonly world: World
  readonly sampler: Sampler
  readonly tierOfPool: readonly (Tier | null)[]
  readonly endUs: number
  readonly laws: RunResult['laws']
}

export function collect(finished: Finished): Run {
  const { world, endUs } = finished
  world.ledger.settle(endUs)
  world.coding.settle(endUs)
  hashCounts(world.history.hash, world.replay.tally)
  const detail = detailOf(finished)
  return { result: resultOf(finished, detail), detail, history: world.history.entries }
}

function detailOf(finished: Finished): RunDetail {
  const { world, plan, sampler, endUs } = finished
  const decisions = decisionRows(world.history.entries)
  const migrations = migrationRows(world.journal.records())
  const reversals = reversalsByVolume(migrations)
  const heldBack = heldBackUs(decisions, endUs)
  const volumes: readonly VolumeSummary[] = volumeSummaries(finished, {
    migrations,
    reversals,
    heldBack,
  })
  return {
    name: plan.name,
    policies: plan.policies,
    decisions,
    migrations,
    tierSeries: sampler.tierRows,
    formSeries: sampler.formRows,
    volumeSeries: sampler.volumeSeries(),
    volumes,
  }
}

function resultOf(finished: Finished, detail: RunDetail): RunResult {
  const { scenario, plan, world, tierOfPool } = finished
  const { tally } = world.replay
  const latencyUs = latencyByTier(tally, tierOfPool)
  const usage = usageOf(finished, latencyUs)
  return {
    name: plan.name,
    policy: plan.policies.map(policy => policy.name).join(', '),
    grain: tally.latencies === null ? 'series' : 'requests',
    historyHash: world.history.hash.digest(),
    latencyUs,
    pools: latencyByPool(tally, scenario.pools, tierOfPool),
    servedRequests: tally.served,
    lostRequests: tally.lost,
    overloadedMinutes: tally.overloadedMinutes,
    tierVolumeSeconds: world.ledger.volumeSeconds(),
    migrations: migrationCounts(detail.migrations, world.ledger.movedBytes),
    blocked: blockedVolumes(detail.decisions),
    slower: [],
    slowerVolumes: null,
    erasureCoding: codingResult(finished, detail.migrations),
    rebuilds: { replicas: world.ledger.rebuilds.ended, bytes: world.ledger.rebuilds.bytes },
    durability: durabilityRows(finished),
    cost: scenario.prices === null ? null : costOf(scenario.prices, usage),
    capacityFreedBytes: each(() => 0),
    sloViolationMinutes: tally.sloViolationMinutes,
    lowerBound: null,
    laws: finished.laws,
    recordedLatencyUs: recordedOf(world),
    conditions: conditionsOf(world),
  }
}

function usageOf(finished: Finished, latencyUs: RunResult['latencyUs']): Usage {
  const { scenario, world, tierOfPool, endUs } = finished
  const capacityBytes = { hot: 0, warm: 0, cold: 0 }
  tierOfPool.forEach((tier, pool) => {
    if (tier !== null) capacityBytes[tier] += scenario.pools[pool].capacityBytes
  })
  return {
    lengthUs: endUs - scenario.startUs,
    byteUs: world.ledger.byteUs(),
    capacityBytes,
    servedRequests: each(tier => latencyUs[tier].count),
    movedBytes: world.ledger.movedBytes,
  }
}

function recordedOf(world: World): RunResult['recordedLatencyUs'] {
  const { recorded } = world.replay.tally
  if (recorded === null || recorded.count === 0) return null
  return summaryOf(recorded.count, recorded.sumUs, recorded.maxUs, recorded.latencies)
}

/** Conditions that did not hold at some time, each text once. */
function conditionsOf(world: World): RunResult['conditions'] {
  const told = new Map<string, RunResult['conditions'][number]>()
  for (const entry of world.history.entries) {
    if (entry.kind !== 'condition' || entry.holds) continue
    const { condition, text } = entry
    told.set(`${condition}/${text}`, { condition, text })
  }
  return [...told.values()]
}

function each(of: (tier: Tier) => number): ByTier<number> {
  const [hot, warm, cold] = tiers.map(of)
  return { hot, warm, cold }
}
