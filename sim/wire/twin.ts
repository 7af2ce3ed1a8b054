/**
 * The twin as servers: a world whose clock is kept outside, seen through Mayastor's REST API,
 * Prometheus' query API and an exporter's page. No operator runs in it.
 */
import type { TraceSource } from '../../traces/batch.js'
import type { RunPlan } from '../baselines.js'
import type { Scenario } from '../scenario/model.js'
import { World } from '../world.js'
import { text, type WireAnswer, type WireRequest } from './exchange.js'
import { exposition, expositionType } from './exposition.js'
import { Identity } from './identity.js'
import { MayastorRoutes } from './mayastor-routes.js'
import { OutsideClock, type Pace } from './outside-clock.js'
import { PrometheusRoutes } from './prometheus-routes.js'
import { TwinRoutes } from './twin-routes.js'

export interface WireOptions {
  readonly scenario: Scenario
  readonly plan: RunPlan
  readonly source: TraceSource
  readonly pace: Pace
  /** Time cannot go on: a defect. */
  readonly failed: (error: unknown) => void
}

export class WireTwin {
  readonly world: World
  readonly clock: OutsideClock
  private readonly identity: Identity
  private readonly mayastor: MayastorRoutes
  private readonly prometheus: PrometheusRoutes
  private readonly own: TwinRoutes

  constructor({ scenario, plan, source, pace, failed }: WireOptions) {
    const { policies, placement } = plan
    this.world = new World({ scenario, policies, placement, source, watched: [] })
    this.clock = new OutsideClock(this.world.engine, pace, failed)
    this.identity = new Identity(this.world.control.volumes)
    this.mayastor = new MayastorRoutes(this.world, this.identity)
    this.prometheus = new PrometheusRoutes(this.world, this.identity)
    this.own = new TwinRoutes(scenario, this.world, this.identity, this.clock)
  }

  async answer(request: WireRequest): Promise<WireAnswer> {
    const answer = await this.routed(request)
    if (answer.kind === 'cut' || this.goesByItself) return answer
    // Somebody waits for the answer before time may go on.
    return { ...answer, lateUs: 0 }
  }

  private routed(request: WireRequest): WireAnswer | Promise<WireAnswer> {
    const { path } = request
    if (isBelow(path, '/v0')) return this.mayastor.answer(request)
    if (isBelow(path, '/api/v1')) return this.prometheus.answer(request)
    if (isBelow(path, '/twin/v1')) return this.own.answer(request)
    if (path === '/metrics' && request.method === 'GET') {
      return text(200, expositionType, exposition(this.world, this.identity))
    }
    return text(404, 'text/plain', 'see /v0, /api/v1, /metrics and /twin/v1\n')
  }

  private get goesByItself(): boolean {
    return this.clock.pace === 'paced' && this.clock.sleepers.length === 0
  }

  /** What a Kubernetes of this cluster has to know of. */
  published() {
    const { pools, volumes } = this.world.view.observe().cluster
    return { pools, volumes: this.identity.onWire(volumes) }
  }

  close(): Promise<void> {
    return this.world.close()
  }
}

function isBelow(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`)
}
