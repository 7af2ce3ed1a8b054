/** The help text of a scenario's field, by its path of names. */
import type { FieldTable } from '../../src/core/field.js'
import { storagePolicyFields } from '../../src/core/resources.js'
import {
  assumptionFields,
  clusterFields,
  codingFields,
  faultFields,
  loopFields,
  poolFields,
  pricesFields,
  scenarioFields,
  shareFields,
  sloFields,
  spreadFields,
  syntheticFields,
  volumeFields,
  workloadFields,
} from './tables.js'

const tables: Readonly<Record<string, FieldTable>> = {
  '': scenarioFields,
  cluster: clusterFields,
  'cluster.pools': poolFields,
  'cluster.volumes': volumeFields,
  'policies.spec': storagePolicyFields,
  coding: codingFields,
  workload: workloadFields,
  'workload.spread': spreadFields,
  'workload.synthetic': syntheticFields,
  'workload.synthetic.shares': shareFields,
  loop: loopFields,
  prices: pricesFields,
  slo: sloFields,
  faults: faultFields,
  assumptions: assumptionFields,
}

export function helpOf(path: readonly string[]): string | null {
  const table = tables[path.slice(0, -1).join('.')]
  const help = table?.[path[path.length - 1] ?? '']?.help ?? ''
  return help === '' ? null : help
}
