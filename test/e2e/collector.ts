/** A real OpenTelemetry collector for one file of tests, and the spans that it wrote down. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../controlplane/ports.js'
import { repository } from '../tidy/source.js'
import { until } from './cluster.js'

export interface SpanLine {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly attributes?: readonly Attribute[]
  /** Of the resource: which operator it is from. */
  readonly instance: string
}

interface Attribute {
  readonly key: string
  readonly value: { readonly stringValue?: string }
}

export interface Collector {
  /** As the operator's environment names it. */
  readonly url: string
  /** All that it wrote. */
  text(): string
  spans(): readonly SpanLine[]
  /** Ends it; the file then holds all that it took. */
  stop(): Promise<void>
}

/** Null where it is not built. */
export function collectorProgram(): string | null {
  const script = join(repository, 'scripts', 'collector.mjs')
  const asked = spawnSync(process.execPath, [script, '--where'], { encoding: 'utf8' })
  if (asked.status === 0) return asked.stdout.trim()
  if (process.env.CI === 'true') throw new Error(`CI needs a collector: ${asked.stderr}`)
  process.stderr.write(`skipped: ${asked.stderr}`)
  return null
}

export async function startCollector(program: string, cwd: string): Promise<Collector> {
  const endpoint = `127.0.0.1:${await freePort()}`
  const file = join(cwd, 'out.jsonl')
  const config = join(cwd, 'collector.yaml')
  writeFileSync(config, configOf(endpoint, file))
  const child = spawn(program, ['--config', config], { stdio: 'ignore' })
  const url = `http://${endpoint}`
  const text = (): string => (existsSync(file) ? readFileSync(file, 'utf8') : '')
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const stop = (): Promise<void> => {
    child.kill()
    return ended
  }
  try {
    await until(() => answers(url), 'collector')
  } catch (error) {
    await stop()
    throw error
  }
  return { url, text, spans: () => spansIn(text()), stop }
}

export function attributeOf({ attributes = [] }: SpanLine, name: string): string | undefined {
  return attributes.find(({ key }) => key === name)?.value.stringValue
}

interface Line {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] }
    readonly scopeSpans: readonly { readonly spans: readonly SpanLine[] }[]
  }[]
}

/** The last line may be half written. */
function spansIn(text: string): readonly SpanLine[] {
  const lines = text.split('\n').slice(0, -1)
  return lines.flatMap(line => {
    const { resourceSpans }: Line = JSON.parse(line)
    return resourceSpans.flatMap(({ resource, scopeSpans }) => {
      const named = resource.attributes.find(({ key }) => key === 'service.instance.id')
      const instance = named?.value.stringValue ?? ''
      return scopeSpans.flatMap(({ spans }) => spans.map(span => ({ ...span, instance })))
    })
  })
}

async function answers(url: string): Promise<true | null> {
  const headers = { 'content-type': 'application/json' }
  const asked = { method: 'POST', body: '{}', headers }
  const answer = await fetch(`${url}/v1/traces`, asked).catch(() => null)
  return answer?.status === 200 ? true : null
}

function configOf(endpoint: string, file: string): string {
  return `receivers: { otlp: { protocols: { http: { endpoint: ${endpoint} } } } }
exporters: { file: { path: ${file}, flush_interval: 100ms } }
service:
  telemetry: { metrics: { level: none } }
  pipelines: { traces: { receivers: [otlp], exporters: [file] } }
`
}
