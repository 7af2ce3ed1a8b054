/** A broken law comes before everything else: nothing after it can be relied on. */
import { counted } from '../figures.js'
import type { Runs } from '../run.js'
import type { Statement } from '../statement.js'
import { strong } from '../text.js'

export function laws(runs: Runs): Statement | null {
  const broken = runs.all.flatMap(({ result }) =>
    result.laws.violations.map(violation => ({ ...violation, run: result.name })),
  )
  const [first] = broken
  if (first === undefined) return null
  const where = first.run === runs.judged.result.name ? '' : ` in the run ${first.run}`
  const others = broken.length - 1
  const more = others === 0 ? '' : ` And ${counted(others, 'more violation', 'more violations')}.`
  return {
    topic: 'laws',
    mark: 'bad',
    text: [
      strong(`Law ${first.law} was broken${where}: ${first.text}.`),
      `${more} This is a defect of CoucheStor: do not rely on what follows, and report it.`,
    ],
  }
}
