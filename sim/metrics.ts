/** The metrics port of one party: the modelled Prometheus, up or down by the scenario's faults. */
import type { Metrics } from '../src/ports.js'
import type { Engine, Party } from './engine/engine.js'
import type { Exporter } from './exporter.js'
import type { FaultPlan } from './faults/fault-plan.js'
import type { PortLatency } from './latency.js'

/** A Prometheus that does not answer is given up after so long. */
const deadlineUs = 10_000_000

export function metricsOf(
  exporter: Exporter,
  engine: Engine,
  party: Party,
  latency: PortLatency,
  faults: FaultPlan,
): Metrics {
  return {
    counters(query) {
      const how = faults.prometheus(engine.nowUs)
      if (how === 'down') {
        return party.call(latency.metricsUs, () => unavailable('Prometheus does not answer'))
      }
      if (how === 'slow') {
        return party.call(deadlineUs, () => unavailable('Prometheus did not answer within 10 s'))
      }
      if (how === 'partial') {
        return party.call(latency.metricsUs, () => unavailable('Prometheus warns of partial data'))
      }
      return party.call(latency.metricsUs, () => ({
        kind: 'samples',
        untilUs: query.untilUs,
        columns: exporter.answer(query),
      }))
    },
  }
}

function unavailable(why: string): { readonly kind: 'unavailable'; readonly why: string } {
  return { kind: 'unavailable', why }
}
