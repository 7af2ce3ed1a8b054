import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VolumeLoads, visitLoad } from '../../traces/load-by-volume.js'
import { everAbove, everBelow, HeatExtremes } from '../../traces/mark-reach.js'
import { fileOf, requestsOf, seriesOf } from './workbench.js'

const hourUs = 3_600_000_000
const header = 'timestamp,volume,read_iops,write_iops\n'

/** IOPS of volume `a` in intervals of a minute; `null` is a gap. Volume `b` holds the clock. */
const seriesFile = (iops: readonly (number | null)[]): string =>
  fileOf(
    header +
      iops
        .map((value, minute) => {
          const clock = `${minute * 60},b,0,0\n`
          return value === null ? clock : `${clock}${minute * 60},a,${value},0\n`
        })
        .join(''),
  )

describe('heat over a sampling window', () => {
  it('has the extremes of the mean over every window that begins with a part of it', async () => {
    const level = fc.integer({ min: 0, max: 2000 })
    await fc.assert(
      fc.asyncProperty(fc.array(level, { minLength: 48, maxLength: 120 }), async iops => {
        const source = await seriesOf([seriesFile(iops)])
        // Parts of one minute: the windows are those of 24 minutes.
        const extremes = new HeatExtremes(source, 24 * 60_000_000)
        visitLoad(source, extremes)
        extremes.end()
        const means = iops.slice(23).map((_, at) => {
          return iops.slice(at, at + 24).reduce((sum, value) => sum + value, 0) / 24
        })
        const a = source.volumes.indexOf('a')
        expect(extremes.highest[a]).toBeCloseTo(Math.max(...means), 6)
        expect(extremes.lowest[a]).toBeCloseTo(Math.min(...means), 6)
        expect(extremes.isShort).toBe(false)
        source.close()
      }),
      { numRuns: 30 },
    )
  })

  it('spreads intervals that are longer than a part', async () => {
    const source = await seriesOf([seriesFile(Array.from({ length: 60 }, () => 300))])
    const extremes = new HeatExtremes(source, 5 * 60_000_000)
    visitLoad(source, extremes)
    extremes.end()
    expect(everAbove(extremes, 299.999)).toBe(1)
    expect(everAbove(extremes, 300.001)).toBe(0)
    expect(everBelow(extremes, 0)).toBe(1)
  })

  it('is unknown, and not low, where too much of the window is a gap', async () => {
    const iops = Array.from({ length: 90 }, (_, minute) => (minute % 2 === 0 ? 500 : null))
    const source = await seriesOf([seriesFile(iops)])
    const extremes = new HeatExtremes(source, 24 * 60_000_000)
    visitLoad(source, extremes)
    extremes.end()
    const a = source.volumes.indexOf('a')
    expect([extremes.highest[a], extremes.lowest[a]]).toEqual([Number.NaN, Number.NaN])
    expect(everBelow(extremes, 1_000_000)).toBe(1)
  })

  it('is the mean of a trace that is shorter than the window', async () => {
    const rows = Array.from({ length: 101 }, (_, row) => `3,0,512,r,${row / 10}`)
    const source = await requestsOf([fileOf(rows.join('\n'))])
    const extremes = new HeatExtremes(source, hourUs)
    visitLoad(source, extremes)
    extremes.end()
    expect(extremes.isShort).toBe(true)
    expect(extremes.highest[0]).toBeCloseTo(10, 0)
  })
})

describe('the load of each volume', () => {
  it('has its mean, its p95 over all windows, its peak and its quiet hours', async () => {
    // Two hours of one request a second, then a second with 600 at once, then an hour of nothing.
    const lines = Array.from({ length: 7200 }, (_, second) => `1,0,512,r,${second}.5`)
    for (let row = 0; row < 600; row++) lines.push('1,0,512,w,7200.5')
    lines.push('2,0,512,r,10800.5')
    const source = await requestsOf([fileOf(lines.join('\n'))])
    const loads = new VolumeLoads(source)
    visitLoad(source, loads)
    const [one, two] = loads.result()
    expect(one).toEqual({
      volume: '1',
      requests: 7800,
      meanIops: 0.722,
      p95Iops: 1,
      peakIops: 10,
      quietHours: 1,
    })
    expect(two).toMatchObject({ volume: '2', requests: 1, p95Iops: 0, quietHours: 3 })
  })
})

describe('a long silence', () => {
  it('is passed in one step, and is low', async () => {
    const rows = [...Array.from({ length: 7200 }, (_, second) => `1,0,512,r,${second}`)]
    const source = await requestsOf([fileOf([...rows, '1,0,512,r,9000000000'].join('\n'))])
    const extremes = new HeatExtremes(source, hourUs)
    visitLoad(source, extremes)
    extremes.end()
    expect(extremes.highest[0]).toBeCloseTo(1, 6)
    expect(extremes.lowest[0]).toBe(0)
  })
})
