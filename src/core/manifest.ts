/** What all manifests of the group have in common: apiVersion, kind, a name, a spec. */
import { given, isObject, type Problem, unknownFields } from './field.js'

export const group = 'storage.billyronks.io'

export interface Manifest {
  readonly name: string
  readonly generation: number
  readonly spec: Readonly<Record<string, unknown>>
  /** What is wrong around the spec; the name is empty where it is missing. */
  readonly problems: readonly Problem[]
}

const noObject = { name: '', generation: 1, spec: {} }

export function readManifest(raw: unknown, kind: string, version = 'v1'): Manifest {
  if (!isObject(raw)) {
    const hint = `give apiVersion, kind ${kind}, metadata and spec`
    const message = 'the document is no manifest'
    return { ...noObject, problems: [{ code: 'FIELD_INVALID', path: '', message, hint }] }
  }
  const apiVersion = `${group}/${version}`
  const metadata = given(raw, 'metadata')
  const name = isObject(metadata) ? given(metadata, 'name') : undefined
  const generation = isObject(metadata) ? given(metadata, 'generation') : undefined
  const spec = given(raw, 'spec') ?? {}
  const problems = [
    ...unknownTop(raw),
    ...must(raw, 'apiVersion', raw.apiVersion === apiVersion, `give ${apiVersion}`),
    ...must(raw, 'kind', raw.kind === kind, `give ${kind}`),
    ...must(raw, 'metadata', typeof name === 'string' && name !== '', 'give metadata.name'),
    ...must(raw, 'spec', isObject(spec), 'give an object'),
  ]
  return {
    name: typeof name === 'string' ? name : '',
    generation: typeof generation === 'number' ? generation : 1,
    spec: isObject(spec) ? spec : {},
    problems,
  }
}

function unknownTop(raw: Readonly<Record<string, unknown>>): readonly Problem[] {
  const known = ['apiVersion', 'kind', 'metadata', 'spec', 'status']
  return unknownFields(known, raw, '').map(one => ({ ...one, path: one.path.slice(1) }))
}

function must(
  raw: Readonly<Record<string, unknown>>,
  name: string,
  holds: boolean,
  hint: string,
): readonly Problem[] {
  if (holds) return []
  const code = given(raw, name) === undefined ? 'FIELD_MISSING' : 'FIELD_INVALID'
  return [{ code, path: name, message: `${name} is not as it must be`, hint }]
}
