/** A whole simulation, from a document to its result: what its figures owe to each other. */
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { baselineNames, planBaseline, planRun, policiesOf } from '../../sim/baselines.js'
import { openWorkload } from '../../sim/open-workload.js'
import type { Scenario } from '../../sim/scenario/model.js'
import { parseScenario } from '../../sim/scenario/parse-scenario.js'
import { starterDocument } from '../../sim/scenario/starter.js'
import { type Simulation, type SimulationRun, simulate } from '../../sim/simulate.js'
import { tiers } from '../../src/core/model.js'
import type { RunDetail, RunResult } from '../../src/core/result.js'
import { untold } from '../../traces/unfinished.js'
import { smallScenario } from '../e2e/small-scenario.js'

const dayUs = 86_400_000_000

function scenarioOf(document: unknown): Scenario {
  const parsed = parseScenario(document, 'small')
  if (!parsed.ok) throw new Error(parsed.problems.map(one => one.message).join())
  return parsed.value
}

async function simulated(scenario: Scenario, tell: (share: number) => void): Promise<Simulation> {
  const source = await openWorkload(scenario, file => file, untold)
  const plans = [
    planRun(scenario, 'tiers', policiesOf(scenario)),
    ...baselineNames.map(name => planBaseline(scenario, name)),
  ]
  const runs = plans.map((planned, at): SimulationRun => {
    if (planned.kind === 'impossible') throw new Error('the small scenario has room')
    return { scenario, plan: planned.plan, source, isBaseline: at > 0 }
  })
  return simulate(runs, tell)
}

let simulation: Simulation
const scenario = scenarioOf(parse(smallScenario))
const shares: number[] = []

beforeAll(async () => {
  simulation = await simulated(scenario, share => shares.push(share))
})

const runs = (): readonly (readonly [RunResult, RunDetail])[] =>
  simulation.runs.map(run => [run.result, run.detail])

describe('every run', () => {
  test('serves or loses what the trace asks', () => {
    const { requests } = simulation.content.trace
    for (const [result] of runs()) {
      expect(result.servedRequests + result.lostRequests).toBe(requests)
      // Disks cannot carry what NVMe does: only there requests wait past their timeout.
      expect(result.lostRequests > 0).toBe(result.name === 'all-cold')
    }
  })

  test('keeps every volume on some tier for the whole time', () => {
    for (const [result] of runs()) {
      const { hot, warm, cold } = result.tierVolumeSeconds
      expect(hot + warm + cold).toBeLessThanOrEqual((scenario.volumes.length * dayUs) / 1e6)
      expect(hot + warm + cold).toBeGreaterThan((scenario.volumes.length * dayUs * 0.9) / 1e6)
    }
  })

  test('breaks no law', () => {
    for (const [result] of runs()) {
      expect(result.laws.violations).toEqual([])
      expect(result.laws.checked).toBeGreaterThan(0)
    }
  })

  test('counts migrations as its rows and its volumes do', () => {
    for (const [result, detail] of runs()) {
      expect(result.migrations.decided).toBe(detail.migrations.length)
      const moved = detail.volumes.reduce((sum, volume) => sum + volume.migrations, 0)
      expect(result.migrations.completed).toBe(moved)
      const bytes = detail.migrations
        .filter(row => row.outcome === 'completed')
        .reduce((sum, row) => sum + 2 * row.sizeBytes, 0)
      expect(result.migrations.movedBytes).toBe(bytes)
    }
  })

  test('samples each volume at even distances, from the first instant to the last', () => {
    for (const [, detail] of runs()) {
      const { atUs, volumes, heatIops, tier } = detail.volumeSeries
      expect(volumes).toEqual(scenario.volumes.map(volume => volume.name))
      expect(atUs[0]).toBe(scenario.startUs)
      expect(atUs[atUs.length - 1]).toBe(scenario.startUs + dayUs)
      const distances = new Set(atUs.slice(1).map((instant, at) => instant - atUs[at]))
      expect(distances.size).toBe(1)
      expect(heatIops).toHaveLength(atUs.length * volumes.length)
      expect(tier).toHaveLength(heatIops.length)
    }
  })

  test('its tiers’ operations are its volumes’ operations', () => {
    for (const [, detail] of runs()) {
      const { atUs } = detail.volumeSeries
      const seconds = (atUs[1] - atUs[0]) / 1e6
      const operations = detail.tierSeries.reduce((sum, row) => sum + row.iops * seconds, 0)
      const requests = detail.volumes.reduce((sum, volume) => sum + volume.requests, 0)
      expect(operations / requests).toBeGreaterThan(0.999)
      expect(operations / requests).toBeLessThan(1.001)
    }
  })

  test('its tiers hold all volumes, and no more bytes than they have', () => {
    for (const [, detail] of runs()) {
      for (const row of detail.tierSeries) {
        expect(row.usedBytes).toBeLessThanOrEqual(row.capacityBytes)
      }
      const [first] = detail.tierSeries
      const atStart = detail.tierSeries.filter(row => row.atUs === first.atUs)
      expect(atStart.map(row => row.tier)).toEqual(tiers)
      expect(atStart.reduce((sum, row) => sum + row.volumes, 0)).toBe(scenario.volumes.length)
    }
  })
})

describe('baselines', () => {
  const named = (name: string): RunDetail => {
    const run = simulation.runs.find(one => one.detail.name === name)
    if (run === undefined) throw new Error(`there is no run ${name}`)
    return run.detail
  }

  test('begin where they want their volumes, and move none', () => {
    for (const name of baselineNames) expect(named(name).migrations).toEqual([])
    const finals = (name: string): readonly string[] => [
      ...new Set(named(name).volumes.map(volume => volume.finalTier)),
    ]
    expect(finals('frozen')).toEqual(['hot'])
    expect(finals('all-hot')).toEqual(['hot'])
    expect(finals('all-cold')).toEqual(['cold'])
  })

  test('the first of them is what the others are set against', () => {
    const slower = simulation.runs.map(run => run.result.slowerVolumes)
    expect(slower[1]).toBeNull()
    expect(slower[0]).toBeGreaterThan(0)
    expect(slower[2]).toBe(0)
    expect(slower[3]).toBe(scenario.volumes.length)
  })

  test('what has no room is counted, and said', async () => {
    const crowded = smallScenario.replace('capacity: 8TiB', 'capacity: 30GiB')
    const { content } = await simulated(scenarioOf({ ...parse(crowded), until: '1h' }), () => {})
    expect(content.assumptions).toContainEqual(
      expect.objectContaining({ name: 'all-cold: volumes without room' }),
    )
  })
})

test('progress goes from nothing to all, and never back', () => {
  expect(shares[0]).toBe(0)
  expect(shares[shares.length - 1]).toBe(1)
  expect(shares).toEqual([...shares].sort((a, b) => a - b))
})

test('the starter runs, and one seed gives one history', async () => {
  const short = scenarioOf({ ...starterDocument, until: '3h' })
  const [first, second] = [await simulated(short, () => {}), await simulated(short, () => {})]
  expect(second.content).toEqual(first.content)
  expect(second.runs.map(run => run.history)).toEqual(first.runs.map(run => run.history))
  const other = await simulated({ ...short, seed: 43 }, () => {})
  expect(other.content.runs[0].historyHash).not.toBe(first.content.runs[0].historyHash)
})
