/** Conversions of whole volumes in the twin: the loop, the coder, the pools below them. */
import { describe, expect, it } from 'vitest'
import type { HistoryEntry } from '../../src/core/event.js'
import { coldWorld, codedVolume } from '../sim/cold-world.js'
import { broken } from '../sim/small-world.js'

const kinds = (entries: readonly HistoryEntry[]): readonly string[] => entries.map(one => one.kind)

describe('a cold volume whose policy names a code', () => {
  it('is imaged, encoded, read back and served from its shards, and its replicas go', async () => {
    const small = coldWorld({ lengthMinutes: 180 })
    small.operators.start()
  await small.run(180)
    const told = kinds(small.world.history.entries)
    const way = ['image-made', 'shards-placed', 'stripes-encoded', 'stripes-read-back']
    const steps = [...way, 'coded-serves', 'replica-removed', 'source-released']
    const places = steps.map(step => told.indexOf(step))
    expect(places).toEqual([...places].sort((a, b) => a - b))
    expect(places[0]).toBeGreaterThan(0)
    expect(codedVolume(small, 0)).toMatchObject({ serves: true, degradedStripes: 0 })
    expect(small.world.control.volumes[0].replicas).toEqual([])
    expect(broken(small.watch)).toEqual([])
    expect(small.watch.timesAtStake().get(15)).toBeGreaterThan(0)
    expect(small.watch.timesAtStake().get(11)).toBeGreaterThan(0)
  })
})
