/** StoragePolicy manifests into values: every problem at once, each with the field's path. */
import { good, isObject, type Parsed, type Problem, parseByTable, unknownFields } from './field.js'
import { policyName } from './model.js'
import {
  group,
  type PolicyObject,
  type StoragePolicySpec,
  storagePolicyFields,
} from './resources.js'

/** The default policy of the documentation, for pools that are labelled `storage-tier`. */
export function defaultPolicy(name: string): PolicyObject {
  const tier = (value: string) => ({ matchLabels: { 'storage-tier': value }, matchExpressions: [] })
  const parsed = parseStoragePolicySpec(
    {
      hotPoolSelector: tier('hot'),
      warmPoolSelector: tier('warm'),
      coldPoolSelector: tier('cold'),
    },
    'spec',
  )
  if (!parsed.ok) throw new Error('the defaults of the table do not parse')
  return { name: policyName(name), generation: 1, spec: parsed.value, problems: [] }
}

/** A StoragePolicy manifest. Every problem is reported at once, with the field's path. */
export function parseStoragePolicy(raw: unknown): Parsed<PolicyObject> {
  const problems = manifestProblems(raw, 'StoragePolicy')
  if (!isObject(raw)) return { ok: false, problems }
  const spec = parseStoragePolicySpec(isObject(raw.spec) ? raw.spec : {}, 'spec')
  if (!spec.ok) return { ok: false, problems: [...problems, ...spec.problems] }
  if (problems.length > 0) return { ok: false, problems }
  const metadata = isObject(raw.metadata) ? raw.metadata : {}
  const generation = typeof metadata.generation === 'number' ? metadata.generation : 1
  const name = policyName(String(metadata.name))
  return good({ name, generation, spec: spec.value, problems: [] })
}

export function parseStoragePolicySpec(
  raw: Readonly<Record<string, unknown>>,
  path: string,
): Parsed<StoragePolicySpec> {
  const parsed = parseByTable(storagePolicyFields, raw, path)
  const problems = [...watermarkProblems(raw, path), ...(parsed.ok ? [] : parsed.problems)]
  if (!parsed.ok || problems.length > 0) return { ok: false, problems }
  return good(parsed.value as StoragePolicySpec)
}

/** low < warm < high where warm is on, else low < high: checked on the raw figures, beside other errors. */
function watermarkProblems(raw: Readonly<Record<string, unknown>>, path: string): Problem[] {
  const figure = (name: 'highWatermarkIOPS' | 'warmWatermarkIOPS' | 'lowWatermarkIOPS'): number =>
    Number(raw[name] ?? storagePolicyFields[name].fallback)
  const high = figure('highWatermarkIOPS')
  const warm = figure('warmWatermarkIOPS')
  const low = figure('lowWatermarkIOPS')
  const problem = (name: string, message: string, hint: string): Problem[] => [
    { code: 'FIELD_INVALID', path: `${path}.${name}`, message, hint },
  ]
  const warmIsOn = isObject(raw.warmPoolSelector) && warm > 0
  if (warmIsOn && low >= warm) {
    return problem(
      'lowWatermarkIOPS',
      `lowWatermarkIOPS is ${low}, not below warmWatermarkIOPS ${warm}`,
      'choose low < warm < high',
    )
  }
  if (warmIsOn && warm >= high) {
    return problem(
      'warmWatermarkIOPS',
      `warmWatermarkIOPS is ${warm}, not below highWatermarkIOPS ${high}`,
      'choose low < warm < high',
    )
  }
  if (low >= high) {
    return problem(
      'lowWatermarkIOPS',
      `lowWatermarkIOPS is ${low}, not below highWatermarkIOPS ${high}`,
      'choose low < high',
    )
  }
  return []
}

function manifestProblems(raw: unknown, kind: string): Problem[] {
  if (!isObject(raw)) {
    const message = 'the document is no manifest'
    return [
      {
        code: 'FIELD_INVALID',
        path: '',
        message,
        hint: `give apiVersion, kind ${kind}, metadata and spec`,
      },
    ]
  }
  const known = ['apiVersion', 'kind', 'metadata', 'spec', 'status']
  const problems: Problem[] = unknownFields(known, raw, '').map(one => ({
    ...one,
    path: one.path.slice(1),
  }))
  const must = (name: string, holds: boolean, hint: string): void => {
    const code = raw[name] === undefined ? 'FIELD_MISSING' : 'FIELD_INVALID'
    if (!holds) problems.push({ code, path: name, message: `${name} is not as it must be`, hint })
  }
  must('apiVersion', raw.apiVersion === `${group}/v1`, `give ${group}/v1`)
  must('kind', raw.kind === kind, `give ${kind}`)
  const name = isObject(raw.metadata) ? raw.metadata.name : undefined
  must('metadata', typeof name === 'string' && name !== '', 'give metadata.name')
  must('spec', raw.spec === undefined || raw.spec === null || isObject(raw.spec), 'give an object')
  return problems
}
