/** Volumes that the policy made slower, and at which hours of the day they are. */
import type { RunDetail, SlowerVolume } from '../../src/core/result.js'
import { date, dayUs, hourUs } from '../figures.js'
import { type Run, type Runs, spanOf } from '../run.js'

/** One figure before and after: p99 where both have it, else means. */
export interface Slowdown {
  readonly volume: string
  readonly figure: 'p99' | 'mean'
  readonly fromUs: number
  readonly toUs: number
}

export function slowdownOf(row: SlowerVolume): Slowdown | null {
  if (row.p99Us !== null && row.baselineP99Us !== null) {
    return { volume: row.volume, figure: 'p99', fromUs: row.baselineP99Us, toUs: row.p99Us }
  }
  if (row.meanUs !== null && row.baselineMeanUs !== null) {
    return { volume: row.volume, figure: 'mean', fromUs: row.baselineMeanUs, toUs: row.meanUs }
  }
  return null
}

export function slowdowns(run: Run): readonly Slowdown[] {
  return run.result.slower.map(slowdownOf).filter(row => row !== null)
}

/** `daily 02–04 h`, `on 2026-01-09, 02–04 h`; null when it is slow all day, or nobody knows. */
export function slowHours(volume: string, runs: Runs): string | null {
  const excess = excessOf(volume, runs)
  if (excess === null) return null
  const sums = new Float64Array(24)
  for (const one of excess) sums[hourOfDay(one.atUs)] += one.us
  const hours = widest(sums)
  if (hours === null) return null
  const inHours = excess.filter(one => isWithin(hourOfDay(one.atUs), hours))
  const byDay = new Map<string, number>()
  for (const one of inHours) byDay.set(date(one.atUs), (byDay.get(date(one.atUs)) ?? 0) + one.us)
  const most = Math.max(...byDay.values())
  const slowDays = [...byDay].filter(([, us]) => us >= most / 4).map(([day]) => day)
  const range = `${two(hours.from)}–${two((hours.from + hours.length) % 24 || 24)} h`
  if (slowDays.length === 1) return `on ${slowDays[0]}, ${range}`
  if (slowDays.length * 2 >= byDay.size) return `daily ${range}`
  return `on ${slowDays.length} of ${byDay.size} days, ${range}`
}

interface Excess {
  readonly atUs: number
  /** Microseconds by which an operation took longer than in the baseline. */
  readonly us: number
}

function excessOf(volume: string, runs: Runs): readonly Excess[] | null {
  if (runs.baseline === null) return null
  const after = runs.judged.detail.volumeSeries
  const before = runs.baseline.detail.volumeSeries
  const { beginUs, endUs } = spanOf(runs.judged.detail)
  const instants = after.atUs.length
  const isFine = instants > 1 && (endUs - beginUs) / (instants - 1) <= 2 * hourUs
  if (!isFine || endUs - beginUs < dayUs || before.atUs.length !== instants) return null
  const own = columnOf(volume, runs.judged.detail)
  const base = columnOf(volume, runs.baseline.detail)
  if (own < 0 || base < 0) return null
  return after.atUs.map((atUs, row) => {
    const now = after.meanLatencyUs[row * after.volumes.length + own]
    const then = before.meanLatencyUs[row * before.volumes.length + base]
    const middleUs = row === 0 ? atUs : (after.atUs[row - 1] + atUs) / 2
    return { atUs: middleUs, us: Math.max(0, now - then) || 0 }
  })
}

function columnOf(volume: string, detail: RunDetail): number {
  return detail.volumeSeries.volumes.indexOf(volume)
}

interface Hours {
  readonly from: number
  readonly length: number
}

/** Hours of the day a run of which holds the worst one and those at least half as bad beside it. */
function widest(sums: Float64Array): Hours | null {
  const worst = sums.indexOf(Math.max(...sums))
  if (sums[worst] === 0) return null
  const isBad = (hour: number): boolean => sums[(hour + 24) % 24] >= sums[worst] / 3
  let from = worst
  let length = 1
  while (length < 24 && isBad(from - 1)) {
    from -= 1
    length += 1
  }
  while (length < 24 && isBad(from + length)) length += 1
  return length > 10 ? null : { from: (from + 24) % 24, length }
}

function isWithin(hour: number, hours: Hours): boolean {
  return (hour - hours.from + 24) % 24 < hours.length
}

function hourOfDay(atUs: number): number {
  return Math.floor((atUs % dayUs) / hourUs)
}

function two(hour: number): string {
  return String(hour).padStart(2, '0')
}
