/** Bad command lines: what is wrong, and what to do. */
import { mkdirSync } from 'node:fs'
import { describe, test } from 'vitest'
import { smallScenario } from '../e2e/small-scenario.js'
import { scratch } from './in-process.js'
import { type Bad, expectTold } from './told.js'

const { file, path } = scratch()
const good = file('good.yaml', smallScenario)
mkdirSync(path('directory'))

file('empty.yaml', '')

const policy = (name: string, spec: string): string => `apiVersion: storage.billyronks.io/v1
kind: StoragePolicy
metadata: {name: ${name}}
spec:
  hotPoolSelector: {matchLabels: {storage-tier: hot}}
  coldPoolSelector: {matchLabels: {storage-tier: cold}}
  ${spec}
`

const commandLines: readonly Bad[] = [
  { what: 'a negative seed', words: [good, '--seed', '-1'], status: 2, told: [/--seed is "-1"/] },
  { what: 'a seed of words', words: [good, '--seed', 'x'], status: 2, told: [/--seed is "x"/] },
  { what: 'half a seed', words: [good, '--seed', '1.5'], status: 2, told: [/--seed is "1.5"/] },
  {
    what: 'a limit of nothing',
    words: [good, '--limit', 'nonsense'],
    status: 2,
    told: [/--limit does not understand "nonsense"/],
  },
  {
    what: 'a limit of an unknown figure',
    words: [good, '--limit', 'latencyUs.hot.p98<=1ms'],
    status: 2,
    told: [/no figure latencyUs.hot.p98: did you mean latencyUs.hot.p9/],
  },
  {
    what: 'a limit of a group of figures',
    words: [good, '--limit', 'migrations<=1'],
    status: 2,
    told: [/no figure migrations: known: migrations.decided, /],
  },
  {
    what: 'a limit of an unknown reason',
    words: [good, '--limit', 'blocked.tier-fool<=1'],
    status: 2,
    told: [/did you mean blocked.tier-full\?/],
  },
  {
    what: 'a limit without a value',
    words: [good, '--limit', 'lostRequests<=many'],
    status: 2,
    told: [/--limit does not understand/],
  },
  {
    what: 'a setting without a value',
    words: [good, '--set', 'seed'],
    status: 2,
    told: [/"seed" is no PATH=VALUE \(--set\)/],
  },
  {
    what: 'a setting of an unknown field',
    words: [good, '--set', 'lop.dryRun=true'],
    status: 3,
    told: [/unknown field lop \(--set lop.dryRun\): did you mean loop\?/],
  },
  {
    what: 'a setting with a wrong value',
    words: [good, '--set', 'policies.tiers.spec.samplingWindow=long'],
    status: 3,
    told: [/\(--set policies.0.spec.samplingWindow\)/],
  },
  {
    what: 'a setting of an unknown item',
    words: [good, '--set', 'cluster.pools.hit.count=1'],
    status: 2,
    told: [/names no item hit .*choose one of: hot/],
  },
  {
    what: 'a setting below a value',
    words: [good, '--set', 'seed.a.b=1'],
    status: 2,
    told: [/seed.a.b goes on below a plain value/],
  },
  {
    what: 'a sweep over an unknown path',
    words: [good, '--sweep', 'cluster.pols.0.count=1,2'],
    status: 3,
    told: [/pols.*--sweep cluster.pols.0.count.*did you mean pools\?/],
  },
  {
    what: 'a sweep over nothing',
    words: [good, '--sweep', 'seed='],
    status: 2,
    told: [/--sweep has an empty value/],
  },
  {
    what: 'an unknown baseline',
    words: [good, '--against', 'frozn'],
    status: 2,
    told: [/frozn is neither a baseline nor a file: choose frozen/],
  },
  {
    what: 'a policy of two documents with an error in the second',
    words: [
      good,
      '--policy',
      file('p.yaml', `${policy('a', '')}---\n${policy('b', 'cooldownPeriod: soon')}`),
    ],
    status: 3,
    told: [/cooldownPeriod.*p.yaml, line 15, spec.cooldownPeriod\)/],
  },
  {
    what: 'two policies with errors',
    words: [
      good,
      '--policy',
      file('q.yaml', policy('a', 'cooldown: 1h')),
      '--policy',
      file('r.yaml', policy('b', 'cooldownPeriod: soon')),
    ],
    status: 3,
    told: [/q.yaml, line 7, spec.cooldown\)/, /r.yaml, line 7, spec.cooldownPeriod\)/],
  },
  {
    what: 'an empty policy',
    words: [good, '--policy', path('empty.yaml')],
    status: 3,
    told: [/the file is empty .*give a StoragePolicy/],
  },
  {
    what: 'a trace from a pipe',
    words: ['--trace', '-'],
    status: 2,
    told: [/standard input is read once: couchestor trace convert/],
  },
  {
    what: 'a directory as a trace',
    words: ['--trace', path('directory')],
    status: 3,
    told: [/\[TRACE_NOT_A_FILE\]/],
  },
  {
    what: 'an --out below a file',
    words: [good, '--out', `${good}/run`],
    status: 3,
    told: [/\[FILE_MISSING\]/],
  },
  {
    what: 'a file as --out',
    words: [good, '--out', path('empty.yaml'), '--force'],
    status: 2,
    told: [/no directory of a run, and is not replaced/],
  },
]

describe('simulate tells what is wrong with', () => {
  test.each(commandLines)('$what', async ({ words, ...expected }) => {
    const out = words.includes('--out') ? [] : ['--out', path('never')]
    await expectTold({ ...expected, words: ['simulate', ...words, ...out] })
  })
})
