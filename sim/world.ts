/**
 * The twin of a cluster, put together: the engine, the data path, the control plane, the exporter,
 * the journal, and the ports of each party. Its mirror is src/live/world.ts.
 */
import type { HistoryEntry, TruthEvent } from '../src/core/event.js'
import { pointIntervalUs } from '../src/core/heat.js'
import { volumeId } from '../src/core/model.js'
import type { PolicyObject } from '../src/core/resources.js'
import type { Ports } from '../src/ports.js'
import type { TraceSource } from '../traces/batch.js'
import { clockOf } from './clock.js'
import { ClusterView } from './cluster-view.js'
import { Proof } from './coding/proof.js'
import { CodingLedger } from './coding-ledger.js'
import { Engine, type Party } from './engine/engine.js'
import { stream } from './engine/stream.js'
import { eventsOf } from './events.js'
import { Exporter, type ShownCounter } from './exporter.js'
import { type AnswerFate, FaultPlan } from './faults/fault-plan.js'
import { FaultSchedule } from './faults/schedule-faults.js'
import { History } from './history.js'
import { inventoryOf } from './inventory.js'
import { journalOf, MemoryJournal } from './journal.js'
import { type PortLatency, usualLatency } from './latency.js'
import { Ledger } from './ledger.js'
import { ControlPlane } from './mayastor/control-plane.js'
import type { ModelNode, ModelVolume } from './mayastor/state.js'
import { metricsOf } from './metrics.js'
import { moverOf } from './mover.js'
import { poolTiers } from './pool-tiers.js'
import { RequestReplay } from './replay/request-replay.js'
import { SeriesReplay } from './replay/series-replay.js'
import { modelPools, scenarioDevices } from './scenario/devices.js'
import type { Fault, Scenario, ScenarioVolume } from './scenario/model.js'
import { stripesOf } from './stripes.js'

export interface WorldOptions {
  readonly scenario: Scenario
  /** The policies of this run; where volumes stand at the start is `placement`. */
  readonly policies: readonly PolicyObject[]
  readonly placement: readonly (readonly number[])[]
  /** Its volumes are the scenario's, its times count from the run's start. */
  readonly source: TraceSource
  /** Volumes with latency buckets of their own. */
  readonly watched: readonly number[]
  readonly latency?: PortLatency
  readonly watch?: (entry: HistoryEntry) => void
}

export class World {
  readonly engine: Engine
  readonly control: ControlPlane
  readonly replay: RequestReplay | SeriesReplay
  readonly exporter: Exporter
  readonly journal: MemoryJournal
  readonly history: History
  readonly ledger: Ledger
  readonly coding: CodingLedger
  readonly faults: FaultPlan
  readonly view: ClusterView
  private readonly proof: Proof | null
  private readonly latency: PortLatency
  private readonly schedule: FaultSchedule
  private shownReads: Float64Array
  private shownWrites: Float64Array

  constructor(private readonly options: WorldOptions) {
    const { scenario, policies } = options
    const volumes = scenario.volumes.length
    this.latency = options.latency ?? usualLatency
    this.history = new History(options.watch ?? (() => {}))
    this.journal = new MemoryJournal((record, operator) =>
      this.history.add({ kind: 'record', atUs: this.engine.nowUs, operator, record }),
    )
    this.faults = new FaultPlan(scenario.faults, stream(scenario.seed, 'faults'))
    this.ledger = new Ledger(poolTiers(scenario.pools, policies), scenario.startUs)
    this.coding = new CodingLedger(poolTiers(scenario.pools, policies), scenario.startUs)
    this.shownReads = new Float64Array(volumes)
    this.shownWrites = new Float64Array(volumes)
    this.replay = this.makeReplay()
    this.proof = proofOf(scenario)
    const nodes = modelNodes(scenario)
    const pools = modelPools(scenario, nodes)
    const models = scenario.volumes.map(modelVolume)
    this.engine = new Engine(scenario.startUs, this.replay, transfer =>
      this.control.transferFinished(transfer),
    )
    this.control = new ControlPlane(
      nodes,
      pools,
      models,
      () => this.engine,
      this.replay,
      event => this.tell(event),
      {
        tierOfPool: poolTiers(scenario.pools, policies),
        codingPolicies: scenario.codingPolicies,
        coding: scenario.coding,
        proof: this.proof,
        maxRebuilds: scenario.loop.mayastorMaxRebuilds,
        rebuildsFail: atUs => this.faults.rebuildsFail(atUs),
      },
    )
    this.exporter = new Exporter(
      models.map(model => model.id),
      volume => this.control.volumes[volume].target?.id ?? null,
      (node, atUs) => this.faults.exporterShows(node, atUs),
      windowSteps(policies, scenario.loop.scrapeIntervalUs),
    )
    this.view = new ClusterView(this.control, this.engine, policies)
    this.furnish()
    this.schedule = this.scheduleOf()
    this.schedule.add(scenario.faults)
  }

  /** Faults beyond the scenario's, asked for while it runs. */
  addFaults(faults: readonly Fault[]): void {
    this.faults.add(faults)
    this.schedule.add(faults)
  }

