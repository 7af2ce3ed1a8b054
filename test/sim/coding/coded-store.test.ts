/** Room, routes and news of coded volumes when pools go away and come back. */
import { describe, expect, it } from 'vitest'
import { bytesOfForm, bytesPerPool } from '../../../sim/coding/coded-store.js'
import { newCoded } from '../../../sim/coding/model-coded.js'
import { coding as policyOf } from '../cold-world.js'
import { BenchCoder, coldPools, slot } from './bench-coder.js'

const stripes = 1024

function away(coder: BenchCoder, ...pools: readonly number[]): void {
  for (const at of pools) coder.bench.control.setPool(coder.pool(at), 'offline')
}

const route = (coder: BenchCoder) => coder.bench.path.routes.get(0)

describe('the route of a coded volume', () => {
  it('is its shards, and the journal of its policy', () => {
    const journalConfig = { journalSizeBytes: 10, replicationFactor: 2, destageInterval: '5s' }
    const codings = [policyOf({ journalConfig })]
    const coder = new BenchCoder({ codings }).to('serves')
    expect(route(coder)).toMatchObject({ pools: [3, 4, 5, 6, 7], missing: 0, journal: [0, 1] })
    expect(route(coder)).toMatchObject({ destageIntervalUs: 5_000_000 })
    expect(route(new BenchCoder().to('serves'))).not.toHaveProperty('destageIntervalUs')
    expect(coder.used().slice(0, 2)).toEqual([2 ** 30 + 10, 2 ** 30 + 10])
    away(coder, 1, 4)
    expect(route(coder)).toMatchObject({ missing: 0b10, journal: [0] })
    coder.bench.control.setPool(coder.pool(4), 'degraded')
    expect(route(coder)).toMatchObject({ missing: 0 })
  })

  it('has its groups of a GiB', () => {
    expect(route(new BenchCoder().to('serves'))).toMatchObject({ stripesPerGroup: 1024 })
  })

  it('is that of its replicas until it serves, and nobody’s while it is unpublished', () => {
    const coder = new BenchCoder().to('read-back')
    expect(route(coder)).toEqual({ published: true, readable: [0, 1, 2], writable: [0, 1, 2] })
    const served = new BenchCoder().to('serves')
    served.bench.control.publish(served.bench.volume, null)
    expect(route(served)).toMatchObject({ published: false })
  })

  it('misses what is lost and not made again yet', () => {
    const coder = new BenchCoder().to('serves')
    coder.bench.control.coder.store.losePool(5)
    expect(route(coder)).toMatchObject({ missing: 0b100 })
    coder.finish()
    expect(route(coder)).toMatchObject({ missing: 0, pools: [3, 4, 8, 6, 7] })
  })
})

describe('news of stripes', () => {
  const news = (coder: BenchCoder): readonly unknown[] =>
    coder.told.flatMap(one =>
      one.kind === 'stripes-changed' ? [[one.degraded, one.endangered, one.lost]] : [],
    )

  it('are told when they are news', () => {
    const coder = new BenchCoder().to('released')
    away(coder, 3)
    expect(news(coder)).toEqual([[stripes, 0, 0]])
    away(coder, 9)
    expect(news(coder)).toHaveLength(1)
    away(coder, 4)
    expect(news(coder).at(-1)).toEqual([stripes, stripes, 0])
    expect(coder.form()).toMatchObject({ degradedStripes: stripes, endangeredStripes: stripes })
    away(coder, 5)
    expect(news(coder).at(-1)).toEqual([stripes, 0, stripes])
    expect(coder.form()).toMatchObject({ endangeredStripes: 0, lostStripes: stripes })
    for (const at of [3, 4, 5]) coder.bench.control.setPool(coder.pool(at), 'online')
    expect(news(coder).at(-1)).toEqual([0, 0, 0])
  })

  it('are forgotten with the form', () => {
    const coder = new BenchCoder().to('read-back')
    away(coder, 3)
    coder.ask({ kind: 'drop-coded' })
    coder.bench.control.setPool(coder.pool(3), 'online')
    coder.to('encoded')
    away(coder, 3)
    expect(news(coder)).toEqual([
      [stripes, 0, 0],
      [stripes, 0, 0],
    ])
  })
})

describe('the status of a coded volume', () => {
  it('is online while every stripe can be read', () => {
    const coder = new BenchCoder().to('released')
    const { control, volume } = coder.bench
    away(coder, 3, 4)
    expect(control.status(volume)).toBe('online')
    away(coder, 5)
    expect(control.status(volume)).toBe('faulted')
  })

  it('no count of replicas can be set', () => {
    const coder = new BenchCoder().to('serves')
    expect(coder.bench.setCount(2)).toBe('precondition')
  })
})

describe('what it takes', () => {
  it('is a slot of each stripe of each pool', () => {
    const coder = new BenchCoder().to('released')
    const { coded } = coder.bench.volume
    if (coded === null) throw new Error('it is not coded')
    expect(bytesPerPool(coded)).toBe(stripes * slot)
    expect(bytesOfForm(coded)).toBe(5 * stripes * slot)
    expect(coder.used().slice(3, 8)).toEqual(coldPools(0).map(() => stripes * slot))
    expect([bytesPerPool(newCoded(3)), bytesOfForm(newCoded(3))]).toEqual([0, 0])
    const { committedBytes } = coder.pool(3)
    expect(committedBytes).toBe(stripes * slot)
  })
})
