/** The modelled coder: what each command does, what it refuses, and what it tells. */
import { describe, expect, it } from 'vitest'
import { volumeId } from '../../../src/core/model.js'
import { gibibyte } from '../mayastor/bench-cluster.js'
import { BenchCoder, coding, coldPools, slot } from './bench-coder.js'

const stripes = 1024

describe('an image', () => {
  it('holds what the source had acknowledged', () => {
    const coder = new BenchCoder()
    coder.bench.path.written = 7
    expect(coder.ask({ kind: 'make-image', image: 'one' })).toBe('done')
    expect(coder.told).toMatchObject([{ kind: 'image-made', image: 'one', writes: 7 }])
    expect(coder.form()).toMatchObject({ image: 'one', pools: [], stripes: 0, serves: false })
    expect(coder.form()).toMatchObject({ replicaCount: 3, degradedStripes: 0, stripeBytes: 0 })
    expect(coder.ask({ kind: 'make-image', image: 'one' })).toBe('already: image one is there')
    expect(coder.told).toHaveLength(1)
  })

  it('needs a healthy replica, and a source that serves', () => {
    const coder = new BenchCoder()
    for (const at of [0, 1, 2]) coder.bench.control.setPool(coder.pool(at), 'offline')
    expect(coder.ask({ kind: 'make-image', image: 'one' })).toBe('busy: no replica is healthy')
    const other = new BenchCoder().to('serves')
    const text = 'precondition: the coded form serves already'
    expect(other.ask({ kind: 'make-image', image: 'two' })).toBe(text)
  })

  it('another one leaves as many stripes to do as there were writes', () => {
    const coder = new BenchCoder().to('read-back')
    coder.bench.path.written = 100
    expect(coder.ask({ kind: 'make-image', image: 'two' })).toBe('done')
    const left = { encodedStripes: stripes - 100, readBackStripes: stripes - 100 }
    expect(coder.form()).toMatchObject({ image: 'two', ...left })
    expect(coder.encode('two')).toBe('done')
    expect(coder.transfers).toMatchObject([{ bytes: 100 * coding.stripeBytes }])
    coder.bench.path.written = 5000
    expect(coder.ask({ kind: 'make-image', image: 'three' })).toBe('done')
    expect(coder.form()).toMatchObject({ encodedStripes: 0, readBackStripes: 0, job: null })
    expect(coder.transfers).toEqual([])
  })

  it('a volume that is not there has none', () => {
    const command = { kind: 'drop-coded', volume: volumeId('gone') } as const
    const reply = new BenchCoder().bench.control.coder.perform(command)
    expect(reply).toEqual({
      kind: 'refused',
      refusal: 'not-found',
      text: "Volume 'gone' not found",
    })
  })
})

describe('encoding', () => {
  it('takes the room of all shards, and reads the source for them', () => {
    const coder = new BenchCoder()
    coder.ask({ kind: 'make-image', image: 'one' })
    expect(coder.encode()).toBe('done')
    const each = stripes * slot
    expect(coder.used(3)).toEqual([each, each, each, each, each, 0, 0, 0])
    const transfer = { bytes: gibibyte, reads: [0, 1, 2], writes: [3, 4, 5, 6, 7] }
    expect(coder.transfers).toEqual([transfer])
    expect(coder.form()).toMatchObject({ job: 'encode', encodedStripes: 0, stripes })
    coder.bench.path.copied = 10.5 * coding.stripeBytes
    expect(coder.form()).toMatchObject({ encodedStripes: 10 })
    coder.bench.path.copied = gibibyte
    expect(coder.form()).toMatchObject({ encodedStripes: stripes - 1 })
    expect(coder.encode()).toBe('already: it is being encoded')
    expect(coder.finish()).toBe(1)
    expect(coder.form()).toMatchObject({ job: null, encodedStripes: stripes })
    expect(coder.told.slice(1)).toMatchObject([
      {
        kind: 'shards-placed',
        code: coding.code,
        pools: coldPools(0),
        stripes,
        bytesPerPool: each,
      },
      { kind: 'stripes-encoded', image: 'one', stripes },
    ])
  })

  it('is of the image that is there', () => {
    const coder = new BenchCoder()
    expect(coder.encode()).toBe('precondition: image one is not there')
    coder.ask({ kind: 'make-image', image: 'one' })
    expect(coder.encode('two')).toBe('precondition: image two is not there')
  })

  it('takes all its room or none', () => {
    const coder = new BenchCoder()
    coder.ask({ kind: 'make-image', image: 'one' })
    const pool = coder.pool(7)
    pool.usedBytes = pool.capacityBytes - stripes * slot + 1
    expect(coder.encode()).toBe('no-pool: a pool has no room for its shards')
    expect(coder.used(3).slice(0, 4)).toEqual([0, 0, 0, 0])
    pool.usedBytes -= 1
    expect(coder.encode()).toBe('done')
    const unknown = new BenchCoder()
    unknown.ask({ kind: 'make-image', image: 'one' })
    expect(unknown.encode('one', coldPools(4))).toBe('no-pool: a pool has no room for its shards')
  })

  it('is done at once where nothing was written', () => {
    const coder = new BenchCoder().to('encoded')
    coder.ask({ kind: 'make-image', image: 'two' })
    expect(coder.encode('two')).toBe('done')
    expect(coder.transfers).toEqual([])
    expect(coder.kinds.slice(-1)).toEqual(['stripes-encoded'])
  })

  it('is not with another code than the one that stands there', () => {
    const coder = new BenchCoder().to('encoded')
    coder.ask({ kind: 'make-image', image: 'two' })
    const conflict = 'conflict: it is encoded with another code'
    const pools = coldPools(0)
    for (const change of [
      { policy: 'other' },
      { stripeBytes: 2 * coding.stripeBytes },
      { code: { ...coding.code, dataShards: 4 } },
    ]) {
      const other = { ...coding, ...change }
      expect(coder.ask({ kind: 'encode', image: 'two', coding: other, pools })).toBe(conflict)
    }
    // Where a repair moved a shard to, nobody who planned it knows.
    expect(coder.encode('two', coldPools(1))).toBe('done')
  })
})

