/** The figures of the heats as rows of a table. */
import { codeName } from '../../src/core/code.js'
import type { Rates } from '../../src/ec/bench/contest.js'
import type { BenchResult, Heat } from '../../src/ec/bench.js'

export interface MeasuredHeat {
  readonly heat: Heat
  readonly results: readonly BenchResult[]
  readonly rivals: readonly { readonly name: string; readonly rates: Rates }[]
}

export function figureRows(heats: readonly MeasuredHeat[]): readonly (readonly string[])[] {
  return heats.flatMap(({ heat, results, rivals }) => {
    const shape = `${codeName(heat.code)}, ${heat.shardBytes / 1024} KiB`
    return [
      ...results.map(one => [
        `${shape}, ${one.engine} × ${one.threads}`,
        one.encodeGBps.toFixed(2),
        one.rebuildOneGBps.toFixed(2),
        one.rebuildAllGBps.toFixed(2),
      ]),
      ...rivals.map(({ name, rates }) => [
        `${shape}, ${name}`,
        rates.encode.toFixed(2),
        rates.rebuildOne.toFixed(2),
        rates.rebuildAll.toFixed(2),
      ]),
    ]
  })
}
