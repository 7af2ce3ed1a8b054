/** An operator's parts, opened and put together; and how they are closed. */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { DomainEvent } from '../../core/event.js'
import type { OperatorSettings } from '../../core/settings.js'
import { type Held, Lease } from '../../kubernetes/lease.js'
import { type Recorder, recorder } from '../../kubernetes/recorder.js'
import { claimTale } from '../../live/claim-events.js'
import { closingUs } from '../../live/guarded-mover.js'
import { systemTiming, type Timing } from '../../live/http/timing.js'
import type { Instruments } from '../../live/instruments.js'
import { logLineOf } from '../../live/log-line.js'
import { StripeWatch } from '../../live/stripe-watch.js'
import { type LiveServers, LiveWorld, type SeenRound } from '../../live/world.js'
import type { ClusterFlags } from '../cluster/flags.js'
import { kubernetesApi } from '../cluster/kubernetes.js'
import { openMayastor, refuseAbsent } from '../cluster/mayastor.js'
import { leaseName } from '../cluster/operator-lease.js'
import { prometheusHttp } from '../cluster/servers.js'
import { programVersion } from '../version.js'
import { Leadership } from './leadership.js'
import type { Log } from './log.js'
import { beginAt, breakerOf, type OperatorMetrics, observedBy, operatorMetrics } from './metrics.js'
import { type Listening, type Probes, serveMetrics, serveProbes } from './probes.js'
import { Rounds } from './rounds.js'
import { ServerTroubles } from './server-troubles.js'
import { leaseSettingsOf } from './settings.js'
import { type OperatorTime, timeOf } from './time.js'
import type { Tracing } from './tracing.js'

export interface OperatorFlags extends ClusterFlags {
  readonly namespace: string
  readonly metricsAddr: string
  readonly healthAddr: string
  readonly leaseSeconds: string
  readonly clock?: string
  readonly clockParty: string
}

/** For Events that are not written yet when the operator ends. */
const lastEventsUs = 3_000_000

/** For statuses that a server did not take until then. */
const lastStatusesUs = 3_000_000

type LeaseSettings = ReturnType<typeof leaseSettingsOf>

interface Parts {
  readonly flags: OperatorFlags
  readonly settings: OperatorSettings
  readonly log: Log
  readonly leaseSettings: LeaseSettings
  readonly servers: LiveServers
  readonly time: OperatorTime
  readonly tracing: Tracing | null
  readonly metrics: OperatorMetrics
}

export async function openOperator(
  flags: OperatorFlags,
  settings: OperatorSettings,
  log: Log,
  tracing: Tracing | null,
): Promise<Operator> {
  const leaseSettings = leaseSettingsOf(flags.leaseSeconds)
  const { renewDeadlineUs } = leaseSettings
  const metrics = operatorMetrics(programVersion())
  const observed = observedBy(metrics, tracing, new ServerTroubles(log))
  const servers = {
    mayastor: await openMayastor(flags, renewDeadlineUs, {
      ...observed('mayastor'),
      ...breakerOf(metrics, 'mayastor'),
    }),
    prometheus: prometheusHttp(flags, systemTiming, {
      ...observed('prometheus'),
      ...breakerOf(metrics, 'prometheus'),
    }),
    api: await kubernetesApi(flags, systemTiming, observed('kubernetes')),
  }
  const { mayastor, prometheus, api } = servers
  beginAt(metrics, { mayastor: mayastor.url, prometheus: prometheus.url, kubernetes: api.url })
  await refuseAbsent(servers.mayastor, flags)
  const time = timeOf(flags.clock, flags.clockParty)
  const parts = { flags, settings, log, leaseSettings, servers, time, tracing, metrics }
  const operator = new Operator(parts)
  await operator.listen()
  return operator
}

export class Operator {
  readonly name = `${hostname()}_${randomUUID()}`
  readonly world: LiveWorld
  readonly lease: Lease
  private readonly instruments: Instruments
  private readonly leadership = new Leadership(systemTiming.monotonicUs)
  private readonly rounds: Rounds
  private readonly stripes: StripeWatch
  private readonly recorder: Recorder
  private listening: readonly Listening[] = []
  private isListed = false
  /** Told once while they last. */
  private failures: readonly string[] = []
  private held: Held | null = null

