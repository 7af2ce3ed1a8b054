/** The window in the twin: whose cordons stand, and for how long. */
import { describe, expect, it } from 'vitest'
import { usualLatency } from '../../sim/latency.js'
import { poolId } from '../../src/core/model.js'
import { broken, minute, second, smallWorld, tierOfVolume, volumeOf } from '../sim/small-world.js'
import {
  commands,
  cooling,
  cordonOf,
  hotPool,
  labelsOf,
  poolWindow,
  replicasOnly,
  snapshotsToo,
} from './one-cooling.js'

describe('a foreign cordon', () => {
  it('that was there before a window stands after it', async () => {
    const small = smallWorld(cooling)
    small.operators.start()
    small.at(1, () => small.person.cordonPool(hotPool, replicasOnly))
    await small.run(60)
    expect(tierOfVolume(small, 0)).toEqual(['cold', 'cold'])
    expect(cordonOf(small)).toEqual(replicasOnly)
    expect(broken(small.watch)).toEqual([])
  })

  it('that came just before ours is told apart, and stands', async () => {
    const { sentUs } = await poolWindow()
    const small = smallWorld(cooling)
    small.operators.start()
    small.at((sentUs + second / 10) / minute, () => {
      small.person.cordonPool(hotPool, replicasOnly)
    })
    await small.run(60)
    expect(tierOfVolume(small, 0)).toEqual(['cold', 'cold'])
    expect(cordonOf(small)).toEqual(replicasOnly)
    expect(labelsOf(small)).toEqual([])
    expect(broken(small.watch)).toEqual([])
  })

  it('of another scope stands, and ours goes', async () => {
    const small = smallWorld(cooling)
    small.operators.start()
    small.at(1, () => small.person.cordonPool(hotPool, snapshotsToo))
    await small.run(60)
    expect(tierOfVolume(small, 0)).toEqual(['cold', 'cold'])
    expect(cordonOf(small)).toEqual(snapshotsToo)
  })
})

describe('a window', () => {
  it('whose cordon a person takes away sends no command', async () => {
    const { setUs } = await poolWindow()
    const small = smallWorld(cooling)
    small.operators.start()
    small.at((setUs + second / 200) / minute, () => {
      small.person.uncordonPool(hotPool, replicasOnly)
    })
    await small.run(60)
    const landed = small.world.history.entries.flatMap(entry =>
      entry.kind === 'replica-added' && entry.by === 'command' ? [entry.pool] : [],
    )
    expect(landed).toEqual(['cold-2', 'cold-3'])
    expect(tierOfVolume(small, 0)).toEqual(['cold', 'cold'])
  })

  it('that took too long to open sends no command, and closes in time', async () => {
    const small = smallWorld({ ...cooling, latency: { ...usualLatency, commandUs: 12 * second } })
    small.operators.start()
    await small.run(60)
    const counts = commands(small, 'operator-1').filter(kind => kind === 'set-replica-count')
    expect(counts.length).toBe(2)
    expect(small.watch.timesAtStake().get(7)).toBeGreaterThan(4)
    expect(broken(small.watch)).toEqual([])
  })

  it('is not opened while another volume needs repair', async () => {
    const [volume] = cooling.volumes
    const away = { atUs: 370 * second, forUs: 9 * minute }
    const small = smallWorld({
      ...cooling,
      pools: [...cooling.pools, { tier: 'hot', node: 4, capacityGiB: 900 }],
      volumes: [volume, { ...volume, replicas: 1, heat: [{ fromMinute: 0, iops: 60 }] }],
      faults: [{ kind: 'pool', pool: poolId('hot-4'), how: 'offline', ...away }],
    })
    small.operators.start()
    await small.run(60)
    const windows = small.world.history.entries.filter(entry => entry.kind === 'cordon-set')
    const within = windows.filter(
      entry => entry.atUs > away.atUs + 30 * second && entry.atUs < away.atUs + away.forUs,
    )
    expect(within).toEqual([])
    expect(windows.length).toBeGreaterThan(0)
    expect(tierOfVolume(small, 0)).toEqual(['cold', 'cold'])
  })
})

