/** Bad input of every kind: what, where and what to do, and never a stack trace. */
import { chmodSync, mkdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { smallScenario } from '../e2e/small-scenario.js'
import { run, scratch } from './in-process.js'

const { file, path } = scratch()
const good = file('good.yaml', smallScenario)
mkdirSync(path('directory'))

const changed = (name: string, from: string | RegExp, to: string): string =>
  file(name, smallScenario.replace(from, to))

const policy = (name: string, spec: string): string => `apiVersion: storage.billyronks.io/v1
kind: StoragePolicy
metadata: {name: ${name}}
spec:
  hotPoolSelector: {matchLabels: {storage-tier: hot}}
  coldPoolSelector: {matchLabels: {storage-tier: cold}}
  ${spec}
`

interface Bad {
  readonly what: string
  readonly words: readonly string[]
  readonly status: number
  /** Parts of the lines on stderr, one line each. */
  readonly told: readonly RegExp[]
}

const scenarios: readonly Bad[] = [
  { what: 'a directory', words: [path('directory')], status: 3, told: [/this is a directory/] },
  {
    what: 'no file',
    words: [path('none.yaml')],
    status: 3,
    told: [/no such file \(.*none.yaml\).*\[FILE_MISSING\]/],
  },
  {
    what: 'binary',
    words: [file('binary.yaml', new Uint8Array([0, 1, 2, 255, 254, 0, 10, 130]))],
    status: 3,
    told: [/no text in UTF-8 .*\[YAML_INVALID\]/],
  },
  { what: 'nothing', words: [file('empty.yaml', '')], status: 3, told: [/the file is empty/] },
  { what: 'only a comment', words: [file('c.yaml', '# a\n')], status: 3, told: [/is empty/] },
  { what: 'a list', words: [file('list.yaml', '[1, 2]')], status: 3, told: [/no single scenario/] },
  {
    what: 'two documents',
    words: [file('two.yaml', `${smallScenario}---\na: 1\n`)],
    status: 3,
    told: [/no single scenario/],
  },
  {
    what: 'broken YAML, twice',
    words: [file('broken.yaml', 'a: [1\nb: {c\n')],
    status: 3,
    told: [/line 2.*\[YAML_INVALID\]/, /YAML_INVALID/],
  },
  {
    what: 'an alias of nothing',
    words: [file('alias.yaml', 'a: *b\n')],
    status: 3,
    told: [/alias.*\[YAML_INVALID\]/],
  },
  {
    what: 'an alias in itself',
    words: [file('circle.yaml', 'a: &a [*a]\n')],
    status: 3,
    told: [/an alias stands inside of what it names/],
  },
  {
    what: 'aliases that multiply',
    words: [file('bomb.yaml', bomb())],
    status: 3,
    told: [/alias.*\[YAML_INVALID\]/i],
  },
  {
    what: 'another schema',
    words: [changed('v2.yaml', 'scenario/v1', 'scenario/v2')],
    status: 3,
    told: [/schema is "couchestor.scenario\/v2" .*line 2, schema/],
  },
  {
    what: 'unknown fields',
    words: [changed('unknown.yaml', 'seed: 7', 'sed: 7\nlop: {}')],
    status: 3,
    told: [/sed.*line 4, sed\): did you mean seed\?/, /lop.*line 5, lop\): did you mean loop\?/],
  },
  {
    what: 'wrong values on several lines',
    words: [
      file(
        'wrong.yaml',
        smallScenario
          .replace('until: 1d', 'until: soon')
          .replace('capacity: 2TiB', 'capacity: much')
          .replace('replicas: 2', 'replicas: none'),
      ),
    ],
    status: 3,
    told: [/line 5, until/, /line 8, cluster.pools\[0\].capacity/, /line 13, cluster.volumes\[0\]/],
  },
  {
    what: 'an unknown device',
    words: [changed('device.yaml', 'nvme-gen4', 'nvme-gen5')],
    status: 3,
    told: [/nvme-gen5 .*cluster.pools\[0\].device\): did you mean nvme-gen4\?/],
  },
  {
    what: 'an unknown group',
    words: [changed('group.yaml', 'over: db', 'over: bd')],
    status: 3,
    told: [/group bd .*line 28, workload\[0\].synthetic.over\): did you mean db\?/],
  },
  {
    what: 'a volume that fits nowhere',
    words: [changed('large.yaml', 'size: 20GiB', 'size: 20TiB')],
    status: 3,
    told: [/volume db-0 has no room for 2 replicas on the hot tier .*large.yaml.*SCENARIO_FULL/],
  },
  {
    what: 'too few nodes',
    words: [changed('nodes.yaml', 'replicas: 2', 'replicas: 4')],
    status: 3,
    told: [/no room for 4 replicas/],
  },
  {
    what: 'a policy file that is not there',
    words: [
      changed('lost.yaml', /policies:[\s\S]*workload:/, 'policies: [lost-p.yaml]\nworkload:'),
    ],
    status: 3,
    told: [/lost-p.yaml.*\[FILE_MISSING\]/],
  },
  {
    what: 'a price that is missing',
    words: [changed('price.yaml', 'hot: 0.125, ', '')],
    status: 3,
    told: [/the hot tier has pools and no price .*prices.perGiBMonth.hot/],
  },
  {
    what: 'a trace that is missing',
    words: [changed('trace.yaml', /workload:[\s\S]*loop:/, 'workload: [{trace: no.csv}]\nloop:')],
    status: 3,
    told: [/no.csv.*\[FILE_MISSING\]/],
  },
]

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
  test.each([...scenarios, ...commandLines])('$what', async ({ words, status, told }) => {
    const out = words.includes('--out') ? [] : ['--out', path('never')]
    const ran = await run('simulate', ...words, ...out)
    expect({ status: ran.status, notes: ran.notes }).toEqual({ status, notes: ran.notes })
    const lines = ran.notes.split('\n')
    for (const [index, pattern] of told.entries()) expect(lines[index]).toMatch(pattern)
    expect(lines).toHaveLength(told.length)
    for (const line of lines) expect(line).toMatch(/^error: [^\n]+: [^\n]+ \[[A-Z_]+\]$/)
    expect(ran.out).toBe('')
  })
})

