/** Of several settings, which is cheapest and which is fastest. */
import { count, latency, money } from '../figures.js'
import { candidates, type Run, type Runs, shortName } from '../run.js'
import type { Statement } from '../statement.js'
import { strong, type Text } from '../text.js'

export function sweep(runs: Runs): Statement | null {
  const swept = candidates(runs)
  if (swept.length < 2) return null
  const isMean = swept.some(run => run.result.latencyUs.all.p99 === null)
  const delay = ({ result }: Run): number | null =>
    isMean ? result.latencyUs.all.mean : result.latencyUs.all.p99
  const cheapest = least(swept, run => run.result.cost?.perMonth ?? null)
  const fastest = least(swept, delay)
  const text: Text = [
    `Of ${count(swept.length)} settings `,
    ...(cheapest === null
      ? []
      : [strong(shortName(cheapest.result.name)), ` is the cheapest (${price(cheapest)} a month)`]),
    cheapest !== null && fastest !== null ? ' and ' : '',
    ...(fastest === null
      ? []
      : [
          strong(shortName(fastest.result.name)),
          ` the fastest (${isMean ? 'mean' : 'p99'} ${latency(delay(fastest))})`,
        ]),
    '.',
  ]
  return cheapest === null && fastest === null ? null : { topic: 'sweep', mark: 'plain', text }
}

/** The first of those with the least; null where nobody has a figure. */
export function least(runs: readonly Run[], figure: (run: Run) => number | null): Run | null {
  let best: Run | null = null
  let bestFigure = Number.POSITIVE_INFINITY
  for (const run of runs) {
    const own = figure(run)
    if (own === null || own >= bestFigure) continue
    best = run
    bestFigure = own
  }
  return best
}

function price({ result }: Run): string {
  return result.cost === null ? '' : money(result.cost.perMonth, result.cost.currency)
}
