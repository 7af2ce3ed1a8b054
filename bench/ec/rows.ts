/** The figures of the heats as rows of a table. */
import { codeName } from '../../src/core/code.js'
import { type Best, operations } from '../../src/ec/bench/contest.js'
import type { Heat, Measured } from '../../src/ec/bench.js'

export interface MeasuredHeat {
  readonly heat: Heat
  readonly own: readonly Measured[]
  readonly rivals: readonly { readonly name: string; readonly best: Best }[]
}

export function shapeOf({ code, shardBytes }: Heat): string {
  return `${codeName(code)}, ${shardBytes / 1024} KiB`
}

export function figureRows(heats: readonly MeasuredHeat[]): readonly (readonly string[])[] {
  return heats.flatMap(({ heat, own, rivals }) =>
    [
      ...own.map(({ engine, threads, best }) => ({ name: `${engine} × ${threads}`, best })),
      ...rivals,
    ].map(({ name, best }) => [
      `${shapeOf(heat)}, ${name}`,
      ...operations.map(operation => best[operation].rate.toFixed(2)),
    ]),
  )
}
