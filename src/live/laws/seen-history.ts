/**
 * The history as one operator sees it: what its loop is given and what it says, made into entries
 * for the laws. What is merely seen is learned; judged is only what this operator does. The watch
 * begins with the journal and the world as they are.
 */
import type { Command, Reply } from '../../core/command.js'
import type { DomainEvent, HistoryEntry } from '../../core/event.js'
import { type LawFacts, type LawWatch, watchLaws } from '../../core/laws.js'
import type { Cluster, NodeId, Observation, PoolId, Volume, VolumeId } from '../../core/model.js'
import type { MigrationRecord, OperatorRecord } from '../../core/record.js'
import type { PolicyObject } from '../../core/resources.js'
import type { OperatorSettings } from '../../core/settings.js'
import { lawsJudgedLive } from './judged-live.js'
import { SeenCordons } from './seen-cordons.js'
import { type BrokenByCount, SeenCounts } from './seen-counts.js'
import { SeenFacts } from './seen-facts.js'
import { SeenRecords } from './seen-records.js'

export interface Broken {
  readonly law: number
  readonly migration: string | null
  readonly atUs: number
  readonly text: string
}

type Seen = Observation<PolicyObject>
type SentCommand = Extract<DomainEvent, { readonly kind: 'command' }>

export class SeenHistory {
  private readonly facts: SeenFacts
  private readonly watch: LawWatch
  private readonly records: SeenRecords
  private readonly cordons: SeenCordons
  private readonly counts = new SeenCounts()
  /** Volumes as they were last read afresh in this round. */
  private readonly fresh = new Map<VolumeId, Volume>()
  private latest: Seen | null = null
  private cluster: Cluster | null = null
  private isRoundNew = true
  private told = 0

  constructor(
    settings: OperatorSettings,
    operator: string,
    private readonly onBroken: (broken: Broken) => void,
  ) {
    this.facts = new SeenFacts(settings)
    this.watch = watchLaws(this.facts)
    const judged = {
      hear: (entry: HistoryEntry) => this.hear(entry),
      learn: this.watch.learn,
    }
    this.records = new SeenRecords(judged, operator)
    this.cordons = new SeenCordons(judged)
  }

  /** Times that a law was at stake, by its number. */
  timesAtStake(): ReadonlyMap<number, number> {
    return new Map([...this.watch.timesAtStake(), ...this.counts.atStake])
  }

  roundEnds(): void {
    this.isRoundNew = true
    this.fresh.clear()
  }

  /** A round decides by the policies that it saw first. */
  observed(observation: Seen): void {
    const { atUs, cluster, policies } = observation
    this.latest = observation
    if (this.isRoundNew) {
      this.isRoundNew = false
      for (const [policy, starts] of this.facts.hearPolicies(policies)) {
        this.watch.learn({ kind: 'policy-changed', atUs, policy, starts })
      }
    }
    this.facts.hearPools(cluster)
    if (cluster !== this.cluster) this.learnCluster(cluster, atUs)
    for (const broken of this.counts.observes(observation)) this.tellCount(broken, atUs)
  }

  volumeRead(volume: Volume, atUs: number): void {
    this.fresh.set(volume.id, volume)
    const broken = this.counts.reads(volume, atUs)
    if (broken !== null) this.tellCount(broken, atUs)
  }

  recordsRead(records: readonly MigrationRecord[], atUs: number): void {
    this.records.reads(records, atUs)
  }

  operatorRead({ pause }: OperatorRecord, atUs: number): void {
    this.watch.learn({ kind: pause === null ? 'resumed' : 'paused', atUs })
  }

  means(record: MigrationRecord, atUs: number): void {
    this.cordons.holdsNone(record, atUs)
    this.records.means(record, atUs)
  }

  doubtsWrites(): void {
    this.records.doubts()
  }

  says(event: DomainEvent): void {
    if (event.kind === 'looked-again') this.watch.learn(event)
    if (event.kind !== 'command') return
    this.hear(event)
    const { command, migration } = event
    if (command.kind === 'set-replica-count') this.sends(event, command)
    else if (isOfCordons(command)) this.cordons.asks(command, migration)
  }

  answered(command: Command, reply: Reply, atUs: number): void {
    if (command.kind === 'set-replica-count') {
      this.counts.answered(command.volume, reply.kind === 'done')
    } else {
      this.cordons.answered(command, reply, atUs)
    }
  }

  private sends(event: SentCommand, { volume, count }: SetCount): void {
    const { atUs, migration, operator } = event
    const { latest, facts } = this
    const record = migration === null ? undefined : this.records.get(migration)
    const before = this.fresh.get(volume)
    if (latest === null || record === undefined || before === undefined) return
    const cordons = this.cordons.of(record.name)
    const { policies, cluster } = latest
    const sent = { atUs, operator, count, record, before, cordons, policies, cluster }
    this.counts.sends({ ...sent, facts: frozen(facts) })
  }

  private learnCluster(cluster: Cluster, atUs: number): void {
    const before = this.cluster
    this.cluster = cluster
    if (cluster.nodes !== before?.nodes) {
      const gone = new Set<NodeId>(before?.nodes.map(({ id }) => id))
      for (const { id: node, status, draining } of cluster.nodes) {
        gone.delete(node)
        this.watch.learn({ kind: 'node-changed', atUs, node, status, draining })
      }
      for (const node of gone) {
        const status = 'online'
        this.watch.learn({ kind: 'node-changed', atUs, node, status, draining: false })
      }
    }
    if (cluster.pools === before?.pools) return
    const gone = new Set<PoolId>(before?.pools.map(({ id }) => id))
    for (const { id: pool, status } of cluster.pools) {
      gone.delete(pool)
      this.watch.learn({ kind: 'pool-changed', atUs, pool, status })
    }
    for (const pool of gone)
      this.watch.learn({ kind: 'pool-changed', atUs, pool, status: 'online' })
  }

  private hear(entry: HistoryEntry): void {
    this.watch.hear(entry)
    const { violations } = this.watch.result()
    for (; this.told < violations.length; this.told++) {
      const { law, atUs, text } = violations[this.told]
      if (lawsJudgedLive.includes(law)) {
        this.onBroken({ law, atUs, text, migration: migrationOf(entry) })
      }
    }
  }

  private tellCount({ migration, violations }: BrokenByCount, atUs: number): void {
    for (const { law, text } of violations) this.onBroken({ law, atUs, text, migration })
  }
}

type SetCount = Extract<Command, { readonly kind: 'set-replica-count' }>

function isOfCordons(command: SentCommand['command']): command is Command {
  return command.kind === 'cordon-pool' || command.kind === 'cordon-node'
}

function migrationOf(entry: HistoryEntry): string | null {
  if (entry.kind === 'record') return entry.record.name
  return 'migration' in entry ? entry.migration : null
}

/** As they are now: what is judged later rests on what was known when the command was sent. */
function frozen({ settings, policies, pools }: SeenFacts): LawFacts {
  return { settings, policies, pools, tierOf: () => null }
}