describe('reading back', () => {
  it('reads source and shards, of all stripes that hold the image', () => {
    const coder = new BenchCoder().to('encoded')
    expect(coder.ask({ kind: 'read-back', image: 'one' })).toBe('done')
    const transfer = { bytes: gibibyte, reads: [0, 1, 2, 3, 4, 5, 6, 7], writes: [] }
    expect(coder.transfers).toEqual([transfer])
    const text = 'already: it is being read back'
    expect(coder.ask({ kind: 'read-back', image: 'one' })).toBe(text)
    coder.finish()
    expect(coder.form()).toMatchObject({ readBackStripes: stripes })
    expect(coder.told.at(-1)).toMatchObject({ kind: 'stripes-read-back', image: 'one', stripes })
    expect(coder.ask({ kind: 'read-back', image: 'one' })).toBe('done')
    expect(coder.transfers).toEqual([])
  })

  it('not before they do', () => {
    const coder = new BenchCoder()
    const text = 'precondition: not every stripe holds image one'
    expect(coder.ask({ kind: 'read-back', image: 'one' })).toBe(text)
    coder.ask({ kind: 'make-image', image: 'one' })
    expect(coder.ask({ kind: 'read-back', image: 'one' })).toBe(text)
    coder.encode()
    expect(coder.ask({ kind: 'read-back', image: 'one' })).toBe(text)
  })
})

describe('serving', () => {
  const serve = { kind: 'serve-coded', image: 'one', replicas: 3 } as const

  it('begins with what was read back, and holds requests for what came since', () => {
    const coder = new BenchCoder().to('read-back')
    coder.bench.path.written = 1024
    expect(coder.ask(serve)).toBe('done')
    const heldUs = Math.ceil((1024 * coding.stripeBytes) / 200)
    const event = { kind: 'coded-serves', image: 'one', writes: 1024, heldWrites: 1024, heldUs }
    expect(coder.told.at(-1)).toMatchObject(event)
    expect(coder.form()?.serves).toBe(true)
    expect(coder.bench.path.routes.get(0)).toMatchObject({ pools: [3, 4, 5, 6, 7], missing: 0 })
    expect(coder.ask(serve)).toBe('already: it serves')
  })

  it('not for longer than a GiB takes', () => {
    const large = new BenchCoder({ volumes: [{ on: [0, 1, 2], sizeGiB: 2 }] }).to('read-back')
    large.bench.path.written = 1025
    expect(large.ask(serve)).toBe('precondition: 1025 writes came since image one')
    large.bench.path.written = 1024
    expect(large.ask(serve)).toBe('done')
    // A stripe is held once, however often it was written.
    const small = new BenchCoder().to('read-back')
    small.bench.path.written = 99_999
    expect(small.ask(serve)).toBe('done')
  })

  it('not where it was not read back, its count changed, or a shard is missing', () => {
    const coder = new BenchCoder().to('encoded')
    expect(coder.ask(serve)).toBe('precondition: image one was not read back')
    const counted = new BenchCoder().to('read-back')
    expect(counted.ask({ ...serve, replicas: 2 })).toBe('conflict: its replica count changed')
    expect(counted.ask({ ...serve, image: 'two' })).toBe(
      'precondition: image two was not read back',
    )
    counted.bench.control.setPool(counted.pool(4), 'offline')
    expect(counted.ask(serve)).toBe('precondition: a shard is missing')
    const again = new BenchCoder().to('read-back')
    again.ask({ kind: 'make-image', image: 'two' })
    expect(again.ask({ ...serve, image: 'two' })).toBe('precondition: image two was not read back')
  })
})

