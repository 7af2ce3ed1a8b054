/**
 * What every tiering algorithm is: from a volume's tier and heat to the tier that its use deserves.
 */
import type { Tier } from '../model.js'
import type { ReasonCode } from '../reasons.js'

export interface Marks {
  readonly highIops: number
  readonly warmIops: number
  readonly lowIops: number
  readonly warmIsOn: boolean
}

export interface Wish {
  readonly to: Tier
  readonly reason: ReasonCode
}

export interface Tiering {
  readonly name: string
  /** An algorithm that decides by heat decides nothing on unknown heat. */
  readonly decidesByHeat: boolean
  /** The tier it should be on; `to` equals `from` when it should stay. */
  wish(from: Tier, heatIops: number, marks: Marks): Wish
}

const speed: Readonly<Record<Tier, number>> = { hot: 2, warm: 1, cold: 0 }

export function isDownward(from: Tier, to: Tier): boolean {
  return speed[to] < speed[from]
}
