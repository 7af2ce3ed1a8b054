/** A baseline: every volume stays where it is. What a policy saves is measured against it. */
import type { Tiering } from './tiering.js'

export const frozen: Tiering = {
  name: 'Frozen',
  decidesByHeat: false,
  wish: from => ({ to: from, reason: 'baseline-stay' }),
}
