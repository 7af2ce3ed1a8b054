/** A broken law comes before everything else: nothing after it can be relied on. */
import type { RunResult } from '../../src/core/result.js'
import { counted } from '../figures.js'
import type { Statement } from '../statement.js'
import { strong } from '../text.js'

export function laws(result: RunResult): Statement | null {
  const { violations } = result.laws
  const [first] = violations
  if (first === undefined) return null
  const others = violations.length - 1
  const more = others === 0 ? '' : ` And ${counted(others, 'more violation', 'more violations')}.`
  return {
    topic: 'laws',
    mark: 'bad',
    text: [
      strong(`Law ${first.law} was broken: ${first.text}.`),
      `${more} This is a defect of CoucheStor: do not rely on what follows, and report it.`,
    ],
  }
}