describe('the other commands tell what is wrong with', () => {
  const broken = (name: string, line: string): string => {
    mkdirSync(path(name))
    file(`${name}/history.ndjson`, `${line}\n`)
    return path(name)
  }

  test.each([
    { words: ['explain', 'a'], status: 4, told: /--in \[CLUSTER_MISSING\]/ },
    { words: ['explain', 'a', '--in', path('directory')], status: 3, told: /no history/ },
    { words: ['explain', 'a', '--in', broken('b1', 'nonsense')], status: 3, told: /line 1/ },
    { words: ['explain', 'a', '--in', broken('b2', 'null')], status: 3, told: /HISTORY_BROKEN/ },
    { words: ['explain', 'a', '--in', broken('b3', '{"run": 1}')], status: 3, told: /line 1/ },
    { words: ['explain', 'a', '--in', broken('b4', '')], status: 3, told: /HISTORY_BROKEN/ },
    { words: ['explain', 'a', '--in', path('b1'), '--at', 'noon'], status: 2, told: /"noon"/ },
    { words: ['config', 'show', 'simulat'], status: 2, told: /did you mean simulate\?/ },
    { words: ['completion', 'tcsh'], status: 2, told: /bash, zsh, fish/ },
    { words: ['scenario', 'new', '--out', good], status: 2, told: /OUT_EXISTS/ },
    { words: ['scenario', 'new', '--out', path('no/a.yaml')], status: 3, told: /FILE_MISSING/ },
    { words: ['scenario', 'new', '--trace', path('directory')], status: 3, told: /NOT_A_FILE/ },
    { words: ['simulatte'], status: 2, told: /did you mean simulate/ },
    { words: ['simulate', '--polcy', 'a'], status: 2, told: /did you mean --policy/ },
    { words: ['simulate', '--seed'], status: 2, told: /argument missing/ },
    { words: ['trace'], status: 2, told: /no command is given/ },
  ])('$words', async ({ words, status, told }) => {
    const ran = await run(...words)
    expect(ran.notes).toMatch(told)
    expect(ran.notes).toMatch(/^error: [^\n]+: [^\n]+ \[[A-Z_]+\]$/)
    expect(ran.status).toBe(status)
  })

  test('a file that may not be read, unless nothing is denied to this user', async () => {
    const denied = file('denied.yaml', smallScenario)
    chmodSync(denied, 0)
    const ran = await run('simulate', denied, '--out', path('denied-run'))
    const isRoot = process.getuid?.() === 0
    expect(ran.status).toBe(isRoot ? 0 : 3)
    if (!isRoot) expect(ran.notes).toMatch(/may not be read .*denied.yaml.*\[FILE_DENIED\]/)
  })
})

/** Nine levels of nine aliases each. */
function bomb(): string {
  const names = [...'abcdefghi']
  return names
    .map((name, level) => {
      const inner = level === 0 ? 'x' : `*${names[level - 1]}`
      return `${name}: &${name} [${Array(9).fill(inner).join(', ')}]`
    })
    .join('\n')
}
