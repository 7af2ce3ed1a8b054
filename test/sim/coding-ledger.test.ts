/** What coding saves over time, against a sum that looks at every second of it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tiers } from '../../src/core/model.js'
import { coldWorld } from './cold-world.js'
import { gibibyte, type SmallScenario, type SmallWorld } from './small-world.js'

const twoCold = [0, 1].map(() => ({
  place: 'cold' as const,
  replicas: 3,
  sizeGiB: 20,
  heat: [
    { fromMinute: 0, iops: 2 },
    { fromMinute: 90, iops: 200 },
  ],
}))

/** Bytes that the pools of each tier say are used. */
function usedOnPools({ world, scenario }: SmallWorld): Record<(typeof tiers)[number], number> {
  const used = { hot: 0, warm: 0, cold: 0 }
  for (const pool of world.control.pools) {
    const tier = tiers.find(one => one === scenario.pools[pool.index].labels['storage-tier'])
    if (tier !== undefined) used[tier] += pool.usedBytes
  }
  return used
}

interface Seconds {
  freedByteSeconds: number
  degraded: number
  endangered: number
}

/** Runs on, and looks at every step of ten seconds: rates hold from one event to the next. */
async function watched(
  change: Partial<SmallScenario>,
  minutes: number,
  breaks: (small: SmallWorld, second: number) => void,
): Promise<{ readonly small: SmallWorld; readonly seen: Seconds }> {
  const small = coldWorld({ volumes: twoCold, lengthMinutes: minutes, ...change })
  small.operators.start()
  const seen = { freedByteSeconds: 0, degraded: 0, endangered: 0 }
  const { engine, coding, control, ledger } = small.world
  const start = usedOnPools(small)
  for (let second = 0; second < minutes * 60; second += 10) {
    await engine.run(second * 1_000_000)
    breaks(small, second)
    coding.settle(engine.nowUs)
    ledger.settle(engine.nowUs)
    expect(ledger.usedBytes(), `after ${second} s`).toEqual(usedOnPools(small))
    const used = usedOnPools(small)
    for (const tier of tiers) seen.freedByteSeconds += 10 * (start[tier] - used[tier])
    for (const volume of control.volumes) {
      const form = control.coder.store.form(volume)
      seen.degraded += 10 * (form?.degradedStripes ?? 0)
      seen.endangered += 10 * (form?.endangeredStripes ?? 0)
    }
  }
  expect(tiers.reduce((sum, tier) => sum + start[tier], 0)).toBe(2 * 3 * 20 * gibibyte)
  return { small, seen }
}

describe('the ledger of coding', () => {
  it('frees what pools have free, beside the replicas that stood there', async () => {
    const { small } = await watched({}, 60, ({ world }) => {
      const freed = world.coding.freedBytes()
      const all = tiers.reduce((sum, tier) => sum + freed[tier], 0)
      const used = world.control.pools.reduce((sum, pool) => sum + pool.usedBytes, 0)
      expect(used + all).toBe(2 * 3 * 20 * gibibyte)
    })
    const { coding, ledger } = small.world
    expect(coding.freedBytes().cold).toBeGreaterThan(50 * gibibyte)
    expect(coding.freedBytes().hot).toBe(-3 * gibibyte)
    expect(ledger.bytesByForm()).toMatchObject({ replicated: 0, journal: 3 * gibibyte })
  })

  it('forgets a volume that has its replicas again: only the journal is left', async () => {
    const { small } = await watched({}, 170, () => {})
    const { coding, ledger, control } = small.world
    expect(control.volumes.map(one => one.coded)).toEqual([null, null])
    expect(coding.freedBytes()).toEqual({ hot: -3 * gibibyte, warm: 0, cold: 0 })
    expect(ledger.bytesByForm().coded).toBe(0)
  })

  it('counts stripes short of shards for as long as they are', async () => {
    const { small, seen } = await watched({}, 80, ({ world }, second) => {
      const pools = world.control.volumes[0].coded?.pools ?? []
      if (second === 2400)
        for (const pool of pools.slice(0, 2)) world.control.setPool(pool, 'offline')
      if (second === 2700) for (const pool of pools) world.control.setPool(pool, 'online')
    })
    const { coding } = small.world
    expect(seen.endangered).toBeGreaterThan(0)
    expect(coding.endangeredStripeSeconds()).toBe(seen.endangered)
    expect(coding.degradedStripeSeconds()).toBe(seen.degraded)
    expect(coding.endangeredStripes).toBe(seen.endangered / 300)
    expect(coding.lostStripes()).toBe(0)
  })

  it('gives back all of a volume that is deleted in whatever state', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 200, max: 900 }), async second => {
        const small = coldWorld({ volumes: twoCold, lengthMinutes: 30 })
        small.operators.start()
        const { engine, control, coding, ledger } = small.world
        await engine.run(second * 1_000_000)
        for (const volume of control.volumes) control.remove(volume)
        expect(ledger.usedBytes()).toEqual(usedOnPools(small))
        const journal = ledger.bytesByForm().journal
        expect(coding.freedBytes()).toEqual({ hot: 0 - journal, warm: 0, cold: 0 })
      }),
      { numRuns: 12 },
    )
  })

  it('sums over time what is free now, to within what changes between two looks', async () => {
    const { small, seen } = await watched({}, 60, () => {})
    const { coding, engine } = small.world
    coding.settle(engine.nowUs)
    const all = tiers.reduce((sum, tier) => sum + coding.byteUs()[tier], 0n)
    const whole = 2 * 3 * 20 * gibibyte
    const between = 4 * whole * 10
    expect(seen.freedByteSeconds).toBeGreaterThan(2 * between)
    expect(Math.abs(Number(all) / 1_000_000 - seen.freedByteSeconds)).toBeLessThan(between)
  })
})