  constructor(private readonly parts: Parts) {
    const { flags, settings, log, leaseSettings, servers, time, tracing } = parts
    const { namespace } = flags
    this.instruments = parts.metrics.instruments
    const { machinery } = parts.metrics
    this.rounds = new Rounds(systemTiming.monotonicUs, settings.roundIntervalUs)
    const reporting = {
      reportingController: 'storage.billyronks.io/couchestor',
      reportingInstance: this.name,
      namespaceOfClusterObjects: 'default',
    }
    this.recorder = recorder(servers.api, reporting, systemTiming)
    this.stripes = new StripeWatch(servers.api, systemTiming)
    this.world = new LiveWorld({
      servers,
      stripes: this.stripes,
      time,
      leading: this.leadership,
      // A command that was sent as late as a lease is renewed is over before it can end.
      commandDeadlineUs: leaseSettings.renewDeadlineUs,
      operator: this.name,
      namespace,
      listeners: [
        // Before the log, whose lines name the spans.
        event => tracing?.traces.heard(event),
        event => log(logLineOf(event)),
        event => this.instruments.heard(event),
        event => this.tellOwner(event),
      ],
      onRoundBegun: () => {
        this.rounds.begun()
        machinery.rounds.begun()
      },
      onRoundFailed: () => machinery.rounds.ended('error'),
      onRound: seen => this.seen(seen),
    })
    this.world.onChange(time.wake)
    machinery.open({
      watches: this.world.watched(),
      recorder: this.recorder,
      journalWrites: this.world.journalWrites,
    })
    for (const [name, queue] of Object.entries(this.world.statuses.queues())) {
      machinery.queues.open(name, queue)
    }
    const holder = { namespace, name: leaseName, identity: this.name }
    this.lease = new Lease(servers.api, { ...holder, ...leaseSettings }, systemTiming)
  }

  /** Of the loop's own questions. */
  get timing(): Timing {
    return this.parts.time.timing
  }

  async listen(): Promise<void> {
    const { healthAddr, metricsAddr } = this.parts.flags
    this.listening = [await serveProbes(healthAddr, this.probes())]
    this.listening = [...this.listening, await serveMetrics(metricsAddr, this.instruments)]
    const [health, metrics] = this.listening.map(one => one.origin)
    this.parts.log({ level: 'info', message: 'listening', fields: { health, metrics } })
  }

  /** When everything that is watched was listed once. */
  async listed(): Promise<void> {
    const { stripes } = this
    void stripes.whenListed().then(() => {
      const fields = { objects: stripes.size() }
      this.parts.log({ level: 'info', message: 'the index of stripes is listed', fields })
    })
    await this.world.start()
    this.isListed = true
    this.parts.log({ level: 'info', message: 'everything is listed', fields: {} })
  }

  /** When it may begin. */
  async took(held: Held): Promise<void> {
    const { log, time, leaseSettings } = this.parts
    this.held = held
    this.leadership.took(held)
    // Whoever waited long for the lease has turned no round, and is well.
    this.rounds.ended()
    this.instruments.leading(true)
    const fields = { epoch: held.epoch, operator: this.name }
    log({ level: 'info', message: 'leading', fields })
    // Where time stands until it sleeps, it begins only when it may send at once.
    if (time.isByHand) await systemTiming.sleep(leaseSettings.renewDeadlineUs)
    // Elsewhere it looks at once, and again as soon as it may send.
    else void systemTiming.sleep(leaseSettings.renewDeadlineUs).then(time.wake)
    await time.begin()
  }

  /** Closes what is open in the cluster, and gives the lease back. */
  async endLeading(withinUs: number): Promise<void> {
    const { held, world, parts } = this
    this.leadership.end()
    if (held === null) return
    await world.closeWindow(parts.time.wake, withinUs)
    await world.whenIdle()
    await world.statuses.end(lastStatusesUs)
    await held.release()
    await this.recorder.flush(lastEventsUs)
    parts.log({ level: 'info', message: 'the lease is given back', fields: {} })
  }

  /** A window that is open now is closed first: only our loop knows which commands that takes. */
  async lost(): Promise<void> {
    this.instruments.leading(false)
    // From here on they are another's to write.
    this.world.statuses.close()
    await this.world.whenBetweenRounds(closingUs)
    await this.world.whenIdle()
  }

  async close(): Promise<void> {
    const { servers, time } = this.parts
    const closing = this.listening.map(one => one.close())
    this.recorder.close()
    await Promise.all([...closing, this.world.stop(), time.end()])
    for (const one of [servers.api, servers.mayastor, servers.prometheus]) one?.close()
  }

  private tellOwner(event: DomainEvent): void {
    const tale = claimTale(event, volume => this.world.claimOf(volume))
    if (tale !== null) this.recorder.tell(tale)
  }

  private probes(): Probes {
    return {
      // So is whoever waits for it still.
      alive: () => (this.leadership.isLeader ? this.rounds.whyNotAlive() : null),
      ready: () => (this.isListed ? this.world.trouble() : 'not everything was listed yet'),
    }
  }

  private seen(round: SeenRound): void {
    this.instruments.seen(round, this.rounds.ended())
    this.parts.metrics.machinery.rounds.ended('success')
    this.instruments.leading(this.leadership.isLeader)
    for (const why of round.failures) {
      if (this.failures.includes(why)) continue
      this.parts.log({
        level: 'warn',
        message: 'an object is not as it should be',
        fields: { why },
      })
    }
    this.failures = round.failures
  }
}
