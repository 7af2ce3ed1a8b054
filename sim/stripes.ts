/** The stripes port of one party: commands to the modelled coder, and its answers. */
import type { Stripes } from '../src/ports.js'
import type { CoderPlane } from './coding/coder-plane.js'
import type { Party } from './engine/engine.js'
import type { AnswerFate } from './faults/fault-plan.js'
import type { PortLatency } from './latency.js'

/** An answer that did not come until then is unknown. */
const timeoutUs = 15_000_000

export function stripesOf(
  coder: CoderPlane,
  party: Party,
  latency: PortLatency,
  fate: () => AnswerFate,
): Stripes {
  return {
    async send(command) {
      const drawn = fate()
      const reply = await party.call(latency.commandUs, () => coder.perform(command))
      if (drawn.kind === 'lost') {
        await party.call(timeoutUs, () => null)
        return { kind: 'unknown', why: 'no answer within 15 s' }
      }
      if (drawn.delayUs > 0) await party.call(drawn.delayUs, () => null)
      return reply
    },
  }
}
