/** What a run sampled of a volume at the last instant before a time: its heat, tier and latency. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { withParquet } from '../../../traces/formats/parquet/database.js'

export interface Sampled {
  readonly atUs: number
  readonly tier: string
  /** Null: not known then. */
  readonly heatIops: number | null
  /** Null: nothing was served. */
  readonly meanLatencyUs: number | null
}

/** Null where the directory has no samples, or none so early. */
export async function sampledAt(
  directory: string,
  run: string,
  volume: string,
  atUs: number,
): Promise<Sampled | null> {
  const file = join(directory, 'series.parquet')
  if (!existsSync(file)) return null
  const rows = await withParquet(file, async (connection, table) => {
    const reader = await connection.runAndReadAll(
      `SELECT epoch_us(sampledAt), tier, heatIops, meanLatencyUs FROM ${table}
       WHERE run = $run AND volume = $volume AND epoch_us(sampledAt) <= $atUs
       ORDER BY sampledAt DESC LIMIT 1`,
      { run, volume, atUs },
    )
    return reader.getRows()
  })
  const [row] = rows
  if (row === undefined) return null
  const [at, tier, heatIops, meanLatencyUs] = row
  return {
    atUs: Number(at),
    tier: String(tier),
    heatIops: figure(heatIops),
    meanLatencyUs: figure(meanLatencyUs),
  }
}

/** Float columns have seven digits: more of them say nothing. */
function figure(value: unknown): number | null {
  return typeof value === 'number' ? Number(value.toPrecision(7)) : null
}
