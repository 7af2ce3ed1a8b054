/** Operators that no collector takes traces from: none is named, or it is away, or it is silent. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { freePort } from '../controlplane/ports.js'
import {
  joined,
  killAll,
  logged,
  type Started,
  started,
  startFleet,
  type TestCluster,
} from './cluster.js'
import { passUntil } from './passing.js'
import { scratch } from './program.js'
import { tapBefore } from './tap.js'

const assets = controlPlaneAssets()
const onServer = it.runIf(assets !== null)
const cwd = scratch()
const preloaded = new URL('./loaded.mjs', import.meta.url).href

interface Loaded {
  readonly modules: readonly string[]
  readonly ports: readonly number[]
}

describe('an operator', () => {
  let cluster: TestCluster
  const running: Started[] = []

  beforeAll(async () => {
    if (assets !== null) cluster = await startFleet(assets, cwd, 9)
  })
  afterEach(async () => {
    await killAll(running)
    await cluster?.ask('DELETE', '/twin/v1/parties/operator')
  })
  afterAll(() => cluster?.stop())

  /** It moves a volume, and is asked to end; answers its whole log. */
  async function moved(env: Readonly<Record<string, string>>, until = ''): Promise<string> {
    const addresses = ['--metrics-addr', '127.0.0.1:0', '--health-addr', '127.0.0.1:0']
    const log = ['--log-json', '--lease-seconds', '3']
    const operator = started(['operator', ...cluster.flags, ...addresses, ...log], cwd, env)
    running.push(operator)
    await joined(cluster)
    // One that the last operator left as it began it ends otherwise.
    const isMoved = (): boolean => hasMoved(operator.lines())
    const { isSo, rest } = await passUntil(cluster, isMoved)
    expect(isSo, operator.lines().slice(-20).join('\n')).toBe(true)
    await rest
    if (until !== '') await logged(operator, until)
    operator.child.kill('SIGTERM')
    const { status, notes } = await operator.ended
    expect(status, notes.slice(-2000)).toBe(143)
    return notes
  }

  async function loadedBy(env: Readonly<Record<string, string>>): Promise<Loaded> {
    const file = join(cwd, 'loaded.json')
    await moved({ ...env, NODE_OPTIONS: `--import ${preloaded}`, LOADED_FILE: file })
    return JSON.parse(readFileSync(file, 'utf8'))
  }

  /** Past its API, which prom-client loads. */
  const ofTelemetry = ({ modules }: Loaded): readonly string[] =>
    modules.filter(path => /@opentelemetry\/(?!api\/)/.test(path))

  onServer(
    'of whom no variable asks for traces loads nothing for them, and asks nobody',
    async () => {
      const loaded = await loadedBy({})
      expect(ofTelemetry(loaded)).toEqual([])
      expect(loaded.modules.join('\n')).toContain('node_modules/prom-client/')
      expect(loaded.ports).toContain(Number(new URL(cluster.origin).port))
      expect(loaded.ports).not.toContain(4318)
    },
  )

  onServer('whose collector is not there moves a volume, and warns once', async () => {
    const port = await freePort()
    const lines = await moved(
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
        OTEL_EXPORTER_OTLP_TIMEOUT: '200',
        OTEL_BSP_SCHEDULE_DELAY: '100',
      },
      'traces are not taken',
    )
    const warnings = lines.split('\n').filter(line => line.includes('traces'))
    expect(warnings.map(line => JSON.parse(line))).toEqual([
      expect.objectContaining({
        level: 'warn',
        msg: 'traces are not taken, and dropped',
        why: expect.stringContaining('ECONNREFUSED'),
      }),
    ])
  })

  onServer(
    'whose collector never answers moves a volume, and waits for it but shortly',
    async () => {
      const silent = await tapBefore(null)
      try {
        // Ten minutes are none that this test waits for.
        const loaded = await loadedBy({
          OTEL_EXPORTER_OTLP_ENDPOINT: silent.url,
          OTEL_EXPORTER_OTLP_TIMEOUT: '600000',
          OTEL_BSP_EXPORT_TIMEOUT: '600000',
          OTEL_BSP_SCHEDULE_DELAY: '100',
        })
        expect(silent.heard()).toContain('POST /v1/traces')
        // What is not found where no traces are asked for is found here.
        for (const name of ['sdk-trace-base', 'exporter-trace-otlp-http']) {
          expect(ofTelemetry(loaded).join('\n')).toContain(name)
        }
        expect(loaded.ports).toContain(Number(new URL(silent.url).port))
      } finally {
        silent.close()
      }
    },
  )
})

function hasMoved(lines: readonly string[]): boolean {
  return lines.some(line => /"migration ended".*"outcome":"completed"/.test(line))
}
