import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { operatorMetrics } from '../../src/cli/operator/metrics.js'
import { repository } from '../tidy/source.js'
import { type AlertCase, alertCases, quiet } from './alert-cases.js'
import { monitoring, only, rendered } from './chart.js'

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for?: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly Rule[] }[]
}

const spec = ruleFile({})
const rules = spec.groups.flatMap(group => group.rules)

const hasPromtool = spawnSync('promtool', ['--version']).status === 0
if (!hasPromtool) {
  if (process.env.CI === 'true') throw new Error('CI needs promtool, of the package prometheus')
  process.stderr.write('skipped: no promtool, so that no alert is tested\n')
}

describe('the alerts', () => {
  it('read only what an operator exposes', async () => {
    const exposed = await operatorMetrics('1.2.3').instruments.registry.getMetricsAsJSON()
    const known = new Set(exposed.map(({ name }) => name))
    for (const { alert, expr } of rules) {
      const read = [...expr.matchAll(/[a-z]+(?:_[a-z0-9]+)+/g)].map(([name]) => name)
      const metrics = read.filter(name => !name.endsWith('_over_time'))
      expect(metrics.length, alert).toBeGreaterThan(0)
      for (const name of metrics) expect(known.has(name), `${alert}: ${name}`).toBe(true)
    }
  })

  it('say what is so, how bad it is, and where one reads what to do', () => {
    const page = readFileSync(join(repository, 'docs', 'operations.md'), 'utf8')
    for (const { alert, labels, annotations } of rules) {
      expect(['warning', 'critical']).toContain(labels.severity)
      expect(annotations.summary).toMatch(/\.$/)
      expect(annotations.description).toMatch(/\.$/)
      expect(annotations.runbook_url).toBe(`docs/operations.md#${alert.toLowerCase()}`)
      expect(page).toContain(`\n### ${alert}\n`)
    }
  })

  it('have runbooks where the values say', () => {
    const runbooks = 'https://example.com/operations'
    const [first] = ruleFile({ 'prometheusRule.runbooks': runbooks }).groups[0]?.rules ?? []
    expect(first?.annotations.runbook_url).toBe(`${runbooks}#couchestordown`)
  })

  it('know the memory limit of the pod', () => {
    const { groups } = ruleFile({ 'resources.limits.memory': '1Gi' })
    const found = groups[0]?.rules.find(({ alert }) => alert === 'CouchestorMemoryNearLimit')
    expect(found?.expr).toContain(`0.9 * ${2 ** 30})`)
  })

  it('are each tested', () => {
    expect(alertCases.map(one => one.alert)).toEqual(rules.map(rule => rule.alert))
  })
})

describe.runIf(hasPromtool)('promtool', () => {
  it('finds the rules in order', () => {
    const { status, out } = promtool('check', ['rules', '--lint-fatal', 'rules.json'], {})
    expect(status, out).toBe(0)
  })

  it.each(alertCases.map(one => [one.alert, one] as const))('is told %s', (_, one) => {
    const { status, out } = promtool('test', ['rules', 'tests.json'], testOf(one))
    expect(status, out).toBe(0)
  })

  it('hears nothing of an operator that works', () => {
    const silent = rules.flatMap(({ alert }) =>
      ['1h', '15h', '24h'].map(at => ({ eval_time: at, alertname: alert, exp_alerts: [] })),
    )
    const { status, out } = promtool('test', ['rules', 'tests.json'], testsOf(quiet, silent))
    expect(status, out).toBe(0)
  })
})

function ruleFile(values: Readonly<Record<string, unknown>>): RuleFile {
  const all = rendered({ ...values, 'prometheusRule.enabled': true }, monitoring)
  return only(all, 'PrometheusRule').spec as RuleFile
}

function testOf({ alert, series, silentAt, toldAt, labels, summary }: AlertCase): object {
  const rule = rules.find(one => one.alert === alert)
  const told = {
    exp_labels: { ...labels, ...rule?.labels },
    exp_annotations: { ...rule?.annotations, summary },
  }
  return testsOf(series, [
    { eval_time: silentAt, alertname: alert, exp_alerts: [] },
    { eval_time: toldAt, alertname: alert, exp_alerts: [told] },
  ])
}

function testsOf(series: Readonly<Record<string, string>>, wanted: readonly object[]): object {
  return {
    rule_files: ['rules.json'],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        alert_rule_test: wanted,
      },
    ],
  }
}

/** JSON is YAML. */
function promtool(command: string, words: readonly string[], tests: object) {
  const cwd = mkdtempSync(join(tmpdir(), 'couchestor-alerts-'))
  try {
    writeFileSync(join(cwd, 'rules.json'), JSON.stringify(spec))
    writeFileSync(join(cwd, 'tests.json'), JSON.stringify(tests))
    const { status, stdout, stderr } = spawnSync('promtool', [command, ...words], {
      cwd,
      encoding: 'utf8',
    })
    return { status, out: `${stdout}${stderr}` }
  } finally {
    rmSync(cwd, { recursive: true })
  }
}
