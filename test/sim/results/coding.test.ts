/** What a run says of its coding, and how likely its codes lose data. */
import { describe, expect, it } from 'vitest'
import { bytesOfForm } from '../../../sim/coding/coded-store.js'
import { poolTiers } from '../../../sim/pool-tiers.js'
import { codingResult } from '../../../sim/results/coding.js'
import { collect, type Finished } from '../../../sim/results/collect.js'
import { durabilityRows } from '../../../sim/results/durability.js'
import { migrationRows } from '../../../sim/results/migrations.js'
import { Sampler } from '../../../sim/results/sampler.js'
import { tiers } from '../../../src/core/model.js'
import { coldWorld } from '../cold-world.js'
import { gibibyte, hour, minute, type SmallScenario, type SmallWorld } from '../small-world.js'

const prices = {
  asOf: '2026-01-01',
  currency: 'USD',
  model: 'rented' as const,
  perGiBMonth: { hot: 0.2, warm: 0.1, cold: 0.05 },
  owned: null,
  perMillionRequests: { hot: 0, warm: 0, cold: 0 },
  movedPerGiB: 0,
}

interface Lost {
  readonly place: number
  readonly minute: number
}

async function finished(
  minutes: number,
  change: Partial<SmallScenario> = {},
  lost: Lost | null = null,
): Promise<{ readonly small: SmallWorld; readonly end: Finished }> {
  const small = coldWorld({ lengthMinutes: minutes, ...change })
  const { world, policy } = small
  const tierOfPool = poolTiers(small.scenario.pools, [policy])
  const sampler = new Sampler(world, tierOfPool, 5 * minute, minutes * minute)
  sampler.start()
  small.operators.start()
  if (lost !== null) {
    await small.run(lost.minute)
    const pool = world.control.volumes[0].coded?.pools[lost.place]
    if (pool !== undefined) world.control.setPool(pool, 'offline')
  }
  await small.run(minutes)
  world.coding.settle(minutes * minute)
  world.ledger.settle(minutes * minute)
  const plan = { name: 'small', policies: [policy], placement: [], displaced: 0 }
  const scenario = { ...small.scenario, prices }
  const laws = small.watch.result()
  return {
    small,
    end: { scenario, plan, world, sampler, tierOfPool, endUs: minutes * minute, laws },
  }
}

const rowsOf = (small: SmallWorld) => migrationRows(small.world.journal.records())

