import { describe, expect, it } from 'vitest'
import { Fleet } from '../../traces/fleet.js'
import { parseFleetSpec, usualShares } from '../../traces/fleet-spec.js'
import { openColumns } from '../../traces/open-columns.js'
import { synthesize } from '../../traces/synthesize.js'
import { newPath, pointsOf } from './workbench.js'

function specOf(raw: unknown) {
  const parsed = parseFleetSpec(raw)
  if (!parsed.ok) throw new Error(parsed.problems.map(problem => problem.message).join())
  return parsed.value
}

describe('the SPEC of a fleet', () => {
  it('has defaults for all that it leaves out', () => {
    expect(specOf({})).toMatchObject({
      intervalUs: 300_000_000,
      lengthUs: 14 * 86_400_000_000,
      startUs: 1_704_067_200_000_000,
      seed: 1,
      shares: usualShares,
    })
    expect(specOf({ volumes: 100 }).volumes[6]).toBe('volume-007')
    expect(specOf({ volumes: ['a', 'b'] }).volumes).toEqual(['a', 'b'])
  })

  it('names every field that is wrong at once', () => {
    const parsed = parseFleetSpec({
      volums: 3,
      interval: 5,
      length: '1s',
      start: 'monday',
      shares: [{ kind: 'lively', share: -1 }],
    })
    expect(parsed.ok ? [] : parsed.problems.map(problem => problem.path)).toEqual([
      'volums',
      'interval',
      'start',
      'shares[0].kind',
      'shares[0].share',
      'shares[0].iops',
      'length',
    ])
    expect(parseFleetSpec('a fleet').ok).toBe(false)
    expect(parseFleetSpec({ shares: [{ kind: 'idle', share: 0, iops: 1 }] }).ok).toBe(false)
  })
})

describe('a synthetic trace', () => {
  it('holds what the generator makes of its seed, interval by interval', async () => {
    const spec = specOf({ volumes: 7, length: '2d', seed: 3 })
    const target = newPath('fleet.columns')
    await synthesize(spec, target)
    const source = openColumns(target)
    if (source.grain !== 'series') throw new Error('a fleet is a series')
    expect(source.lastUs - source.firstUs).toBe(spec.lengthUs)
    const points = pointsOf(source)
    const fleet = new Fleet(spec)
    let at = 0
    for (let batch = fleet.next(); batch !== null; batch = fleet.next()) {
      for (let row = 0; row < batch.count; row++) {
        expect(points[at]).toMatchObject({
          startUs: batch.startUs,
          volume: spec.volumes[batch.volume[row]],
          reads: batch.reads[row],
          writes: batch.writes[row],
        })
        at += 1
      }
    }
    expect(at).toBe(points.length)
  })
})
