/** An operator's traces as a real collector wrote them down. */
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { repository } from '../tidy/source.js'
import { hourUs, joined, startCluster, until } from './cluster.js'
import { endOf, scratch, start } from './program.js'

const assets = controlPlaneAssets()
const cwd = scratch()
const endpoint = '127.0.0.1:24718'

interface SpanLine {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
}

function collectorProgram(): string | null {
  const script = join(repository, 'scripts', 'collector.mjs')
  const asked = spawnSync(process.execPath, [script, '--where'], { encoding: 'utf8' })
  if (asked.status === 0) return asked.stdout.trim()
  if (process.env.CI === 'true') throw new Error(`CI needs a collector: ${asked.stderr}`)
  process.stderr.write(`skipped: ${asked.stderr}`)
  return null
}

const program = collectorProgram()

it.runIf(assets !== null && program !== null)(
  'rounds, requests, migrations and steps',
  async () => {
    if (assets === null || program === null) return
    const file = join(cwd, 'out.jsonl')
    const config = join(cwd, 'collector.yaml')
    writeFileSync(config, configOf(file))
    const collector = spawn(program, ['--config', config], { stdio: 'ignore' })
    const cluster = await startCluster(assets, cwd)
    try {
      await until(answers, 'collector')
      await cluster.advance(hourUs)
      const quick = ['--metrics-addr', '127.0.0.1:0', '--health-addr', '127.0.0.1:0', '--log-json']
      const words = ['operator', ...cluster.flags, ...quick, '--lease-seconds', '3']
      const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://${endpoint}` }
      const child = start(words, { cwd, env })
      const ended = endOf(child)
      await joined(cluster)
      await cluster.advance(3 * hourUs)
      child.kill('SIGTERM')
      const { status, notes } = await ended
      expect(status, notes.slice(-2000)).toBe(143)
      const text = await until(() => found(file), 'migration in the file')
      expectTree(spansIn(text), notes)
      expect(text.toLowerCase()).not.toMatch(/bearer|authorization/)
    } finally {
      collector.kill()
      await cluster.stop()
    }
  },
  110_000,
)

function expectTree(spans: readonly SpanLine[], notes: string): void {
  const of = (name: string): readonly SpanLine[] => spans.filter(span => span.name === name)
  const byId = new Map(spans.map(span => [span.spanId, span]))
  expect(of('round').length).toBeGreaterThan(5)
  const requests = spans.filter(span => /^(GET|PUT|POST|PATCH|DELETE) /.test(span.name))
  for (const client of ['kubernetes', 'mayastor', 'prometheus']) {
    expect(
      requests.some(span => span.name.includes(` ${client} `)),
      client,
    ).toBe(true)
  }
  for (const span of requests) expect(byId.get(span.parentSpanId ?? '')?.name).toBe('round')
  const steps = of('syncing')
  expect(steps.length).toBeGreaterThan(0)
  const roots = new Set(of('migration').map(span => span.spanId))
  for (const step of steps.slice(0, 1)) expect(roots.has(step.parentSpanId ?? '')).toBe(true)
  const told = /"migration ended".*"trace_id":"(\w+)"/.exec(notes)?.[1]
  expect(of('migration').map(span => span.traceId)).toContain(told)
}

function spansIn(text: string): readonly SpanLine[] {
  const lines = text.split('\n').filter(line => line.endsWith('}'))
  return lines.flatMap(line => {
    const { resourceSpans } = JSON.parse(line)
    return resourceSpans.flatMap((one: { scopeSpans: { spans: SpanLine[] }[] }) =>
      one.scopeSpans.flatMap(({ spans }) => spans),
    )
  })
}

function found(file: string): string | null {
  const text = readFileSync(file, 'utf8')
  return text.includes('"name":"migration"') ? text : null
}

async function answers(): Promise<true | null> {
  const headers = { 'content-type': 'application/json' }
  const asked = { method: 'POST', body: '{}', headers }
  const answer = await fetch(`http://${endpoint}/v1/traces`, asked).catch(() => null)
  return answer?.status === 200 ? true : null
}

function configOf(file: string): string {
  return `receivers: { otlp: { protocols: { http: { endpoint: ${endpoint} } } } }
exporters: { file: { path: ${file}, flush_interval: 100ms } }
service:
  telemetry: { metrics: { level: none } }
  pipelines: { traces: { receivers: [otlp], exporters: [file] } }
`
}
