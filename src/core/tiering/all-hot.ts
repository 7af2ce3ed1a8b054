/** A baseline: every volume on the hot tier, whatever its heat. */
import type { Tiering } from './tiering.js'

export const allHot: Tiering = {
  name: 'AllHot',
  decidesByHeat: false,
  wish: from => ({ to: 'hot', reason: from === 'hot' ? 'baseline-stay' : 'baseline-move' }),
}
