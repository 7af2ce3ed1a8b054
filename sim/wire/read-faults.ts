/** Faults by request: as a scenario writes them, with times that count from now. */
import { isObject, listOf, type Problem } from '../../src/core/field.js'
import { faultsOf } from '../scenario/faults.js'
import { record } from '../scenario/kinds.js'
import type { Fault, ScenarioPool } from '../scenario/model.js'
import { invalid } from '../scenario/names.js'
import { faultFields } from '../scenario/tables.js'

export type ReadFaults =
  | { readonly kind: 'faults'; readonly faults: readonly Fault[] }
  | { readonly kind: 'wrong'; readonly problems: readonly Problem[] }

/** One fault, or a list of them; one that does not say when begins now. */
export function readFaults(
  body: unknown,
  nowUs: number,
  pools: readonly ScenarioPool[],
): ReadFaults {
  const given: readonly unknown[] = Array.isArray(body) ? body : [body]
  const timed = given.map(one => (isObject(one) ? { at: '0s', ...one } : one))
  const parsed = listOf(record(faultFields)).parse(timed, '.faults')
  if (!parsed.ok) return { kind: 'wrong', problems: parsed.problems }
  const problems: Problem[] = []
  const faults = faultsOf(parsed.value, nowUs, pools, problems)
  if (faults.some(fault => fault.kind === 'operator')) {
    problems.push(invalid('.operator', 'no operator runs in here', 'kill the one that runs'))
  }
  return problems.length > 0 ? { kind: 'wrong', problems } : { kind: 'faults', faults }
}
