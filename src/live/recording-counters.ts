/** Columns of counter samples as JSON: differences, which are short, from row to row. */
import type { CounterColumns, CounterSeries } from '../core/counters.js'

export interface CountersLine {
  readonly newSeries: readonly CounterSeries[]
  /** How many series were known. */
  readonly series: number
  readonly seriesSteps: readonly number[]
  readonly instantStepsUs: readonly number[]
  /** Null: what is no finite number. */
  readonly values: readonly (number | null)[]
}

export function countersLine(columns: CounterColumns, known: number): CountersLine {
  const { count, series, seriesIndex, instantUs, value } = columns
  return {
    newSeries: series.slice(known),
    series: series.length,
    seriesSteps: steps(seriesIndex, count),
    instantStepsUs: steps(instantUs, count),
    values: Array.from(value.subarray(0, count), one => (Number.isFinite(one) ? one : null)),
  }
}

/** `known` is what the file has told of series so far; null: the columns do not fit together. */
export function countersOf(
  line: CountersLine,
  known: readonly CounterSeries[],
): CounterColumns | null {
  const count = line.values.length
  if (line.seriesSteps.length !== count || line.instantStepsUs.length !== count) return null
  if (line.series > known.length) return null
  const seriesIndex = Uint32Array.from(sums(line.seriesSteps))
  if (seriesIndex.some(index => index >= line.series)) return null
  return {
    series: known.slice(0, line.series),
    count,
    seriesIndex,
    instantUs: Float64Array.from(sums(line.instantStepsUs)),
    value: Float64Array.from(line.values, one => one ?? Number.NaN),
  }
}

function steps(column: Uint32Array | Float64Array, count: number): readonly number[] {
  const found: number[] = []
  for (let row = 0; row < count; row++) found.push(column[row] - (row === 0 ? 0 : column[row - 1]))
  return found
}

function sums(all: readonly number[]): readonly number[] {
  let sum = 0
  return all.map(step => {
    sum += step
    return sum
  })
}