describe('the source', () => {
  it('goes, with its image, and its count is remembered', () => {
    const coder = new BenchCoder().to('serves')
    expect(coder.ask({ kind: 'release-source' })).toBe('done')
    expect(coder.bench.volume).toMatchObject({ replicas: [], replicaCount: 0 })
    expect(coder.form()).toMatchObject({ image: null, replicaCount: 3 })
    expect(coder.used().slice(0, 3)).toEqual([0, 0, 0])
    expect(coder.kinds.at(-1)).toBe('source-released')
  })

  it('once: a command that comes late takes nothing away', () => {
    const coder = new BenchCoder().to('released')
    expect(coder.ask({ kind: 'release-source' })).toBe('already: the source is released')
    expect(coder.form()?.replicaCount).toBe(3)
    const pools = [0, 1, 2].map(at => coder.pool(at).id)
    coder.ask({ kind: 'make-replicas', pools })
    expect(coder.ask({ kind: 'release-source' })).toBe('already: the source is released')
    expect(coder.bench.pools()).toEqual(pools)
  })

  it('not while it serves, or a shard is missing', () => {
    const coder = new BenchCoder().to('read-back')
    expect(coder.ask({ kind: 'release-source' })).toBe('precondition: the source serves')
    expect(new BenchCoder().ask({ kind: 'release-source' })).toBe('precondition: the source serves')
    const short = new BenchCoder().to('serves')
    short.bench.control.setPool(short.pool(4), 'faulted')
    expect(short.ask({ kind: 'release-source' })).toBe('precondition: a shard is missing')
    expect(short.bench.pools()).toHaveLength(3)
  })

  it('a rebuild of it ends with it', async () => {
    const coder = new BenchCoder().to('read-back')
    coder.bench.control.setPool(coder.pool(0), 'faulted')
    coder.bench.control.setPool(coder.pool(0), 'online')
    await coder.bench.run(20)
    expect(coder.transfers).toHaveLength(1)
    coder.ask({ kind: 'serve-coded', image: 'one', replicas: 3 })
    coder.ask({ kind: 'release-source' })
    expect(coder.transfers).toEqual([])
  })
})

describe('a coded form', () => {
  it('is dropped with all its room', () => {
    const coder = new BenchCoder().to('read-back')
    expect(coder.ask({ kind: 'drop-coded' })).toBe('done')
    expect(coder.form()).toBeNull()
    expect(coder.used(3)).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
    expect(coder.kinds.at(-1)).toBe('coded-dropped')
    expect(coder.ask({ kind: 'drop-coded' })).toBe('already: it has no coded form')
    const image = new BenchCoder()
    image.ask({ kind: 'make-image', image: 'one' })
    expect(image.ask({ kind: 'drop-coded' })).toBe('done')
  })

  it('in the middle of its work, which ends', () => {
    const coder = new BenchCoder()
    coder.ask({ kind: 'make-image', image: 'one' })
    coder.encode()
    expect(coder.ask({ kind: 'drop-coded' })).toBe('done')
    expect(coder.transfers).toEqual([])
  })

  it('not while it serves', () => {
    const coder = new BenchCoder().to('serves')
    expect(coder.ask({ kind: 'drop-coded' })).toBe('precondition: the coded form serves')
  })

  it('goes with its volume, whatever it is in the middle of', () => {
    const coder = new BenchCoder().to('encoded')
    coder.ask({ kind: 'read-back', image: 'one' })
    coder.bench.control.remove(coder.bench.volume)
    expect(coder.transfers).toEqual([])
    expect(coder.used().every(bytes => bytes === 0)).toBe(true)
    const image = new BenchCoder()
    image.ask({ kind: 'make-image', image: 'one' })
    image.bench.control.remove(image.bench.volume)
    expect(image.bench.volume.coded).toBeNull()
  })
})
