/** What the loop keeps in memory, all of which may be lost, and how counters come into it. */
import { DecideMemory } from '../core/decide.js'
import { HeatTable } from '../core/heat.js'
import type { PolicyObject } from '../core/resources.js'
import type { OperatorSettings } from '../core/settings.js'
import type { Ports } from '../ports.js'

export interface LoopMemory {
  readonly decide: DecideMemory
  readonly heat: HeatTable
  running: boolean
}

export function newMemory(settings: OperatorSettings): LoopMemory {
  return {
    decide: new DecideMemory(),
    heat: new HeatTable(settings.scrapeIntervalUs),
    running: false,
  }
}

/** One query for each distinct sampling window; if one fails, no heat is known this round. */
export async function absorbCounters(
  ports: Pick<Ports, 'metrics'> & { readonly clock: Pick<Ports['clock'], 'now'> },
  memory: LoopMemory,
  policies: readonly PolicyObject[],
): Promise<void> {
  const { heat } = memory
  const windows = new Set(policies.map(policy => policy.spec.samplingWindowUs))
  let available = true
  for (const windowUs of windows) {
    const window = heat.window(windowUs)
    const nowUs = ports.clock.now()
    const query = window.query(nowUs)
    if (query === null) continue
    const answer = await ports.metrics.counters(query)
    if (answer.kind === 'samples') {
      window.absorb(answer.columns, answer.untilUs)
    } else {
      window.forgetUntil(Math.floor(nowUs / window.stepUs))
      available = false
    }
  }
  heat.available = available
}
