/** The mover port of one party: commands to the modelled control plane, and its answers. */
import type { Command, Reply } from '../src/core/command.js'
import type { Mover } from '../src/ports.js'
import type { Party } from './engine/engine.js'
import type { AnswerFate } from './faults/fault-plan.js'
import type { PortLatency } from './latency.js'
import type { ControlPlane } from './mayastor/control-plane.js'

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
      const busy = begin(control, command)
      const reply = await party.call(latency.commandUs, () => busy ?? finish(control, command))
      if (drawn.kind === 'lost') {
        await party.call(timeoutUs, () => null)
        return { kind: 'unknown', why: 'no answer within 15 s' }
      }
      if (drawn.delayUs > 0) await party.call(drawn.delayUs, () => null)
      return reply
    },
  }
}

/** A change of a volume holds it from when it is taken up until it is done. */
export function begin(control: ControlPlane, command: Command): Reply | null {
  return command.kind === 'set-replica-count' ? control.begin(command.volume, 'SetReplica') : null
}

export function finish(control: ControlPlane, command: Command): Reply {
  const reply = perform(control, command)
  if (command.kind === 'set-replica-count') control.end(command.volume)
  return reply
}

export function perform(control: ControlPlane, command: Command): Reply {
  const { cordons } = control
  switch (command.kind) {
    case 'set-replica-count':
      return control.setReplicaCount(command.volume, command.count)
    case 'cordon-pool':
      return cordons.cordonPool(command.pool, command.scopes)
    case 'uncordon-pool':
      return cordons.uncordonPool(command.pool, command.scopes)
    case 'cordon-node':
      return cordons.cordonNode(command.node, command.label)
    case 'uncordon-node':
      return cordons.uncordonNode(command.node, command.label)
    case 'label-pool':
      return cordons.labelPool(command.pool, command.key, command.value)
    case 'unlabel-pool':
      return cordons.labelPool(command.pool, command.key, null)
  }
}
