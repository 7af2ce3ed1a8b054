/**
 * What to change, at most three, each with the flag to try; the most telling evidence comes first.
 */
import { coldBursts } from './advice/cold-bursts.js'
import { cooldownTooLong } from './advice/cooldown.js'
import { flapping } from './advice/flapping.js'
import { unreachableMarks } from './advice/marks.js'
import { fixable } from './advice/obstacles.js'
import { thinSamples } from './advice/samples.js'
import { fullTiers } from './advice/tier-full.js'
import { type ReportInput, runsOf } from './run.js'

export interface Advice {
  readonly title: string
  /** What was seen that speaks for it. */
  readonly why: string
  /** As the command line takes them; empty where no setting helps. */
  readonly flags: readonly string[]
}

const mostAdvice = 3

export function advice(input: ReportInput): readonly Advice[] {
  const runs = runsOf(input)
  if (runs.judged.result.laws.violations.length > 0) return []
  const found = [
    unreachableMarks(runs.judged),
    flapping(runs.judged),
    thinSamples(runs.judged),
    coldBursts(runs),
    fullTiers(runs.judged, input.poolGroups),
    cooldownTooLong(runs.judged),
    fixable(runs.judged),
  ].filter(one => one !== null)
  const settings = new Set<string>()
  const distinct = found.filter(one => {
    const paths = one.flags.map(pathOf)
    if (paths.some(path => settings.has(path))) return false
    for (const path of paths) settings.add(path)
    return true
  })
  return distinct.slice(0, mostAdvice)
}

/** Two pieces of advice must not pull at one setting. */
function pathOf(flag: string): string {
  return flag.slice(0, flag.indexOf('='))
}
