/**
 * The live cluster, put together: Kubernetes, Mayastor and Prometheus behind the doors that the
 * loop knows. Its mirror is sim/world.ts.
 */
import type { DomainEvent } from '../core/event.js'
import { type Landscape, survey } from '../core/landscape.js'
import type { Observation, VolumeId } from '../core/model.js'
import type { PolicyObject } from '../core/resources.js'
import type { KubernetesApi } from '../kubernetes/api.js'
import type { Clock, Inventory, Journal, Metrics, Ports } from '../ports.js'
import type { ClaimIdentity } from './claim-events.js'
import { type Listener, LiveEvents } from './events.js'
import { GuardedMover, type Leading } from './guarded-mover.js'
import type { HttpClient } from './http/client.js'
import type { Timing } from './http/timing.js'
import { factsAt, LiveInventory } from './inventory.js'
import { LiveJournal } from './journal.js'
import type { KubernetesAnswer } from './kubernetes-facts.js'
import { KubernetesWatch } from './kubernetes-watch.js'
import type { Machinery, WriteCounts } from './machinery-metrics.js'
import type { Mayastor } from './mayastor/mayastor.js'
import { LiveMetrics } from './metrics.js'
import type { PolicyWorld } from './policy-status.js'
import { PrometheusClient, usualPrometheus } from './prometheus/client.js'
import { Statuses } from './statuses.js'
import type { CountsByPolicy, StripeWatch } from './stripe-watch.js'

export interface LiveServers {
  readonly api: KubernetesApi
  readonly mayastor: Mayastor
  /** Null: nobody asks for heat. */
  readonly prometheus: HttpClient | null
}

/** What differs between an operator in a cluster and one whose clock a test moves. */
export interface LiveTime {
  /** Of the loop's own questions; by hand: the clock's. */
  readonly timing: Timing
  /** Of watches, retries and leases. */
  readonly real: Timing
  readonly clock: Clock
  /** The clock is moved by hand: no other server's clock is compared with it. */
  readonly isByHand: boolean
}

export interface LiveOptions {
  readonly servers: LiveServers
  readonly time: LiveTime
  readonly leading: Leading
  /** So long a command is waited for: shorter than the lease. */
  readonly commandDeadlineUs: number
  readonly operator: string
  /** Where the operator's own ConfigMap is. */
  readonly namespace: string
  /** Null: nobody counts stripes, as where all that is done is to undo. */
  readonly stripes: StripeWatch | null
  readonly listeners: readonly Listener[]
  readonly onRoundBegun: () => void
  /** After one that could not see the cluster, or read the journal. */
  readonly onRoundFailed: () => void
  /** After each round, with what it saw. */
  readonly onRound: (round: SeenRound) => void
}

export interface SeenRound extends PolicyWorld {
  readonly observation: Observation<PolicyObject>
  /** Null: the index of stripes is not known. */
  readonly stripes: CountsByPolicy | null
  /** Statuses that could not be written, and objects that cannot be read. */
  readonly failures: readonly string[]
}

export class LiveWorld {
  readonly ports: Ports
  readonly watch: KubernetesWatch
  readonly statuses: Statuses
  readonly journalWrites: WriteCounts = { written: 0, conflict: 0, unknown: 0 }
  private readonly journal: LiveJournal
  private readonly mover: GuardedMover
  private readonly events: LiveEvents
  private observation: Observation<PolicyObject> | null = null
  private landscape: Landscape | null = null
  /** Why the operator's record could not be read; null: it could. */
  private unread: string | null = null
  /** Those who wait for the end of the round that is under way; null between two rounds. */
  private roundEnds: (() => void)[] | null = null

  constructor(private readonly options: LiveOptions) {
    const { servers, time, leading, namespace, listeners } = options
    const { timing } = time
    const { mayastor } = servers
    this.watch = new KubernetesWatch(servers.api, time.real, 'watched')
    this.events = new LiveEvents(listeners)
    this.statuses = new Statuses(servers.api, time.real)
    this.journal = new LiveJournal(servers.api, time.real, {
      namespace,
      sizeOf: id => this.sizeOf(id),
    })
    this.mover = new GuardedMover(mayastor, leading, options.commandDeadlineUs)
    const { clock, isByHand } = time
    const facts = (): KubernetesAnswer =>
      factsAt(this.watch.answer(), isByHand ? clock.now() : null)
    const inventory = new LiveInventory(mayastor, facts, timing)
    this.ports = {
      clock: this.clockWithEnds(time.clock),
      metrics: metricsOf(servers.prometheus, time),
      inventory: this.remembered(inventory),
      mover: this.mover,
      stripes: { send: async () => ({ kind: 'refused', refusal: 'invalid', text: noCoder }) },
      journal: this.told(this.journal),
      events: this.events,
    }
  }

  /**
   * Begins to watch, and answers when everything was listed once. The index of stripes is not
   * waited for: nothing is decided on it.
   */
  async start(): Promise<void> {
    this.options.stripes?.start()
    this.watch.start()
    this.journal.start()
    await Promise.all([this.watch.whenListed(), this.journal.whenListed()])
  }

  async stop(): Promise<void> {
    this.statuses.close()
    await Promise.all([this.watch.stop(), this.options.stripes?.stop(), this.journal.stop()])
  }

  /** Calls back when a policy, a request or the pause changed: the next round is due. */
  onChange(listener: () => void): void {
    this.watch.onChange(listener)
    this.journal.onChange(listener)
  }

