/** The modelled coder's way back: new replicas, every stripe decoded into them, who serves. */
import { describe, expect, it } from 'vitest'
import { poolId } from '../../../src/core/model.js'
import { gibibyte } from '../mayastor/bench-cluster.js'
import { BenchCoder, coding, slot } from './bench-coder.js'

const homes = ['pool-0', 'pool-1', 'pool-2'].map(poolId)
const make = { kind: 'make-replicas', pools: homes } as const
const stripes = 1024

/** Coded, and new replicas stand empty. */
function empty(): BenchCoder {
  const coder = new BenchCoder().to('released')
  expect(coder.ask(make)).toBe('done')
  return coder
}

function restored(): BenchCoder {
  const coder = empty()
  expect(coder.ask({ kind: 'restore' })).toBe('done')
  coder.finish()
  return coder
}

describe('new replicas', () => {
  it('are made where they are wanted', () => {
    const coder = empty()
    expect(coder.bench.pools()).toEqual(homes)
    expect(coder.bench.volume.replicaCount).toBe(3)
    expect(coder.used().slice(0, 3)).toEqual([gibibyte, gibibyte, gibibyte])
    expect(coder.ask(make)).toBe('already: it has replicas')
  })

  it('not of a volume whose coded form does not serve', () => {
    const text = 'precondition: the coded form does not serve'
    expect(new BenchCoder().ask(make)).toBe(text)
    expect(new BenchCoder().to('read-back').ask(make)).toBe(text)
  })

  it('all or none: each pool is there, and has room', () => {
    const text = 'no-pool: a pool is away, or has no room for a replica'
    const coder = new BenchCoder().to('released')
    const pool = coder.pool(1)
    pool.usedBytes = pool.capacityBytes - gibibyte + 1
    expect(coder.ask(make)).toBe(text)
    expect(coder.bench.pools()).toEqual([])
    pool.usedBytes -= 1
    coder.bench.control.setPool(coder.pool(2), 'offline')
    expect(coder.ask(make)).toBe(text)
    coder.bench.control.setPool(coder.pool(2), 'online')
    expect(coder.ask({ ...make, pools: [...homes, poolId('pool-99')] })).toBe(text)
    expect(coder.ask({ ...make, pools: [] })).toBe(text)
    expect(coder.ask(make)).toBe('done')
  })

  it('are looked after by nobody until they serve', async () => {
    const coder = empty()
    await coder.bench.run(60)
    expect(coder.bench.pools()).toEqual(homes)
    expect(coder.transfers).toEqual([])
  })
})

describe('restoring', () => {
  it('reads the data and writes every replica', () => {
    const coder = empty()
    expect(coder.ask({ kind: 'restore' })).toBe('done')
    const reads = [3, 4, 5, 6, 7]
    expect(coder.transfers).toEqual([{ bytes: gibibyte, reads, writes: [0, 1, 2] }])
    expect(coder.form()).toMatchObject({ job: 'restore', restoredStripes: 0 })
    expect(coder.ask({ kind: 'restore' })).toBe('already: it is being restored')
    coder.finish()
    expect(coder.form()).toMatchObject({ job: null, restoredStripes: stripes })
    expect(coder.told.at(-1)).toMatchObject({ kind: 'stripes-restored', stripes })
    expect(coder.bench.replicaEvents().filter(one => one.includes('synced'))).toHaveLength(3)
  })

  it('needs new replicas, and shards enough', () => {
    const text = 'precondition: it has no new replicas'
    expect(new BenchCoder().to('released').ask({ kind: 'restore' })).toBe(text)
    // Those of the source are none.
    expect(new BenchCoder().to('serves').ask({ kind: 'restore' })).toBe(text)
    expect(new BenchCoder().ask({ kind: 'restore' })).toBe(text)
    const coder = empty()
    for (const at of [3, 4, 5]) coder.bench.control.setPool(coder.pool(at), 'offline')
    expect(coder.ask({ kind: 'restore' })).toBe('busy: too few shards can be read')
    coder.bench.control.setPool(coder.pool(3), 'online')
    expect(coder.ask({ kind: 'restore' })).toBe('done')
    expect(coder.transfers.at(-1)?.reads).not.toContain(4)
  })
})

describe('the replicas serve', () => {
  const serve = { kind: 'serve-source' } as const

  it('when they hold every stripe, and the shards may go', () => {
    const coder = restored()
    expect(coder.ask(serve)).toBe('done')
    expect(coder.told.at(-1)?.kind).toBe('replicas-serve')
    expect(coder.bench.path.routes.get(0)).toMatchObject({ readable: [0, 1, 2] })
    expect(coder.ask(serve)).toBe('already: the replicas serve')
    expect(coder.ask({ kind: 'drop-coded' })).toBe('done')
    expect(coder.used(3)).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
  })

  it('not before, nor with one broken or missing', () => {
    const text = 'precondition: the replicas do not hold every stripe'
    expect(empty().ask(serve)).toBe(text)
    expect(new BenchCoder().to('released').ask(serve)).toBe(text)
    expect(new BenchCoder().to('serves').ask(serve)).toBe(text)
    const broken = restored()
    broken.bench.control.setPool(broken.pool(0), 'faulted')
    expect(broken.ask(serve)).toBe(text)
    const missing = restored()
    const { volume } = missing.bench
    volume.replicas = volume.replicas.slice(1)
    expect(missing.ask(serve)).toBe(text)
  })

  it('a volume that was never coded is served by them already', () => {
    expect(new BenchCoder().ask(serve)).toBe('already: the replicas serve')
  })
})

describe('new replicas are dropped', () => {
  const drop = { kind: 'drop-replicas' } as const

  it('with all that is done for them', () => {
    const coder = empty()
    coder.ask({ kind: 'restore' })
    expect(coder.ask(drop)).toBe('done')
    expect(coder.bench.volume).toMatchObject({ replicas: [], replicaCount: 0 })
    expect(coder.transfers).toEqual([])
    expect(coder.used().slice(0, 3)).toEqual([0, 0, 0])
    // The next ones begin with nothing.
    coder.ask(make)
    expect(coder.form()?.restoredStripes).toBe(0)
  })

  it('not while they serve, or may be the last copy', () => {
    const serving = restored()
    serving.ask({ kind: 'serve-source' })
    expect(serving.ask(drop)).toBe('precondition: the replicas serve')
    const last = restored()
    for (const at of [3, 4, 5]) last.bench.control.setPool(last.pool(at), 'offline')
    const text = `precondition: ${stripes} stripes are lost, and may be in them`
    expect(last.ask(drop)).toBe(text)
    expect(last.ask({ kind: 'serve-source' })).toBe('done')
  })
})

it('one slot is a shard of a stripe with its page of trailers', () => {
  expect(slot).toBe(Math.ceil(coding.stripeBytes / 3 / 4096) * 4096 + 4096)
})
