/** Watermarks with two edges: a volume between the edges of its tier stays where it is. */
import type { Marks, Tiering, Wish } from './tiering.js'

const toHot: Wish = { to: 'hot', reason: 'at-or-above-high' }
const upToWarm: Wish = { to: 'warm', reason: 'at-or-above-warm' }
const downToWarm: Wish = { to: 'warm', reason: 'below-warm' }
const toCold: Wish = { to: 'cold', reason: 'at-or-below-low' }
const stayHot: Wish = { to: 'hot', reason: 'between-watermarks' }
const stayWarm: Wish = { to: 'warm', reason: 'between-watermarks' }
const stayCold: Wish = { to: 'cold', reason: 'between-watermarks' }

export const watermarks: Tiering = {
  name: 'Watermarks',
  decidesByHeat: true,
  wish(from, heatIops, marks: Marks) {
    if (from === 'hot') {
      if (heatIops <= marks.lowIops) return toCold
      return marks.warmIsOn && heatIops < marks.warmIops ? downToWarm : stayHot
    }
    if (heatIops >= marks.highIops) return toHot
    if (from === 'warm') return heatIops <= marks.lowIops ? toCold : stayWarm
    return marks.warmIsOn && heatIops >= marks.warmIops ? upToWarm : stayCold
  },
}
