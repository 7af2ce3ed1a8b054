/** The chart as helm renders it. */
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { repository } from '../tidy/source.js'

export const chartFolder = join(repository, 'deploy', 'chart', 'couchestor')
export const chartScript = join(repository, 'scripts', 'chart.mjs')
export const namespace = 'couchestor-system'

/** As the API servers of clusters with the Prometheus operator say it. */
export const monitoring = ['ServiceMonitor', 'PrometheusRule'].flatMap(kind => [
  '--api-versions',
  `monitoring.coreos.com/v1/${kind}`,
])

export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly [field: string]: unknown
}

export interface HelmAnswer {
  readonly status: number | null
  readonly out: string
  readonly notes: string
}

let program: string | null = null

/** Nothing of the caller's own helm is read or written. */
export function helm(words: readonly string[]): HelmAnswer {
  program ??= helmPath()
  const home = mkdtempSync(join(tmpdir(), 'couchestor-helm-'))
  try {
    const { status, stdout, stderr } = spawnSync(program, words, {
      encoding: 'utf8',
      maxBuffer: 16_777_216,
      env: environment(home),
    })
    return { status, out: stdout, notes: stderr }
  } finally {
    rmSync(home, { recursive: true })
  }
}

/** For what needs somebody to act meanwhile; `signal` kills it. */
export function helmMeanwhile(words: readonly string[], signal?: AbortSignal): Promise<HelmAnswer> {
  program ??= helmPath()
  const path = program
  const home = mkdtempSync(join(tmpdir(), 'couchestor-helm-'))
  return new Promise(resolve => {
    const options = { env: environment(home), signal, killSignal: 'SIGKILL' as const }
    const child = execFile(path, words, options, (_, out, notes) => {
      rmSync(home, { recursive: true })
      resolve({ status: child.exitCode, out, notes })
    })
  })
}

function helmPath(): string {
  return execFileSync(process.execPath, [chartScript, '--helm'], { encoding: 'utf8' }).trim()
}

function environment(home: string): NodeJS.ProcessEnv {
  return { HOME: home, HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home }
}

/** `values` as of `--set-json`, by their paths. */
export function template(
  values: Readonly<Record<string, unknown>> = {},
  more: readonly string[] = [],
): HelmAnswer {
  const sets = Object.entries(values).flatMap(([path, value]) => [
    '--set-json',
    `${path}=${JSON.stringify(value)}`,
  ])
  return helm(['template', 'couchestor', chartFolder, '--namespace', namespace, ...sets, ...more])
}

export function rendered(
  values: Readonly<Record<string, unknown>> = {},
  more: readonly string[] = [],
): readonly Manifest[] {
  const { status, out, notes } = template(values, [...more, '--no-hooks'])
  if (status !== 0) throw new Error(notes)
  return manifestsIn(out)
}

/** What is there for an uninstall alone. */
export function renderedHooks(values: Readonly<Record<string, unknown>> = {}): readonly Manifest[] {
  const { status, out, notes } = template(values)
  if (status !== 0) throw new Error(notes)
  return manifestsIn(out).filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'])
}

export function manifestsIn(text: string): readonly Manifest[] {
  return parseAllDocuments(text).flatMap(document => {
    const [problem] = document.errors
    if (problem !== undefined) throw problem
    const value: unknown = document.toJS()
    if (value === null) return []
    if (isManifest(value)) return [value]
    throw new Error(`no manifest: ${JSON.stringify(value)}`)
  })
}

function isManifest(value: unknown): value is Manifest {
  return (
    typeof value === 'object' &&
    value !== null &&
    'apiVersion' in value &&
    'kind' in value &&
    'metadata' in value
  )
}

export function only(manifests: readonly Manifest[], kind: string): Manifest {
  const found = manifests.filter(one => one.kind === kind)
  const [first] = found
  if (first === undefined || found.length > 1) throw new Error(`${found.length} of kind ${kind}`)
  return first
}
