/**
 * Who goes first: demotions that free a full tier, promotions, other demotions, then volumes to be
 * coded; within a class by benefit a byte, grown with age, and after a day of waiting strictly by
 * age, so that nothing starves behind later ones of its class.
 */

export type MoveClass = 'finish' | 'free-full-tier' | 'promotion' | 'demotion' | 'conversion'

export interface Wanting {
  readonly moveClass: MoveClass
  readonly heatIops: number
  readonly sizeBytes: number
  /** Since when it wants to move. */
  readonly sinceUs: number
  /** Ties are broken by name, so that the order is the same everywhere. */
  readonly name: string
}

const rank: Readonly<Record<MoveClass, number>> = {
  finish: 0,
  'free-full-tier': 1,
  promotion: 2,
  demotion: 3,
  conversion: 4,
}

const hourUs = 3_600_000_000
const patienceUs = 24 * hourUs
const gibibyte = 1_073_741_824

export function inOrder<Item extends Wanting>(items: readonly Item[], nowUs: number): Item[] {
  return [...items].sort((a, b) => compare(a, b, nowUs))
}

function compare(a: Wanting, b: Wanting, nowUs: number): number {
  if (a.moveClass !== b.moveClass) return rank[a.moveClass] - rank[b.moveClass]
  const aIsOld = nowUs - a.sinceUs >= patienceUs
  const bIsOld = nowUs - b.sinceUs >= patienceUs
  if (aIsOld !== bIsOld) return aIsOld ? -1 : 1
  if (aIsOld && a.sinceUs !== b.sinceUs) return a.sinceUs - b.sinceUs
  const difference = score(b, nowUs) - score(a, nowUs)
  if (difference !== 0) return difference
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

/**
 * IOPS a GiB that get faster, or bytes of idleness that get cheaper, grown by the hours of waiting.
 */
function score(item: Wanting, nowUs: number): number {
  const hours = Math.floor((nowUs - item.sinceUs) / hourUs)
  const benefit =
    item.moveClass === 'promotion'
      ? (item.heatIops * gibibyte) / Math.max(1, item.sizeBytes)
      : 1 / (1 + item.heatIops)
  return benefit * (1 + hours)
}
