/** A synthetic fleet as a column file. */
import { setImmediate } from 'node:timers/promises'
import { blockRows } from './column-layout.js'
import { Fleet, type FleetSpec } from './fleet.js'
import { RowFile } from './row-file.js'
import type { SeriesFooter } from './series-file.js'
import { addInterval } from './series-fold.js'
import { intervalRows } from './series-rows.js'
import { type Unfinished, untold } from './unfinished.js'

export async function synthesize(
  spec: FleetSpec,
  target: string,
  unfinished: Unfinished = untold,
): Promise<void> {
  const fleet = new Fleet(spec)
  const file = new RowFile(target, unfinished)
  try {
    const block = intervalRows.make(blockRows)
    for (let batch = fleet.next(); batch !== null; batch = fleet.next()) {
      for (let row = 0; row < batch.count; row++) {
        addInterval(block, batch.startUs, {
          volume: batch.volume[row],
          reads: batch.reads[row],
          writes: batch.writes[row],
          readBytes: batch.readBytes[row],
          writeBytes: batch.writeBytes[row],
        })
        if (block.count < blockRows) continue
        file.append(block)
        block.count = 0
        await setImmediate()
      }
    }
    file.append(block)
    file.finish(footerOf(fleet, file.rows))
  } catch (error) {
    file.abandon()
    throw error
  }
}

function footerOf(fleet: Fleet, rows: number): SeriesFooter {
  return {
    grain: 'series',
    rows,
    format: 'synthetic',
    volumes: fleet.volumes,
    intervalUs: fleet.intervalUs,
    firstUs: fleet.firstUs,
    lastUs: fleet.lastUs,
    points: rows,
    firstPointUs: fleet.firstUs,
    lastPointUs: fleet.lastUs - fleet.intervalUs,
    warnings: [],
  }
}
