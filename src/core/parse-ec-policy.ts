/**
 * ErasureCodingPolicy manifests into values. A manifest that breaks the contract is refused, every
 * problem at once; a shape that no code has is an object in phase Invalid, with the reasons.
 */
import { good, type Parsed, type Problem, parseByTable } from './field.js'
import { readManifest } from './manifest.js'
import {
  type ErasureCodingPolicyObject,
  type ErasureCodingPolicySpec,
  erasureCodingPolicyFields,
} from './resources.js'

export function parseErasureCodingPolicy(raw: unknown): Parsed<ErasureCodingPolicyObject> {
  const manifest = readManifest(raw, 'ErasureCodingPolicy')
  const spec = parseErasureCodingSpec(manifest.spec, 'spec')
  const problems = [...manifest.problems, ...(spec.ok ? [] : spec.problems)]
  if (!spec.ok || problems.length > 0) return { ok: false, problems }
  const { name, generation } = manifest
  return good({ name, generation, spec: spec.value, invalid: whyInvalid(spec.value) })
}

export function parseErasureCodingSpec(
  raw: Readonly<Record<string, unknown>>,
  path: string,
): Parsed<ErasureCodingPolicySpec> {
  const parsed = parseByTable(erasureCodingPolicyFields, raw, path)
  if (!parsed.ok) return parsed
  const read = parsed.value as Omit<ErasureCodingPolicySpec, 'minHealthyShards'> & {
    readonly minHealthyShards: number | null
  }
  const { dataShards } = read
  const minHealthyShards = read.minHealthyShards ?? dataShards
  if (minHealthyShards >= dataShards) return good({ ...read, minHealthyShards })
  return { ok: false, problems: [tooFewHealthy(minHealthyShards, dataShards, path)] }
}

function tooFewHealthy(minHealthyShards: number, dataShards: number, path: string): Problem {
  return {
    code: 'FIELD_INVALID',
    path: `${path}.minHealthyShards`,
    message: `minHealthyShards is ${minHealthyShards}, below dataShards ${dataShards}`,
    hint: `give ${dataShards} or more, or leave it out`,
  }
}

/**
 * Why no code fits the shape, in sentences; none: phase Ready. What an engine can do is asked
 * later.
 */
export function whyInvalid(spec: ErasureCodingPolicySpec): readonly string[] {
  const { dataShards, parityShards, minHealthyShards } = spec
  const reasons: string[] = []
  const shards = dataShards + parityShards
  if (minHealthyShards > shards) {
    reasons.push(`minHealthyShards is ${minHealthyShards}, and a stripe has ${shards} shards.`)
  }
  if (spec.algorithm === 'LRC' && dataShards % 2 !== 0) {
    reasons.push(`LRC has two local groups, and ${dataShards} data shards are an odd number.`)
  }
  if (spec.algorithm === 'LRC' && parityShards < 3) {
    reasons.push(
      `LRC has two local parities and at least a global one, and parityShards is ${parityShards}.`,
    )
  }
  return reasons
}
