/** StoragePolicy manifests into values: every problem at once, each with the field's path. */
import { given, good, isObject, type Parsed, type Problem, parseByTable } from './field.js'
import { readManifest } from './manifest.js'
import { policyName } from './model.js'
import { type PolicyObject, type StoragePolicySpec, storagePolicyFields } from './resources.js'

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
  return { name: policyName(name), generation: 1, spec: parsed.value, coding: null, problems: [] }
}

export function parseStoragePolicy(raw: unknown): Parsed<PolicyObject> {
  const manifest = readManifest(raw, 'StoragePolicy')
  const spec = parseStoragePolicySpec(manifest.spec, 'spec')
  const problems = [...manifest.problems, ...(spec.ok ? [] : spec.problems)]
  if (!spec.ok || problems.length > 0) return { ok: false, problems }
  const { name, generation } = manifest
  return good({ name: policyName(name), generation, spec: spec.value, coding: null, problems: [] })
}

export function parseStoragePolicySpec(
  raw: Readonly<Record<string, unknown>>,
  path: string,
): Parsed<StoragePolicySpec> {
  const parsed = parseByTable(storagePolicyFields, raw, path)
  const problems = [...(parsed.ok ? [] : parsed.problems), ...watermarkProblems(raw, path)]
  if (!parsed.ok || problems.length > 0) return { ok: false, problems }
  return good(parsed.value as StoragePolicySpec)
}

type Watermark = 'highWatermarkIOPS' | 'warmWatermarkIOPS' | 'lowWatermarkIOPS'

/**
 * low < warm < high where warm is on, else low < high: checked on the raw figures, beside other
 * errors.
 */
function watermarkProblems(raw: Readonly<Record<string, unknown>>, path: string): Problem[] {
  const warm = figure(raw, 'warmWatermarkIOPS')
  const warmIsOn = isObject(given(raw, 'warmPoolSelector')) && warm !== null && warm > 0
  const rules: readonly (readonly [Watermark, Watermark])[] = warmIsOn
    ? [
        ['lowWatermarkIOPS', 'warmWatermarkIOPS'],
        ['warmWatermarkIOPS', 'highWatermarkIOPS'],
      ]
    : [['lowWatermarkIOPS', 'highWatermarkIOPS']]
  const hint = warmIsOn ? 'choose low < warm < high' : 'choose low < high'
  return rules.flatMap(([below, above]) => {
    const lower = figure(raw, below)
    const upper = figure(raw, above)
    if (lower === null || upper === null || lower < upper) return []
    const message = `${below} is ${lower}, not below ${above} ${upper}`
    return [{ code: 'FIELD_INVALID' as const, path: `${path}.${below}`, message, hint }]
  })
}

/** Null where the field has a problem of its own. */
function figure(raw: Readonly<Record<string, unknown>>, name: Watermark): number | null {
  const row = storagePolicyFields[name]
  const parsed = row.kind.parse(given(raw, name) ?? row.fallback, name)
  return parsed.ok ? parsed.value : null
}