  /** Everything that is watched, by kind of object. */
  watched(): Machinery['watches'] {
    return {
      ...this.watch.watched(),
      ...this.journal.watched(),
      ...this.options.stripes?.watching(),
    }
  }

  onLogLevel(listener: (word: string | null) => void): void {
    this.journal.onLogLevel(listener)
  }

  /** The claim that is bound to a volume, as Events of it need it. */
  claimOf(id: VolumeId): ClaimIdentity | null {
    const { landscape } = this
    const place = landscape?.volumePlaces.get(id)
    if (landscape === null || place === undefined) return null
    const { claim } = landscape.volumes[place].volume
    if (claim === null) return null
    const { namespace, name } = claim
    const uid = this.watch.claimUid(namespace, name)
    return uid === null ? null : { namespace, name, uid }
  }

  /** Why what is watched, or its own record, is not known; null: they are. */
  trouble(): string | null {
    const answer = this.watch.answer()
    return answer.kind === 'unavailable' ? answer.why : this.unread
  }

  /** Lets rounds follow until no window of ours is open, for so long. */
  async closeWindow(wake: () => void, withinUs: number): Promise<void> {
    const { real: timing } = this.options.time
    const untilUs = timing.monotonicUs() + withinUs
    while (timing.monotonicUs() < untilUs) {
      const read = await this.journal.operator()
      if (read.kind === 'read' && read.stored.window === null) return
      wake()
      await timing.sleep(windowLookUs)
    }
  }

  /** When no round is under way, in which a window may be open; waits for so long at most. */
  async whenBetweenRounds(withinUs: number): Promise<void> {
    const { roundEnds, options } = this
    if (roundEnds === null) return
    const isOver = new AbortController()
    const late = options.time.real.sleep(withinUs, isOver.signal).catch(() => {})
    await Promise.race([new Promise<void>(resolve => roundEnds.push(resolve)), late])
    isOver.abort()
  }

  /** When no command is under way. */
  whenIdle(): Promise<void> {
    return this.mover.whenIdle()
  }

  private sizeOf(id: VolumeId): number | null {
    const volume = this.observation?.cluster.volumes.find(one => one.id === id)
    return volume?.sizeBytes ?? null
  }

  /** The loop sleeps when a round is over. */
  private clockWithEnds(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      sleepUntil: async untilUs => {
        for (const tell of this.roundEnds ?? []) tell()
        this.roundEnds = null
        await this.endRound(clock.now())
        return clock.sleepUntil(untilUs)
      },
    }
  }

  private remembered(inventory: Inventory): Inventory {
    return {
      observe: async () => {
        this.options.onRoundBegun()
        this.roundEnds ??= []
        const answer = await inventory.observe()
        this.observation = answer.kind === 'observed' ? answer.observation : null
        if (answer.kind === 'observed') {
          const { cluster, policies } = answer.observation
          this.landscape = survey(cluster, policies, this.landscape)
        }
        return answer
      },
      volume: id => inventory.volume(id),
    }
  }

  /** The journal, whose every write is an event. */
  private told(journal: Journal): Journal {
    const { operator, time } = this.options
    const tell = (event: DomainEvent): void => this.events.tell(event)
    const told = async (writing: ReturnType<Journal['create']>): ReturnType<Journal['create']> => {
      const answer = await writing
      this.journalWrites[answer.kind] += 1
      if (answer.kind === 'written') {
        tell({ kind: 'record', atUs: time.clock.now(), operator, record: answer.stored })
      }
      return answer
    }
    return {
      records: () => journal.records(),
      create: record => told(journal.create(record)),
      replace: record => told(journal.replace(record)),
      operator: async () => {
        const answer = await journal.operator()
        this.unread = answer.kind === 'unavailable' ? answer.why : null
        return answer
      },
      replaceOperator: async record => {
        const answer = await journal.replaceOperator(record)
        this.journalWrites[answer.kind] += 1
        return answer
      },
    }
  }

  private async endRound(nowUs: number): Promise<void> {
    const { observation, landscape } = this
    const recorded = await this.journal.records()
    if (observation === null || landscape === null || recorded.kind === 'unavailable') {
      this.options.onRoundFailed()
      return
    }
    this.events.keepOnly(volume => landscape.volumePlaces.has(volume))
    const { decisions } = this.events
    const wanting = this.events.wanting()
    const world: PolicyWorld = { landscape, decisions, records: recorded.stored, wanting }
    const codingPolicies = this.watch.codingPolicies()
    const index = this.options.stripes
    const stripes = index?.counts(codingPolicies) ?? null
    const trouble = index?.trouble() ?? null
    const failures = [
      ...(await this.statuses.write(world, codingPolicies, stripes, nowUs)),
      ...this.options.servers.mayastor.faults(),
      ...this.journal.unreadable().map(({ name }) => `VolumeMigration ${name} cannot be read`),
      ...(trouble === null ? [] : [`stripes are not counted: ${trouble}`]),
    ]
    this.options.onRound({ ...world, observation, stripes, failures })
  }
}

function metricsOf(prometheus: HttpClient | null, { timing, isByHand }: LiveTime): Metrics {
  if (prometheus === null) {
    return { counters: async () => ({ kind: 'unavailable', why: 'no Prometheus is named' }) }
  }
  const skew = isByHand ? { mostSkewUs: null } : {}
  const asked = new PrometheusClient(prometheus, timing, { ...usualPrometheus, ...skew })
  return new LiveMetrics(asked, timing)
}

const windowLookUs = 500_000
const noCoder = 'no coder runs in this cluster'
