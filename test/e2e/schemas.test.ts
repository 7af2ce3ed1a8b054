/** Every document that a command prints is what its schema says: no key more, no key less. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { repository } from '../tidy/source.js'
import { codedIn } from './coded-directories.js'
import { couchestor, scratch } from './program.js'
import { scenarioIn } from './small-scenario.js'

const cwd = scratch()
const schemas = join(repository, 'docs', 'schemas')
const samples = join(repository, 'traces', 'samples')
const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true })
const validators = new Map<string, ValidateFunction>()

beforeAll(async () => {
  for (const file of readdirSync(schemas)) {
    const schema: object = JSON.parse(readFileSync(join(schemas, file), 'utf8'))
    validators.set(file.replace('.json', ''), ajv.compile(schema))
  }
  scenarioIn(cwd)
  scenarioIn(cwd, 'bad.yaml', [
    ['seed: 7', 'seed: x'],
    ['until: 1d', 'until: x'],
  ])
  writeFileSync(join(cwd, 'requests.csv'), '1,0,4096,r,0.5\n1,8,512,w,1.25\n2,0,512,W,2.0\n')
  await couchestor(['simulate', 'small.yaml', '--out', 'run'], { cwd })
  await codedIn(cwd)
})

function errorsOf(kind: string, document: unknown): readonly unknown[] {
  const validate = validators.get(kind)
  if (validate === undefined) throw new Error(`no schema of ${kind}`)
  return validate(document) ? [] : (validate.errors ?? [])
}

interface Asked {
  readonly kind: string
  readonly status: number
  readonly words: string
}

const asked: readonly Asked[] = [
  { kind: 'simulation', status: 0, words: 'simulate small.yaml --out a' },
  { kind: 'simulation', status: 0, words: 'simulate small.yaml --out b --sweep seed=1,2' },
  { kind: 'simulation', status: 1, words: 'simulate small.yaml --out c --limit slowerVolumes<0' },
  { kind: 'simulation', status: 0, words: 'simulate --trace requests.csv --out d' },
  { kind: 'trace', status: 0, words: `trace inspect ${join(samples, 'spc.csv.gz')}` },
  { kind: 'trace', status: 0, words: 'trace inspect requests.csv --by volume' },
  { kind: 'trace', status: 0, words: `trace inspect ${join(samples, 'prometheus.json')}` },
  { kind: 'trace', status: 0, words: `trace inspect ${join(samples, 'series.csv')} --by volume` },
  { kind: 'explanation', status: 0, words: 'explain db-0 --in run' },
  { kind: 'explanation', status: 0, words: 'explain logs-0 --in run --at 0s' },
  { kind: 'explanation', status: 0, words: 'explain logs-0 --in run --at 12h --run frozen' },
  { kind: 'ec-encode', status: 0, words: 'ec encode requests.csv coded --code lrc-4-2-1' },
  { kind: 'ec-decode', status: 0, words: 'ec decode degraded degraded.csv' },
  { kind: 'ec-verify', status: 0, words: 'ec verify whole' },
  { kind: 'ec-verify', status: 1, words: 'ec verify degraded' },
  { kind: 'ec-verify', status: 1, words: 'ec verify lost' },
  { kind: 'ec-scrub', status: 1, words: 'ec scrub degraded' },
  { kind: 'ec-scrub', status: 0, words: 'ec scrub scrubbed --repair' },
  { kind: 'ec-repair', status: 0, words: 'ec repair degraded' },
  { kind: 'ec-repair', status: 1, words: 'ec repair lost' },
  { kind: 'ec-torture', status: 0, words: 'ec torture --runs 3' },
  { kind: 'ec-bench', status: 0, words: 'ec bench --turns 1 --code rs-2-1' },
  { kind: 'error', status: 3, words: 'ec decode lost lost.csv' },
  { kind: 'error', status: 2, words: 'ec encode requests.csv other --code rs-4' },
  { kind: 'config', status: 0, words: 'config show' },
  { kind: 'config', status: 0, words: 'config show simulate --origin' },
  { kind: 'error', status: 2, words: 'simulate' },
  { kind: 'error', status: 2, words: 'simulate small.yaml --fly' },
  { kind: 'error', status: 3, words: 'simulate bad.yaml' },
  { kind: 'error', status: 3, words: 'trace inspect missing.csv' },
  { kind: 'error', status: 2, words: 'explain nobody --in run' },
  { kind: 'error', status: 4, words: 'explain db-0' },
]

describe('documents', () => {
  test.each(asked)('$words --json answers a $kind', async ({ kind, status, words }) => {
    const ended = await couchestor([...words.split(' '), '--json'], { cwd })
    expect(ended.out.trimEnd().split('\n')).toHaveLength(1)
    const document: unknown = JSON.parse(ended.out)
    expect(errorsOf(kind, document)).toEqual([])
    expect(ended.status).toBe(status)
  })

  test('result.json of a run is a simulation', () => {
    const text = readFileSync(join(cwd, 'run', 'result.json'), 'utf8')
    expect(errorsOf('simulation', JSON.parse(text))).toEqual([])
  })

  test.each(readdirSync(schemas).map(file => file.replace('.json', '')))(
    'the schema of %s lets no object grow unseen',
    kind => {
      const text = readFileSync(join(schemas, `${kind}.json`), 'utf8')
      expect(openObjects(JSON.parse(text))).toEqual([])
    },
  )

  test('a key more, a key less, NaN and another kind are found', () => {
    const text = readFileSync(join(cwd, 'run', 'result.json'), 'utf8')
    const document: Readonly<Record<string, unknown>> = JSON.parse(text)
    const { seed, ...less } = document
    expect(seed).toBe(7)
    expect(errorsOf('simulation', less)).not.toEqual([])
    expect(errorsOf('simulation', { ...document, more: 1 })).not.toEqual([])
    expect(errorsOf('simulation', { ...document, seed: Number.NaN })).not.toEqual([])
    expect(errorsOf('trace', document)).not.toEqual([])
  })
})

/** Objects of a schema that would take any key. */
function openObjects(schema: unknown, path = '#'): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const isObject = 'type' in schema && schema.type === 'object'
  const own = isObject && !('additionalProperties' in schema) ? [path] : []
  const inside = Object.entries(schema).flatMap(([key, value]) =>
    openObjects(value, `${path}/${key}`),
  )
  return [...own, ...inside]
}
