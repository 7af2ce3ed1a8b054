/** The mover port of one party: commands to the modelled control plane, and its fresh answers. */
import type { Command, Reply } from '../src/core/command.js'
import type { Mover } from '../src/ports.js'
import type { Party } from './engine/engine.js'
import type { PortLatency } from './latency.js'
import type { ControlPlane } from './mayastor/control-plane.js'

/** What happens to the answer of one command: it comes, comes late, or is lost after its effect. */
export type AnswerFate =
  | { readonly kind: 'comes'; readonly delayUs: number }
  | { readonly kind: 'lost' }

/** The control plane's own time-out: an answer that did not come until then is unknown. */
const timeoutUs = 15_000_000

export function moverOf(
  control: ControlPlane,
  party: Party,
  latency: PortLatency,
  fate: () => AnswerFate,
): Mover {
  return {
    async send(command) {
      const drawn = fate()
      const reply = await party.call(latency.commandUs, () => perform(control, command))
      if (drawn.kind === 'lost') {
        await party.call(timeoutUs, () => null)
        return { kind: 'unknown', why: 'no answer within 15 s' }
      }
      if (drawn.delayUs > 0) await party.call(drawn.delayUs, () => null)
      return reply
    },
  }
}

export function perform(control: ControlPlane, command: Command): Reply {
  switch (command.kind) {
    case 'set-replica-count':
      return control.setReplicaCount(command.volume, command.count)
    case 'cordon-pool':
      return control.cordons.cordonPool(command.pool, command.scopes)
    case 'uncordon-pool':
      return control.cordons.uncordonPool(command.pool, command.scopes)
    case 'cordon-node':
      return control.cordons.cordonNode(command.node, command.label)
    case 'uncordon-node':
      return control.cordons.uncordonNode(command.node, command.label)
    case 'label-pool':
      return control.cordons.labelPool(command.pool, command.key, command.value)
    case 'unlabel-pool':
      return control.cordons.labelPool(command.pool, command.key, null)
  }
}
