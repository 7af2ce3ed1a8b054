/** Watermarks with two edges: a volume between the edges of its tier stays where it is. */
import type { Marks, Tiering, Wish } from './tiering.js'

const toHot: Wish = { to: 'hot', reason: 'at-or-above-high' }
const upToWarm: Wish = { to: 'warm', reason: 'at-or-above-warm' }
const downToWarm: Wish = { to: 'warm', reason: 'below-warm' }
const toCold: Wish = { to: 'cold', reason: 'at-or-below-low' }
const hotAboveWarm: Wish = { to: 'hot', reason: 'hot-above-warm' }
const hotAboveLow: Wish = { to: 'hot', reason: 'hot-above-low' }
const stayWarm: Wish = { to: 'warm', reason: 'between-watermarks' }
const coldBelowWarm: Wish = { to: 'cold', reason: 'cold-below-warm' }
const coldBelowHigh: Wish = { to: 'cold', reason: 'cold-below-high' }

export const watermarks: Tiering = {
  name: 'Watermarks',
  decidesByHeat: true,
  wish(from, heatIops, marks) {
    if (from === 'hot') return fromHot(heatIops, marks)
    if (heatIops >= marks.highIops) return toHot
    if (from === 'warm') return heatIops <= marks.lowIops ? toCold : stayWarm
    if (!marks.warmIsOn) return coldBelowHigh
    return heatIops >= marks.warmIops ? upToWarm : coldBelowWarm
  },
}

function fromHot(heatIops: number, marks: Marks): Wish {
  if (heatIops <= marks.lowIops) return toCold
  if (!marks.warmIsOn) return hotAboveLow
  return heatIops < marks.warmIops ? downToWarm : hotAboveWarm
}
