/** Bad scenarios of every kind: what, where and what to do, and never a stack trace. */
import { mkdirSync } from 'node:fs'
import { describe, test } from 'vitest'
import { smallScenario } from '../e2e/small-scenario.js'
import { scratch } from './in-process.js'
import { type Bad, expectTold } from './told.js'

const { file, path } = scratch()
mkdirSync(path('directory'))

const changed = (name: string, from: string | RegExp, to: string): string =>
  file(name, smallScenario.replace(from, to))

const scenarios: readonly Bad[] = [
  {
    what: 'a rate that leaves nothing of an interval',
    words: [
      file(
        'rate.yaml',
        smallScenario.replaceAll('- synthetic:', '- rate: 1000000000\n    synthetic:'),
      ),
    ],
    status: 3,
    told: [/the rate leaves less than a millisecond .*workload.rate/],
  },
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
    words: [changed('device.yaml', 'nvme-gen4', 'nvme-gen9')],
    status: 3,
    told: [/nvme-gen9 .*cluster.pools\[0\].device\): did you mean nvme-gen[45]\?/],
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

describe('simulate tells what is wrong with', () => {
  test.each(scenarios)('$what', async ({ words, ...expected }) => {
    const out = words.includes('--out') ? [] : ['--out', path('never')]
    await expectTold({ ...expected, words: ['simulate', ...words, ...out] })
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
