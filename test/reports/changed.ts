/** The made-up run with something else in it, and what the verdict says of it. */
import type { ReportInput } from '../../reports/run.js'
import type { Statement, Topic } from '../../reports/statement.js'
import { plain } from '../../reports/text.js'
import { verdict } from '../../reports/verdict.js'
import type { Cost, RunDetail, RunResult } from '../../src/core/result.js'
import { reportInput } from './fixture.js'

export const usual = reportInput()
export const [judged, frozen] = usual.document.runs
export const cost: Cost = judged.cost ?? fail()

function fail(): never {
  throw new Error('the made-up run has a cost')
}

/** In the first run's result, or in the first baseline's. */
export function changed(own: Partial<RunResult>, base: Partial<RunResult> = {}): ReportInput {
  const [first, second, ...others] = usual.document.runs
  const runs = [{ ...first, ...own }, { ...second, ...base }, ...others]
  return { ...usual, document: { ...usual.document, runs } }
}

export function withDetail(detail: Partial<RunDetail>, input = usual): ReportInput {
  const [first, ...others] = input.details
  return { ...input, details: [{ ...first, ...detail }, ...others] }
}

export function said(input: ReportInput, topic: Topic): string | null {
  const statement = statementOf(input, topic)
  return statement === null ? null : plain(statement.text)
}

export function markOf(input: ReportInput, topic: Topic): Statement['mark'] | null {
  return statementOf(input, topic)?.mark ?? null
}

function statementOf(input: ReportInput, topic: Topic): Statement | null {
  return verdict(input).find(one => one.topic === topic) ?? null
}