describe('a volume that changed since it was looked at', () => {
  it('starts nothing in that round', async () => {
    const small = smallWorld(cooling)
    small.operators.start()
    small.at(5 + 0.1 / 60, () => small.person.unpublish(volumeOf(0)))
    await small.run(5.5)
    expect(small.world.journal.records()).toEqual([])
  })
})

describe('a claim that waits for its volume', () => {
  const claim = { namespace: 'default', name: 'new', sinceUs: 0, waitsForFirstConsumer: false }

  async function firstCommandUs(change: Partial<typeof claim>, atMinute: number): Promise<number> {
    const small = smallWorld(cooling)
    small.operators.start()
    small.at(atMinute, () =>
      small.world.view.setWaitingClaims([{ ...claim, sinceUs: atMinute * minute, ...change }]),
    )
    await small.run(60)
    expect(tierOfVolume(small, 0)).toEqual(['cold', 'cold'])
    return small.world.history.entries.find(entry => entry.kind === 'command')?.atUs ?? 0
  }

  it('holds windows back for its first five minutes', async () => {
    const freely = await firstCommandUs({ sinceUs: -minute }, 0)
    expect(await firstCommandUs({}, 4)).toBeGreaterThanOrEqual(9 * minute)
    expect(freely).toBeLessThan(6 * minute)
  })

  it('holds nothing back while it waits for its first consumer', async () => {
    expect(await firstCommandUs({ waitsForFirstConsumer: true }, 4)).toBeLessThan(6 * minute)
  })
})

describe('a former leader', () => {
  it('sends one late command at the most, and then nothing more', async () => {
    const { setUs } = await poolWindow()
    for (let lateUs = -2 * second; lateUs < 2 * second; lateUs += second / 5) {
      const small = smallWorld(cooling)
      small.operators.start()
      small.at((setUs + lateUs) / minute, () => {
        small.operators.launch()
        small.world.engine.noteSettled()
      })
      await small.run(60)
      const led = small.world.history.entries.findLastIndex(entry => entry.kind === 'restart')
      const ledUs = small.world.history.entries[led].atUs
      const late = commands(small, 'operator-1', ledUs)
      expect(late.filter(kind => kind === 'set-replica-count').length).toBeLessThanOrEqual(1)
      expect(commands(small, 'operator-1', ledUs + 5 * second)).toEqual([])
      expect(tierOfVolume(small, 0)).toEqual(['cold', 'cold'])
    }
  })
})

describe('migrations side by side', () => {
  it('do not plan into the same pool in the same round', async () => {
    const small = smallWorld({
      ...cooling,
      volumes: [0, 1].map(() => ({
        place: 'hot',
        replicas: 1,
        sizeGiB: 20,
        heat: [{ fromMinute: 0, iops: 5 }],
      })),
    })
    small.operators.start()
    await small.run(60)
    expect(small.watch.timesAtStake().get(13)).toBeGreaterThan(1)
    expect(broken(small.watch)).toEqual([])
    expect([tierOfVolume(small, 0), tierOfVolume(small, 1)]).toEqual([['cold'], ['cold']])
  })
})

describe('pausing', () => {
  it('in the middle of a copy lets it stand, and it goes on at resume', async () => {
    const small = smallWorld({ ...cooling, volumes: [{ ...cooling.volumes[0], sizeGiB: 30 }] })
    small.operators.start()
    small.at(6, () => small.person.pause('a look'))
    await small.run(30)
    expect(tierOfVolume(small, 0).length).toBe(3)
    expect(commands(small, 'operator-1', 6 * minute)).toEqual([])
    small.person.resume()
    await small.run(60)
    expect(tierOfVolume(small, 0)).toEqual(['cold', 'cold'])
    expect(broken(small.watch)).toEqual([])
  })
})
