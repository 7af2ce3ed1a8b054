/** What moved, and what of it soon came back. */
import { reversalsOf } from '../evidence/flapping.js'
import { bytes, count, counted } from '../figures.js'
import type { Run } from '../run.js'
import type { Statement } from '../statement.js'
import { listed, strong } from '../text.js'

export function moves(judged: Run): Statement {
  const { migrations } = judged.result
  const { failed, rolledBack } = migrations
  const ended = [
    failed > 0 ? `${count(failed)} failed${because(judged)}` : '',
    rolledBack > 0 ? `${count(rolledBack)} ${rolledBack === 1 ? 'was' : 'were'} rolled back` : '',
  ].filter(text => text !== '')
  const { completed, decided, movedBytes, reversedWithin48h } = migrations
  if (decided === 0) return { topic: 'moves', mark: 'plain', text: ['No moves.'] }
  const reversals = reversedWithin48h === 0 ? 'none' : count(reversedWithin48h)
  const isFlapping = reversedWithin48h * 10 >= completed && reversedWithin48h > 0
  const volumes = new Set(reversalsOf(judged.detail.migrations).map(one => one.volume)).size
  const by = volumes === 0 ? '' : ` (${counted(volumes, 'volume', 'volumes')})`
  return {
    topic: 'moves',
    mark: isFlapping || ended.length > 0 ? 'bad' : 'plain',
    text: [
      strong(`${counted(completed, 'move', 'moves')}, ${bytes(movedBytes)}`),
      `, ${reversals} of them reversed within 48 h${by}.`,
      ended.length === 0 ? '' : ` Of ${count(decided)} begun, ${listed(ended)}.`,
    ],
  }
}

/** The reasons that migrations failed for, the most frequent first. */
function because(judged: Run): string {
  const causes = new Map<string, number>()
  for (const { outcome, why } of judged.detail.migrations) {
    if (outcome === null || outcome === 'completed' || outcome === 'rolled-back') continue
    if (why !== null) causes.set(why, (causes.get(why) ?? 0) + 1)
  }
  const told = [...causes].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
  return told.length === 0
    ? ''
    : ` (${told
        .slice(0, 3)
        .map(([why, times]) => `${times} ${why}`)
        .join(', ')})`
}
