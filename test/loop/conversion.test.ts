/** Conversions of whole volumes in the twin: the loop, the coder, the pools below them. */
import { describe, expect, it } from 'vitest'
import type { HistoryEntry } from '../../src/core/event.js'
import { converged } from '../../src/core/laws.js'
import { codedVolume, coldWorld } from '../sim/cold-world.js'
import { broken, minute, type SmallScenario, type SmallWorld } from '../sim/small-world.js'
import { strayBytes } from '../sim/stray-bytes.js'

const patience = 120_000

const kinds = (entries: readonly HistoryEntry[]): readonly string[] => entries.map(one => one.kind)

async function told(change: Partial<SmallScenario>, minutes: number): Promise<SmallWorld> {
  const small = coldWorld({ lengthMinutes: minutes, ...change })
  small.operators.start()
  await small.run(minutes)
  return small
}

function outcomes(small: SmallWorld): readonly string[] {
  return small.world.journal.records().map(({ status }) => `${status?.outcome}: ${status?.why}`)
}

describe('a cold volume whose policy names a code', () => {
  it('is imaged, encoded, read back and served from its shards, and its replicas go', async () => {
    const small = await told({}, 60)
    const history = kinds(small.world.history.entries)
    const way = ['image-made', 'shards-placed', 'stripes-encoded', 'stripes-read-back']
    const steps = [...way, 'coded-serves', 'replica-removed', 'source-released']
    const places = steps.map(step => history.indexOf(step))
    expect(places).toEqual([...places].sort((a, b) => a - b))
    expect(places[0]).toBeGreaterThan(0)
    expect(codedVolume(small, 0)).toMatchObject({ serves: true, degradedStripes: 0 })
    expect(small.world.control.volumes[0].replicas).toEqual([])
    expect(outcomes(small)).toEqual(['completed: null'])
    expect(broken(small.watch)).toEqual([])
    expect(small.watch.timesAtStake().get(15)).toBeGreaterThan(0)
    expect(small.watch.timesAtStake().get(11)).toBeGreaterThan(1)
    expect(strayBytes(small)).toBe(0)
  })

  it('gets replicas again on the tier that its use deserves', async () => {
    const heat = [
      { fromMinute: 0, iops: 2 },
      { fromMinute: 60, iops: 200 },
    ]
    const idle = { place: 'cold' as const, replicas: 3, sizeGiB: 20, heat }
    const small = await told({ volumes: [idle] }, 120)
    expect(outcomes(small)).toEqual(['completed: null', 'completed: null'])
    const { replicas, coded, replicaCount } = small.world.control.volumes[0]
    expect(replicas.map(one => one.pool.id.slice(0, 3))).toEqual(['hot', 'hot', 'hot'])
    expect({ coded, replicaCount }).toEqual({ coded: null, replicaCount: 3 })
    expect(broken(small.watch)).toEqual([])
    expect(strayBytes(small)).toBe(0)
  })

  it('is not coded where that would survive fewer lost nodes', async () => {
    const spec = { dataShards: 4, parityShards: 1 }
    const { coding } = await import('../sim/cold-world.js')
    const small = await told({ coding: coding(spec) }, 30)
    const last = small.world.history.entries.findLast(one => one.kind === 'decision')
    expect(last).toMatchObject({ decision: { reason: 'coding-weakens', verdict: 'blocked' } })
    const allowed = { allowWeakerNodeTolerance: true, cooldownPeriodUs: 20 * minute }
    const weaker = await told({ coding: coding(spec), policy: allowed }, 60)
    expect(codedVolume(weaker, 0)?.serves).toBe(true)
    expect(broken(weaker.watch)).toEqual([])
  })
})

describe('a pool of a coded volume', () => {
  it('that is gone for ten minutes has its shards made again on another', async () => {
    const small = coldWorld({ lengthMinutes: 120 })
    small.operators.start()
    await small.run(60)
    const { control } = small.world
    const gone = control.volumes[0].coded?.pools[2]
    if (gone === undefined) throw new Error('it is not coded')
    control.setPool(gone, 'offline')
    expect(codedVolume(small, 0)).toMatchObject({ degradedStripes: 20_480, endangeredStripes: 0 })
    await small.run(69)
    expect(codedVolume(small, 0)?.pools).toContain(gone.id)
    await small.run(90)
    expect(codedVolume(small, 0)).toMatchObject({ degradedStripes: 0 })
    expect(codedVolume(small, 0)?.pools).not.toContain(gone.id)
    expect(broken(small.watch)).toEqual([])
    expect(strayBytes(small)).toBe(0)
  })

  it('that comes back in time is as it was', async () => {
    const small = coldWorld({ lengthMinutes: 120 })
    small.operators.start()
    await small.run(60)
    const { control } = small.world
    const gone = control.volumes[0].coded?.pools[2]
    if (gone === undefined) throw new Error('it is not coded')
    const before = codedVolume(small, 0)
    control.setPool(gone, 'offline')
    await small.run(65)
    control.setPool(gone, 'online')
    await small.run(90)
    expect(codedVolume(small, 0)).toEqual(before)
    expect(kinds(small.world.history.entries)).not.toContain('shards-repaired')
  })
})

describe('a conversion', () => {
  it('that is cancelled at any moment leaves nothing behind, or is complete', async () => {
    const ends = new Set<string>()
    for (let at = 300; at <= 480; at += 5) {
      const small = coldWorld({ lengthMinutes: 30, policy: { cooldownPeriodUs: 24 * 60 * minute } })
      small.operators.start()
      small.at(at / 60, () => small.person.cancel('vol-0-1'))
      small.at((at + 1) / 60, () => small.person.pause('the next one waits'))
      small.at((at + 2) / 60, () => small.person.resume())
      await small.run(30)
      const where = `cancelled after ${at} s`
      ends.add(outcomes(small)[0] ?? 'none')
      expect(broken(small.watch), where).toEqual([])
      expect(converged(small.world.history.entries, false), where).toEqual([])
      expect(strayBytes(small), where).toBe(0)
    }
    expect([...ends].sort()).toEqual(['cancelled: cancelled-by-person', 'completed: null'])
  })

  it(
    'goes on or back after a crash at any await (law 9)',
    async () => {
      for (let settlements = 60; settlements <= 330; settlements += 3) {
        const small = coldWorld({ lengthMinutes: 60, loop: { roundIntervalUs: minute } })
        const { engine } = small.world
        const party = small.operators.launch()
        party.crashAfter(settlements, () => {
          small.operators.crash()
          small.operators.launch()
          engine.noteSettled()
        })
        await small.run(60)
        const where = `crash after ${settlements} awaits`
        expect(converged(small.world.history.entries, false), where).toEqual([])
        expect(broken(small.watch), where).toEqual([])
        expect(codedVolume(small, 0)?.serves, where).toBe(true)
        expect(strayBytes(small), where).toBe(0)
      }
    },
    patience,
  )
})
