/** Which volumes wanted to move and could not, and which had to wait. */
import { delayed, type HeldBack, heldBack } from '../evidence/waits.js'
import { count, counted } from '../figures.js'
import type { Run } from '../run.js'
import type { Statement } from '../statement.js'
import { listed, strong } from '../text.js'

export function held(judged: Run): Statement {
  const stuck = heldBack(judged.detail)
  const waited = delayed(judged.detail)
  const later =
    waited.volumes === 0 ? '' : ` ${count(waited.volumes)} had to wait: ${named(waited)}.`
  if (stuck.volumes === 0) {
    const text =
      waited.volumes === 0
        ? 'No volume that wanted to move was held back.'
        : 'Every volume that wanted to move could, in time.'
    return {
      topic: 'held-back',
      mark: waited.volumes === 0 ? 'good' : 'plain',
      text: [text, later],
    }
  }
  const begin = counted(
    stuck.volumes,
    'volume wanted to move and could not',
    'volumes wanted to move and could not',
  )
  return { topic: 'held-back', mark: 'bad', text: [strong(begin), `: ${named(stuck)}.`, later] }
}

function named(held: HeldBack): string {
  const reasons = held.byReason.slice(0, 4).map(one => `${count(one.volumes)} ${one.reason}`)
  const rest = held.byReason.length - reasons.length
  return rest > 0 ? `${reasons.join(', ')} and ${rest} other reasons` : listed(reasons)
}
