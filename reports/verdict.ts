/**
 * The first screen in words: what the policy costs, what is paid for it in latency, what moved,
 * what could not, and how far to trust it. The terminal and the page say these same sentences.
 */
import { type ReportInput, runsOf } from './run.js'
import type { Statement } from './statement.js'
import { coding } from './verdict/coding.js'
import { cost } from './verdict/cost.js'
import { held } from './verdict/held.js'
import { latencies } from './verdict/latency.js'
import { laws } from './verdict/laws.js'
import { moves } from './verdict/moves.js'
import { slower } from './verdict/slower.js'
import { sweep } from './verdict/sweep.js'
import { trust } from './verdict/trust.js'

export function verdict(input: ReportInput): readonly Statement[] {
  const runs = runsOf(input)
  const statements = [
    laws(runs),
    cost(runs),
    sweep(runs),
    latencies(runs),
    slower(runs),
    moves(runs.judged),
    coding(runs.judged.result),
    held(runs.judged),
    trust(input),
  ]
  return statements.filter(statement => statement !== null)
}
