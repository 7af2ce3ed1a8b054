/**
 * A long answer as JSON.parse gives it, parsed some series at a time: the event loop turns between,
 * so that a lease is renewed and a probe answered meanwhile.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'

/** Characters that are parsed in one turn, some milliseconds' worth. */
const usualPiece = 500_000

/** Null: it is not in the form in which servers write series, and is parsed as a whole or not. */
export async function parseInTurns(
  text: string,
  piece: number = usualPiece,
): Promise<{ readonly document: unknown } | null> {
  const found = seriesIn(text)
  if (found === null) return null
  const { from, to } = found
  try {
    const around: unknown = JSON.parse(`${text.slice(0, from)}${marker}${text.slice(to)}`)
    const series: unknown[] = []
    for (let at = from; at < to; ) {
      const next = borderAfter(text, at + piece, to)
      const some: readonly unknown[] = JSON.parse(`[${text.slice(at, next)}]`)
      for (const one of some) series.push(one)
      // The comma between two series.
      at = next + 1
      await nextTurn()
    }
    return withSeries(around, series)
  } catch {
    return null
  }
}

const opening = '"result":['
const begin = '{"metric":{'
/** In no text of JSON: the first quote within a text would close it, and no name follows then. */
const border = `]},${begin}`
const ending = ']]}]'

/** Stands in for all series, so that the array is known again. */
const marker = 'null'

/** From the first series to behind the last; a guess, which has to parse. */
function seriesIn(text: string): { readonly from: number; readonly to: number } | null {
  const at = text.indexOf(opening)
  const from = at + opening.length
  if (at < 0 || !text.startsWith(begin, from)) return null
  const last = text.indexOf(ending, Math.max(from, text.lastIndexOf(border)))
  return last < 0 ? null : { from, to: last + ending.length - 1 }
}

/** Where the comma is that ends the series which goes on there. */
function borderAfter(text: string, at: number, to: number): number {
  const found = text.indexOf(border, at)
  return found < 0 || found >= to ? to : found + border.length - begin.length - 1
}

function withSeries(
  around: unknown,
  series: readonly unknown[],
): { readonly document: unknown } | null {
  if (!isObject(around) || !isObject(around.data)) return null
  const { data } = around
  const { result } = data
  const isTheirs = Array.isArray(result) && result.length === 1 && result[0] === null
  return isTheirs ? { document: { ...around, data: { ...data, result: series } } } : null
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
