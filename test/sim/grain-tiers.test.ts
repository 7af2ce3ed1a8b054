/** Requests and the series made of them want the same tiers, through the real loop. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { stream } from '../../sim/engine/stream.js'
import { SpreadRequests } from '../../sim/workload.js'
import type { RequestSource } from '../../traces/batch.js'
import { convert, plainOptions } from '../../traces/convert.js'
import { parseColumns } from '../../traces/formats/columns.js'
import { openColumns } from '../../traces/open-columns.js'
import { realTrace } from '../traces/real-traces.js'
import { agreement, type Marks, wantedTiers } from './grain-cluster.js'
import { type Row, rowsSource } from './replay/rows.js'
import { aggregated } from './replay/series.js'

const minute = 60_000_000
const directory = mkdtempSync(join(tmpdir(), 'couchestor-'))
afterAll(() => rmSync(directory, { recursive: true }))

/**
 * Poisson arrivals of each volume, at a rate that is drawn anew every half hour: 0.3 to 16 a
 * second.
 */
function poissonRows(volumes: number, minutes: number): Row[] {
  const rows: Row[] = []
  for (let volume = 0; volume < volumes; volume++) {
    const draw = stream(5, `volume ${volume}`)
    for (let begin = 0; begin < minutes; begin += 30) {
      const share = draw.integer(1000) / 1000
      const perSecond = 0.3 + 16 * share * share
      let atUs = begin * minute
      for (;;) {
        atUs += (-Math.log((draw.integer(1 << 24) + 0.5) / (1 << 24)) * 1_000_000) / perSecond
        if (atUs >= (begin + 30) * minute) break
        const operation = draw.integer(100) < 59 ? 1 : 0
        const offset = draw.integer(1 << 18) * 4096
        rows.push({ atUs: Math.floor(atUs), volume, operation, bytes: 8192, offset })
      }
    }
  }
  return rows.sort((left, right) => left.atUs - right.atUs)
}

async function bothGrains(
  source: RequestSource,
  volumes: number,
  minutes: number,
  marks: Marks,
): Promise<{ readonly share: number; readonly tiers: ReadonlySet<string> }> {
  const requests = await wantedTiers(source, volumes, minutes, marks)
  source.rewind()
  const series = await wantedTiers(aggregated(source, volumes, minute), volumes, minutes, marks)
  return { share: agreement(requests, series), tiers: new Set(requests) }
}

describe('requests, and the same aggregated to minutes', { timeout: 120_000 }, () => {
  it('want the same tier for 95 of 100 volumes and rounds when arrivals are Poisson', async () => {
    const marks = { high: 8, warm: 4, low: 1 }
    const source = rowsSource(poissonRows(12, 120), 12, 65_536)
    const { share, tiers } = await bothGrains(source, 12, 120, marks)
    expect([...tiers].sort((a, b) => (a < b ? -1 : 1))).toEqual(['cold', 'hot', 'warm'])
    expect(share).toBeGreaterThanOrEqual(0.95)
  })

  it.each(
    [
      {
        name: 'cloudphysics.vscsi',
        columns: null,
        rate: 1,
        marks: { high: 4, warm: 2, low: 1 },
        targets: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
      },
      // 137 ms of sixteen devices that are much alike, slowed down so that they last 23 minutes.
      {
        name: 'tpcc-small.trace',
        columns: 'time=1:ns,volume=2,offset=3:sectors,length=4:sectors',
        rate: 0.0001,
        marks: { high: 2, warm: 1, low: 0 },
        targets: [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4],
      },
    ].filter(({ name }) => realTrace(name) !== null),
  )(
    'tell by how much they differ on the real trace $name',
    async ({ name, columns, rate, marks, targets }) => {
      const target = join(directory, `${name}.columns`)
      const options = { ...plainOptions, columns: columns === null ? null : parseColumns(columns) }
      await convert([realTrace(name) ?? ''], target, options)
      const volumes = 16
      const names = Array.from({ length: volumes }, (_, volume) => `volume-${volume}`)
      const by = columns === null ? 'block-range' : 'volume'
      const trace = openColumns(target)
      if (trace.grain !== 'requests') throw new Error('a trace of requests was expected')
      const source = new SpreadRequests(trace, { targets, by, rate }, names)
      const minutes = Math.floor(source.lastUs / minute)
      const { share, tiers } = await bothGrains(source, volumes, minutes, marks)
      const percent = (100 * share).toFixed(1)
      const among = [...tiers].join(', ')
      process.stdout.write(`${name}: the same tier in ${percent} % of rounds, of ${among}\n`)
      expect(share).toBeGreaterThan(0.5)
    },
  )
})
