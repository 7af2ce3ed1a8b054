/** A baseline: every volume on the cold tier, whatever its heat. */
import type { Tiering } from './tiering.js'

export const allCold: Tiering = {
  name: 'AllCold',
  decidesByHeat: false,
  wish: from => ({ to: 'cold', reason: from === 'cold' ? 'baseline-stay' : 'baseline-move' }),
}
