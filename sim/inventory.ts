/** The inventory port of one party: the whole cluster as it is seen, and one volume afresh. */
import type { Inventory } from '../src/ports.js'
import type { ClusterView } from './cluster-view.js'
import type { Engine, Party } from './engine/engine.js'
import type { AnswerFate } from './faults/fault-plan.js'
import type { PortLatency } from './latency.js'
import type { ControlPlane } from './mayastor/control-plane.js'

/** A read that is not answered is given up after so long. */
const deadlineUs = 10_000_000

export function inventoryOf(
  view: ClusterView,
  control: ControlPlane,
  engine: Engine,
  party: Party,
  latency: PortLatency,
  doors: { readonly kubernetes: () => AnswerFate; readonly mayastor: () => AnswerFate },
): Inventory {
  return {
    observe() {
      const fate = doors.kubernetes()
      if (fate.kind === 'lost') {
        return party.call(deadlineUs, () => unavailable('the API server does not answer'))
      }
      return party.call(latency.observeUs + fate.delayUs, () => {
        return { kind: 'observed', observation: view.observe() }
      })
    },
    volume(id) {
      const fate = doors.mayastor()
      if (fate.kind === 'lost') {
        return party.call(deadlineUs, () => unavailable('Mayastor does not answer'))
      }
      return party.call(latency.readUs + fate.delayUs, () => {
        const model = control.volume(id)
        if (model === undefined) return { kind: 'gone' }
        return { kind: 'volume', volume: view.volume(model), atUs: engine.nowUs }
      })
    },
  }
}

function unavailable(why: string): { readonly kind: 'unavailable'; readonly why: string } {
  return { kind: 'unavailable', why }
}
