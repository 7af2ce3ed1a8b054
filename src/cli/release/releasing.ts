/** A release under the lease: rounds of the loop that only undo, until nothing is left to. */
import { defaultSettings, type OperatorSettings } from '../../core/settings.js'
import type { Held } from '../../kubernetes/lease.js'
import { systemTiming } from '../../live/http/timing.js'
import type { Mayastor } from '../../live/mayastor/mayastor.js'
import { type LiveServers, LiveWorld } from '../../live/world.js'
import { newMemory } from '../../loop/observe.js'
import { round } from '../../loop.js'
import { kubernetesMissing } from '../cluster/kubernetes.js'
import { mayastorMissing } from '../cluster/mayastor.js'
import { Leadership } from '../operator/leadership.js'
import type { OperatorTime } from '../operator/time.js'
import { cancel } from '../undo/cancel.js'
import { isSettled, type Left, whatIsLeft } from './left.js'
import { onlyUndoing } from './only-undoing.js'
import { type StrayCordons, undoStrays } from './stray-cordons.js'
import { Told } from './told.js'

export interface Released {
  readonly told: Told
  /** Finalizers that were found on finished objects, and are gone. */
  readonly letGo: readonly string[]
  readonly strays: readonly string[]
  /** Sentences: what could not be undone, and what to do. */
  readonly left: readonly string[]
}

export interface ReleaseSettings {
  readonly operator: string
  readonly namespace: string
  readonly commandDeadlineUs: number
  readonly forUs: number
  readonly preservationMode: boolean
}

/** A person waits for the first whole lists. */
const patienceUs = 30_000_000

export class Releasing {
  private readonly told = new Told()
  private readonly leadership = new Leadership(systemTiming.monotonicUs)
  private readonly world: LiveWorld
  private isStopping = false
  private isBegun = false

  constructor(
    private readonly servers: Pick<LiveServers, 'api' | 'mayastor'>,
    private readonly time: OperatorTime,
    private readonly settings: ReleaseSettings,
  ) {
    const { namespace, operator, commandDeadlineUs } = settings
    this.world = new LiveWorld({
      // No heat is asked for: there is no Prometheus here that could be asked.
      servers: { ...servers, prometheus: null },
      time,
      leading: this.leadership,
      commandDeadlineUs,
      operator,
      namespace,
      stripes: null,
      listeners: [this.told.hear],
      onRoundBegun: () => {},
      onRoundFailed: () => {},
      onRound: () => {},
    })
  }

  /** No further round; the one that runs closes its own window. */
  stop(): void {
    this.isStopping = true
    this.time.wake()
  }

  async run(held: Held): Promise<Released> {
    this.leadership.took(held)
    const first = await this.look()
    // A lease that somebody deleted counts from the beginning again; the record knows better.
    const epoch = Math.max(held.epoch, first.epoch)
    const left = isSettled(first) ? first : await this.rounds(epoch)
    const { undone, left: strays } = await this.strays(left)
    await this.world.whenIdle()
    const stillHeld = new Set(left.held)
    return {
      told: this.told,
      letGo: first.held.filter(name => !stillHeld.has(name)),
      strays: undone,
      left: [...this.failures(), ...inWords(left), ...strays],
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.world.stop(), ...(this.isBegun ? [this.time.end()] : [])])
  }

  /** Refuses with CLUSTER_MISSING where the journal cannot be read. */
  async look(): Promise<Left> {
    const answer = await whatIsLeft(this.servers.api, this.settings.namespace)
    if (answer.kind === 'unavailable') throw kubernetesMissing(answer.why)
    return answer.left
  }

  private async listed(): Promise<void> {
    const ending = new AbortController()
    const late = systemTiming.sleep(patienceUs, ending.signal).then(
      () => 'late' as const,
      () => 'ended' as const,
    )
    const first = await Promise.race([this.world.start(), late])
    ending.abort()
    if (first === 'late') throw kubernetesMissing(this.world.trouble() ?? 'it does not answer')
  }

  /** When everything is known, and no command of the leader before can be under way. */
  private async begin(): Promise<void> {
    const read = await this.servers.mayastor.cluster()
    if (read.kind !== 'read') throw mayastorMissing(this.servers.mayastor, this.whyNotRead(read))
    await this.listed()
    const { commandDeadlineUs } = this.settings
    await systemTiming.sleep(Math.max(0, commandDeadlineUs - this.leadership.heldForUs()))
    this.isBegun = true
    await this.time.begin()
  }

  private async rounds(epoch: number): Promise<Left> {
    await this.begin()
    const { time, settings } = this
    const { operator, forUs, preservationMode } = settings
    const loopSettings: OperatorSettings = { ...defaultSettings, preservationMode }
    const memory = newMemory(loopSettings)
    const ports = onlyUndoing(this.world.ports)
    const intervalUs = loopSettings.syncPollIntervalUs
    const untilUs = time.clock.now() + forUs
    for (;;) {
      await this.cancelAll()
      await round(ports, { operator, epoch }, loopSettings, memory)
      const left = await this.look()
      if (isSettled(left) || this.isOver(untilUs)) return left
      await time.clock.sleepUntil((Math.floor(time.clock.now() / intervalUs) + 1) * intervalUs)
      // What happened meanwhile lets no further round begin.
      if (this.isOver(untilUs)) return left
    }
  }

  private isOver(untilUs: number): boolean {
    return this.isStopping || this.time.clock.now() >= untilUs || !this.leadership.isLeader
  }

  /** Also those that a person asked for meanwhile; what goes wrong here is tried next time. */
  private async cancelAll(): Promise<void> {
    const { running } = await this.look()
    const asked = running.filter(({ record }) => !record.deleting)
    await Promise.all(asked.map(({ kept }) => cancel(this.servers.api, kept)))
  }

  private async strays({ running }: Left): Promise<StrayCordons> {
    const read = await this.servers.mayastor.cluster()
    if (read.kind !== 'read') {
      const why = `whether cordons of ours stand is not known: ${this.whyNotRead(read)}`
      return { undone: [], left: [why] }
    }
    const owned = new Set(running.map(({ kept }) => kept.name))
    return undoStrays(read.value, owned, this.world.ports.mover)
  }

  private whyNotRead(answer: NotRead): string {
    return answer.kind === 'gone' ? this.servers.mayastor.absent : answer.why
  }

  private failures(): readonly string[] {
    return [...this.told.ended.values()].flatMap(({ name, spec, status }) => {
      if (status?.outcome !== 'failed' && status?.why !== 'unknown-protocol') return []
      const why = status.why ?? status.outcome
      return `${name} could not be undone (${why}): compare the replicas of volume ${spec.volume}`
    })
  }
}

function inWords({ running, held, unreadable, window }: Left): readonly string[] {
  const again = 'run couchestor release again'
  return [
    ...running.map(({ record: { name, status } }) => {
      const why = status?.message ?? ''
      return `${name} is under way still${why === '' ? '' : `, ${why}`}: ${again}`
    }),
    ...held.map(name => `${name} keeps our finalizer: ${again}`),
    ...unreadable.map(name => `${name} cannot be read: look at what it did, and mend or delete it`),
    ...(window === null ? [] : [`the window of ${window} is open still: ${again}`]),
  ]
}

type NotRead = Exclude<Awaited<ReturnType<Mayastor['cluster']>>, { readonly kind: 'read' }>