describe('the figures of coding', () => {
  it('are of the volumes that are served from their shards', async () => {
    const { small, end } = await finished(60)
    const result = codingResult(end, rowsOf(small))
    const { coded } = small.world.control.volumes[0]
    expect(result).toMatchObject({
      volumes: 1,
      userBytes: 20 * gibibyte,
      codedBytes: coded === null ? 0 : bytesOfForm(coded),
      replicaBytes: 3 * 20 * gibibyte,
      journalBytes: 3 * gibibyte,
      encodedBytes: 20 * gibibyte,
      stripes: 20_480,
      conversions: { completed: 1, back: 0, undone: 0 },
      repairedShards: 0,
      repairedBytes: 0,
      lostStripes: 0,
    })
    expect(result?.overhead?.replicas).toBe(3)
    expect(result?.overhead?.coded).toBeCloseTo((6 / 4) * (1 + 4096 / 262_144), 9)
    const freed = result?.savings.freedBytes ?? { hot: 0, warm: 0, cold: 0 }
    expect(freed.cold).toBe(60 * gibibyte - (result?.codedBytes ?? 0))
    expect(freed.hot).toBe(-3 * gibibyte)
    const seconds = (result?.savings.byteSeconds ?? 0) / tiers.reduce((sum, t) => sum + freed[t], 0)
    expect(seconds).toBeGreaterThan(1800)
    expect(seconds).toBeLessThan(3600)
    // The journal on the fast tier weighs four times as much as the disks that come free.
    const perGiB = 0.05 * (freed.cold / gibibyte) - 0.2 * 3
    const month = 30 * 24 * hour
    expect(result?.savings.money?.total).toBeLessThan((perGiB * 60 * minute) / month)
    expect(result?.savings.money?.total).toBeGreaterThan((perGiB * 30 * minute) / month)
  })

  it('count the way back, and save nothing any more', async () => {
    const heat = [
      { fromMinute: 0, iops: 2 },
      { fromMinute: 60, iops: 200 },
    ]
    const idle = { place: 'cold' as const, replicas: 3, sizeGiB: 20, heat }
    const { small, end } = await finished(120, { volumes: [idle] })
    const result = codingResult(end, rowsOf(small))
    expect(result?.conversions).toEqual({ completed: 1, back: 1, undone: 0 })
    expect(result).toMatchObject({ volumes: 0, userBytes: 0, codedBytes: 0, overhead: null })
    const forms = rowsOf(small).map(row => `${row.fromForm} ${row.toForm}`)
    expect(forms).toEqual(['replicated coded', 'coded replicated'])
  })

  it('are none where no policy names a code', async () => {
    const { small, end } = await finished(10)
    const policies = end.plan.policies.map(policy => ({ ...policy, coding: null }))
    expect(codingResult({ ...end, plan: { ...end.plan, policies } }, rowsOf(small))).toBeNull()
  })

  it('leave the history’s hash alone', async () => {
    const { end } = await finished(60)
    const before = end.world.history.hash.digest()
    codingResult(end, [])
    durabilityRows(end)
    expect(end.world.history.hash.digest()).toBe(before)
    const { detail } = collect(end)
    expect(detail.formSeries.at(0)).toMatchObject({ codedBytes: 0, savedBytes: 0 })
    for (const row of detail.formSeries) {
      const { replicaBytes, codedBytes, journalBytes, savedBytes } = row
      expect(replicaBytes + codedBytes + journalBytes + savedBytes).toBe(60 * gibibyte)
    }
    expect(detail.volumes.map(one => one.finalTier)).toEqual(['cold'])
  })
})

describe('durability', () => {
  it('sets the code beside the replicas that it replaces, at the same rate of repair', async () => {
    const { end } = await finished(60)
    const [code, replicas, ...others] = durabilityRows(end)
    expect(others).toEqual([])
    expect([code.code, replicas.code]).toEqual(['rs-4-2', 'replicas-3'])
    for (const row of [code, replicas]) {
      expect(row).toMatchObject({ volumes: 1, repairRateFrom: 'devices' })
      expect(row.repairBytesPerSecond).toBe(68_800_000)
      expect(Number(row.lossProbabilityPerYear.toPrecision(3))).toBe(row.lossProbabilityPerYear)
    }
    expect(code.lossProbabilityPerYear).toBeGreaterThan(replicas.lossProbabilityPerYear)
  })

  it('takes what pools gave to repair in the run', async () => {
    const { end } = await finished(120, {}, { place: 2, minute: 60 })
    const { meter } = end.world.control.coder.store.repairs
    const shard = 20_480 * (262_144 + 4096)
    expect(meter.ended).toBe(1)
    expect(meter.bytes).toBe(5 * shard)
    const [row] = durabilityRows(end)
    expect(row.repairRateFrom).toBe('repairs')
    const perSecond = meter.bytes / (meter.busyUntil(end.endUs) / 1_000_000) / 8
    expect(row.repairBytesPerSecond).toBe(Number(perSecond.toPrecision(3)))
  })

  it('is nobody’s question where the scenario knows no code', async () => {
    const { end } = await finished(10)
    const scenario = { ...end.scenario, codingPolicies: [] }
    expect(durabilityRows({ ...end, scenario })).toEqual([])
  })

  it('of copies alone is told where nothing is coded', async () => {
    const { end } = await finished(3)
    expect(durabilityRows(end).map(row => row.code)).toEqual(['replicas-3'])
  })
})
