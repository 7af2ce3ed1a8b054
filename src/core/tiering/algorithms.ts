/** The algorithms that a policy can name. A new one is a file beside these and a row here. */
import type { StoragePolicySpec } from '../resources.js'
import { allCold } from './all-cold.js'
import { allHot } from './all-hot.js'
import { frozen } from './frozen.js'
import type { Tiering } from './tiering.js'
import { watermarks } from './watermarks.js'

export const tierings: Readonly<Record<StoragePolicySpec['algorithm'], Tiering>> = {
  Watermarks: watermarks,
  AllHot: allHot,
  AllCold: allCold,
  Frozen: frozen,
}
