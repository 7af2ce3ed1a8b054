/** The twin on the wire as Mayastor and Prometheus of an API server, its clock moved by hand. */

import type { ControlPlane } from '../controlplane/control-plane.js'
import { pathOf } from '../controlplane/definitions.js'
import { writeKubeconfig } from '../controlplane/kubeconfig.js'
import { isList, type Listed, originIn, started, until } from '../e2e/cluster.js'
import { scenarioIn } from '../e2e/small-scenario.js'

export interface Twin {
  readonly origin: string
  ask(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }>
  /** Moves time on, once whoever is awake sleeps. */
  advance(seconds: number): Promise<void>
  /** Those that time waits for. */
  parties(): Promise<string>
  list(kind: string): Promise<readonly Listed[]>
  stop(): Promise<void>
}

/** Publishes its volumes into an API server that has the definitions and the DiskPools. */
export async function startTwin(plane: ControlPlane, cwd: string): Promise<Twin> {
  const published = ['--publish', '--kubeconfig', writeKubeconfig(plane)]
  const listening = ['--listen', '127.0.0.1:0', '--speed', 'manual']
  const twin = started(['twin', scenarioIn(cwd), ...listening, ...published], cwd)
  const origin = await until(() => originIn(twin), 'twin')
  const ask: Twin['ask'] = async (method, path, body) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    const answer = await fetch(`${origin}${path}`, init)
    return { status: answer.status, text: await answer.text() }
  }
  return {
    origin,
    ask,
    async advance(seconds) {
      await until(async () => {
        const { status } = await ask('POST', '/twin/v1/advance', { us: seconds * 1_000_000 })
        return status === 200 ? status : null
      }, 'advance')
    },
    parties: async () => (await ask('GET', '/twin/v1/clock')).text,
    async list(kind) {
      const { body } = await plane.call('GET', pathOf(kind))
      return isList(body) ? body.items : []
    },
    async stop() {
      twin.child.kill()
      await twin.ended
    },
  }
}