  /** What the exporters of all nodes show at this instant. */
  shownCounters(): readonly ShownCounter[] {
    return this.exporter.shown(this.engine.nowUs, this.shownReads, this.shownWrites)
  }

  /** Ends the threads that real encoding began. */
  async close(): Promise<void> {
    await this.control.coder.store.proving?.close()
  }

  /** The doors of one party. */
  portsOf(party: Party): Ports {
    const { engine, control, latency, faults } = this
    const kubernetes = (): AnswerFate => faults.answer('kubernetes', engine.nowUs)
    const mayastor = (): AnswerFate => faults.answer('mayastor', engine.nowUs)
    return {
      clock: clockOf(engine, party),
      metrics: metricsOf(this.exporter, engine, party, latency, faults),
      inventory: inventoryOf(this.view, control, engine, party, latency, { kubernetes, mayastor }),
      mover: moverOf(control, party, latency, mayastor),
      stripes: stripesOf(control.coder, party, latency, mayastor),
      journal: journalOf(this.journal, party, latency, kubernetes),
      events: eventsOf(this.history),
    }
  }

  private makeReplay(): RequestReplay | SeriesReplay {
    const { scenario, source } = this.options
    const common = {
      devices: scenarioDevices(scenario),
      volumes: scenario.volumes.length,
      originUs: scenario.startUs,
      scrapeIntervalUs: scenario.loop.scrapeIntervalUs,
      objectivesUs: objectivesOf(scenario, this.options.policies),
    }
    if (source.grain === 'requests') {
      return new RequestReplay(source, {
        ...common,
        watched: this.options.watched,
        onScrape: (atUs, counters) => this.scrape(atUs, counters.reads, counters.writes),
      })
    }
    return new SeriesReplay(source, {
      ...common,
      onScrape: (atUs, reads, writes) => this.scrape(atUs, reads, writes),
    })
  }

  private scrape(atUs: number, reads: Float64Array, writes: Float64Array): void {
    this.shownReads = reads
    this.shownWrites = writes
    this.exporter.scrape(atUs, reads, writes)
  }

  private tell(event: TruthEvent): void {
    this.history.add(event)
    if (!('volume' in event)) return
    const { control } = this
    const isGone = event.kind === 'volume-deleted'
    const volume = isGone
      ? control.volumes.find(one => one.id === event.volume)
      : control.volume(event.volume)
    if (volume === undefined) return
    this.ledger.note(volume, event.atUs)
    this.ledger.hear(event, volume)
    this.coding.hear(event, volume)
    if (event.kind !== 'shards-placed') return
    const { bytesOn } = control.coder.store.journals
    this.ledger.noteJournals(bytesOn, event.atUs)
    this.coding.noteJournals(bytesOn, event.atUs)
  }

  /** Replicas stand synced where the placement says; targets are on the first one's node. */
  private furnish(): void {
    const { control } = this
    for (const volume of control.volumes) {
      const pools = this.options.placement[volume.index].map(pool => control.pools[pool])
      control.create(volume, pools, volume.spec.publishedAtStart)
    }
  }

  private scheduleOf(): FaultSchedule {
    const { engine, control, history } = this
    return new FaultSchedule({
      seed: this.options.scenario.seed,
      shards: control.coder.store,
      engine,
      control,
      resetExporter: node => {
        const found = control.nodes.find(one => one.id === node)
        if (found !== undefined) this.exporter.reset(found.id, this.shownReads, this.shownWrites)
      },
      tell: event => history.add(event),
    })
  }
}

/** Threads begin with the first stripe that is sampled. */
function proofOf({ seed, coding, codingPolicies }: Scenario): Proof | null {
  const { sample, engine, threads } = coding
  if (codingPolicies.length === 0 || sample.numerator === 0) return null
  return new Proof({ seed, sample, engine, threads })
}

function modelNodes(scenario: Scenario): readonly ModelNode[] {
  const names = [...new Set(scenario.pools.map(pool => pool.node))]
  const version = `${scenario.mayastor}.0`
  return names.map(id => ({ id, version, online: true, draining: false, cordonLabels: [] }))
}

function modelVolume(spec: ScenarioVolume, index: number): ModelVolume {
  return {
    index,
    id: volumeId(spec.name),
    name: spec.name,
    spec,
    sizeBytes: spec.sizeBytes,
    replicaCount: spec.replicas,
    replicas: [],
    coded: null,
    target: null,
    operation: null,
    snapshots: spec.snapshots,
    deleted: false,
    repairScheduled: false,
    created: 0,
  }
}

/** Distances of the points that somebody may ask for: one for each sampling window. */
function windowSteps(policies: readonly PolicyObject[], scrapeIntervalUs: number): number[] {
  const windows = new Set(policies.map(policy => policy.spec.samplingWindowUs))
  return [...new Set([...windows].map(windowUs => pointIntervalUs(windowUs, scrapeIntervalUs)))]
}

/** The latency that each pool should keep, by its tier; NaN where there is no objective. */
function objectivesOf(scenario: Scenario, policies: readonly PolicyObject[]): Float64Array {
  const tiers = poolTiers(scenario.pools, policies)
  return Float64Array.from(tiers, tier =>
    tier === null ? Number.NaN : (scenario.slo[tier] ?? Number.NaN),
  )
}
