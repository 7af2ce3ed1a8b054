/** A refusal of the control plane. */
import type { Refusal, Reply } from '../../src/core/command.js'

export function refused(refusal: Refusal, text: string): Reply {
  return { kind: 'refused', refusal, text }
}
