/** Marks that no volume can reach, or none ever did: the tier above them is dead weight. */
import type { Advice } from '../advice.js'
import { peakHeats, quantile, roundMark } from '../evidence/peaks.js'
import { count } from '../figures.js'
import type { Run } from '../run.js'
import { type IndexedPolicy, policyOf, setPolicy } from './setting.js'

export function unreachableMarks(run: Run): Advice | null {
  const policy = policyOf(run.detail, new Set(run.detail.decisions.map(row => row.volume)))
  if (policy === null || policy.policy.spec.algorithm !== 'Watermarks') return null
  return beyondTheTier(run, policy) ?? neverReached(run, policy)
}

/** The condition says how much a volume of the tier can show. */
const servedPattern = /^(\w+) (\d+) is above the (\d+) IOPS that a volume on (\w+) can show/

function beyondTheTier(run: Run, policy: IndexedPolicy): Advice | null {
  const told = run.result.conditions.findLast(one => /watermark/i.test(one.condition))
  if (told === undefined) return null
  for (const text of told.text.split('; ')) {
    const match = servedPattern.exec(text)
    if (match === null) continue
    const [, mark, , served, tier] = match
    const reachable = roundMark(Number(served) * 0.7)
    const flags = lowered(policy, mark === 'high' ? { high: reachable } : { warm: reachable })
    return {
      title: `Lower the ${mark} mark to what a volume on ${tier} can show`,
      why: [
        `The ${tier} pools serve one volume at most ${count(Number(served))} IOPS,`,
        'so none of theirs ever goes up.',
      ].join(' '),
      flags,
    }
  }
  return null
}

function neverReached(run: Run, policy: IndexedPolicy): Advice | null {
  const peaks = peakHeats(run.detail)
  const hottest = quantile(peaks, 1)
  const { highWatermarkIops } = policy.policy.spec
  if (hottest === null || hottest >= highWatermarkIops || hottest < 50) return null
  const target = roundMark(quantile(peaks, 0.9) ?? hottest)
  return {
    title: 'Lower the high mark to where volumes are',
    why: [
      `No volume ever reached ${count(highWatermarkIops)} IOPS;`,
      `the hottest peaked at ${count(hottest)}, a tenth of them above ${count(target)}.`,
    ].join(' '),
    flags: lowered(policy, { high: target }),
  }
}

/** The other marks follow, so that low < warm < high still holds. */
function lowered(
  { index, policy }: IndexedPolicy,
  wanted: { readonly high?: number; readonly warm?: number },
): readonly string[] {
  const { highWatermarkIops, warmWatermarkIops, lowWatermarkIops } = policy.spec
  const hasWarm = policy.spec.warmPoolSelector !== undefined && warmWatermarkIops > 0
  const high = Math.max(3, wanted.high ?? highWatermarkIops)
  const warmLimit = wanted.warm ?? Math.min(warmWatermarkIops, roundMark(high * 0.4))
  const warm = Math.max(2, Math.min(warmLimit, high - 1))
  const ceiling = hasWarm ? warm : high
  const low = lowWatermarkIops < ceiling ? lowWatermarkIops : Math.floor(ceiling / 4)
  const flags: string[] = []
  if (high !== highWatermarkIops) flags.push(setPolicy(index, 'highWatermarkIOPS', high))
  if (hasWarm && warm !== warmWatermarkIops) flags.push(setPolicy(index, 'warmWatermarkIOPS', warm))
  if (low !== lowWatermarkIops) flags.push(setPolicy(index, 'lowWatermarkIOPS', low))
  return flags
}
