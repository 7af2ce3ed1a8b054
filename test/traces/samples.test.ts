import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseColumns } from '../../traces/formats/columns.js'
import { parseUnit } from '../../traces/formats/series/unit.js'
import { pointsOf, requestsOf, rowsOf, seriesOf } from './workbench.js'

const folder = 'traces/samples'
const columns = parseColumns('time=when_us:us,volume=disk,op=kind,offset=start,length=length')
const requests = {
  'msr.csv': 'msr',
  'alibaba.csv': 'alibaba-2020',
  'spc.csv.gz': 'spc',
  'blkparse.txt': 'blkparse',
  'fio-v3.iolog': 'fio-iolog',
  'vscsi-v1.vscsi': 'vscsi-v1',
  'any-columns.tsv': 'columns',
} as const

describe('the samples', () => {
  it('hold the same requests in seven formats, each with its own clock', async () => {
    const all: unknown[] = []
    for (const [name, format] of Object.entries(requests)) {
      const options = format === 'columns' ? { columns } : {}
      const source = await requestsOf([join(folder, name)], options)
      expect(source.footer.format).toBe(format)
      expect(source.footer.warnings).toEqual([])
      const rows = rowsOf(source)
      all.push(
        rows.map(({ timeUs, operation, offset, length }) => {
          return [timeUs - rows[0].timeUs, operation, offset, length]
        }),
      )
    }
    expect(all[0]).toHaveLength(120)
    for (const rows of all) expect(rows).toEqual(all[0])
  })

  it('have a reset and a gap in what Prometheus answered', async () => {
    const source = await seriesOf([join(folder, 'prometheus.json')])
    expect(source.volumes).toEqual(['pvc-orders-db', 'pvc-web-logs', 'pvc-archive'])
    expect(source.intervalUs).toBe(1_800_000_000)
    expect(source.footer.warnings.map(({ code, count }) => [code, count])).toEqual([
      ['TRACE_RESET', 1],
    ])
    const byVolume = new Map<string, number>()
    for (const { volume } of pointsOf(source)) byVolume.set(volume, (byVolume.get(volume) ?? 0) + 1)
    // Four samples are missing: five intervals have no growth to tell.
    expect([...byVolume.values()]).toEqual([48, 48, 43])
  })

  it('have series as text', async () => {
    const long = await seriesOf([join(folder, 'series.csv')])
    expect([long.volumes.length, long.points]).toEqual([3, 3 * 48])
    const unit = parseUnit('write-bytes')
    expect((await seriesOf([join(folder, 'cloudwatch.csv')], { unit })).points).toBe(48)
  })

  it('are all read by a test', () => {
    const others = ['README.md', 'cloudwatch.csv', 'fleet.yaml', 'prometheus.json', 'series.csv']
    const known = [...Object.keys(requests), ...others]
    expect(readdirSync(folder).sort()).toEqual([...known].sort())
  })
})
