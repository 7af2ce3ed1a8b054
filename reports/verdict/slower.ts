/** Which volumes got slower, the worst by name, and when. */
import { slowdowns, slowHours } from '../evidence/slower.js'
import { counted, latencyChange } from '../figures.js'
import type { Runs } from '../run.js'
import type { Statement } from '../statement.js'
import { strong } from '../text.js'

export function slower(runs: Runs): Statement | null {
  if (runs.baseline === null) return null
  const { slower: listed, slowerVolumes } = runs.judged.result
  const number = slowerVolumes ?? listed.length
  const [worst] = slowdowns(runs.judged)
  if (number === 0) return { topic: 'slower', mark: 'good', text: ['No volume got slower.'] }
  const begin = strong(counted(number, 'volume got slower', 'volumes got slower'))
  if (worst === undefined) return { topic: 'slower', mark: 'bad', text: [begin, '.'] }
  const hours = slowHours(worst.volume, runs)
  const kind = worst.figure === 'mean' ? ' in the mean' : ''
  const figures = `${latencyChange(worst.fromUs, worst.toUs)}${kind}`
  const when = hours === null ? '' : `, ${hours}`
  const lead = number === 1 ? ': ' : '; the worst: '
  return {
    topic: 'slower',
    mark: 'bad',
    text: [begin, lead, strong(worst.volume), `, ${figures}${when}.`],
  }
}
