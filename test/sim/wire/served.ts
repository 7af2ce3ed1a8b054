/** A small cluster served over real HTTP; answers of Mayastor’s API are held to its document. */
import { afterAll } from 'vitest'
import { planRun } from '../../../sim/baselines.js'
import type { Pace } from '../../../sim/wire/outside-clock.js'
import { WireTwin } from '../../../sim/wire/twin.js'
import { serve } from '../../../src/cli/twin/server.js'
import { heatSource, type SmallScenario, scenarioOf, smallPolicy } from '../small-world.js'
import { expectDocumented } from './openapi.js'

export interface Answer {
  readonly status: number
  readonly type: string | null
  readonly text: string
  /** The body as JSON, where it is. */
  readonly value: unknown
}

/** A page of volumes, as far as tests name its fields. */
export interface VolumePage {
  readonly entries: readonly {
    readonly spec: { readonly uuid: string }
    readonly state: VolumeState
  }[]
  readonly next_token?: number
}

export interface VolumeState {
  readonly replica_topology: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly target?: { readonly children: readonly Readonly<Record<string, unknown>>[] }
}

export interface ServedTwin {
  readonly twin: WireTwin
  readonly origin: string
  ask(method: string, path: string, body?: unknown): Promise<Answer>
  /** The body of a GET that is answered with 200. */
  get<Shape = unknown>(path: string): Promise<Shape>
  /** Moves the clock by hand. */
  advance(us: number): Promise<Answer>
}

export const fourNodes: SmallScenario = {
  pools: [
    { tier: 'hot', node: 0 },
    { tier: 'hot', node: 1 },
    { tier: 'cold', node: 2 },
    { tier: 'cold', node: 3 },
  ],
  volumes: [
    { place: 'hot', replicas: 2, heat: [{ fromMinute: 0, iops: 200 }] },
    { place: 'hot', replicas: 1, heat: [{ fromMinute: 0, iops: 2 }] },
    { place: 'cold', replicas: 2, heat: [], change: { publishedAtStart: false } },
  ],
  lengthMinutes: 240,
}

/** Ended after the file's tests. */
export async function servedTwin(
  change: Partial<SmallScenario> = {},
  pace: Pace = 'by-hand',
): Promise<ServedTwin> {
  const small = { ...fourNodes, ...change }
  const scenario = scenarioOf(small)
  const planned = planRun(scenario, 'small', [smallPolicy(small.policy)])
  if (planned.kind === 'impossible') throw new Error(`no place for ${planned.volume.name}`)
  const defects: unknown[] = []
  const note = (error: unknown): void => {
    defects.push(error)
  }
  const source = heatSource(small)
  const twin = new WireTwin({ scenario, plan: planned.plan, source, pace, failed: note })
  const answer = twin.answer.bind(twin)
  const address = { host: '127.0.0.1', port: 0 }
  const served = await serve(address, { answer, realMs: us => us / 1_000_000, failed: note })
  afterAll(async () => {
    await served.close()
    await twin.close()
    if (defects.length > 0) throw defects[0]
  })
  const ask = (method: string, path: string, body?: unknown): Promise<Answer> =>
    asked(served.origin, method, path, body)
  return {
    twin,
    origin: served.origin,
    ask,
    async get<Shape>(path: string) {
      const got = await ask('GET', path)
      if (got.status !== 200) throw new Error(`${path}: ${got.status} ${got.text}`)
      const value: Shape = JSON.parse(got.text)
      return value
    },
    advance: us => ask('POST', '/twin/v1/advance', { us }),
  }
}

async function asked(
  origin: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const sent = typeof body === 'string' || body === undefined ? body : JSON.stringify(body)
  const response = await fetch(`${origin}${path}`, {
    method,
    ...(sent === undefined ? {} : { body: sent }),
  })
  const text = await response.text()
  const type = response.headers.get('content-type')
  const value: unknown = type === 'application/json' ? JSON.parse(text) : undefined
  const answer = { status: response.status, type, text, value }
  if (path.startsWith('/v0/')) expectDocumented(method, path, answer)
  return answer
}
