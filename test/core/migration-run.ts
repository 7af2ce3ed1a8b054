/**
 * Carries one migration through a small Mayastor as the loop does, with faults and other people's
 * deeds by a script, and asserts laws 1, 2 and 8 at each command that takes effect.
 */
import { clusterNotWhole, clusterVersion } from '../../src/core/gate.js'
import { isSynced } from '../../src/core/health.js'
import { answered, type Intent, type MigrationView } from '../../src/core/intent.js'
import { survey } from '../../src/core/landscape.js'
import { nextOfMigration } from '../../src/core/migration.js'
import type { ReplicaId, Tier } from '../../src/core/model.js'
import { placeAgain, planAgain } from '../../src/core/place-again.js'
import type { MigrationRecord } from '../../src/core/record.js'
import type { PolicyObject } from '../../src/core/resources.js'
import { heat, noon, policy, round, running, second } from './cluster.js'
import { type Chance, isRebuilding, pools, SmallMayastor } from './small-mayastor.js'

export type Deed =
  | 'nothing'
  | 'lose-answer'
  | 'lose-command'
  | 'late-command'
  | 'refuse'
  | 'crash'
  | 'fail-replica'
  | 'restart-rebuild'
  | 'stall'
  | 'flow'
  | 'drain'
  | 'drained'
  | 'scale-up'
  | 'scale-down'
  | 'unpublish'
  | 'publish'
  | 'snapshot'
  | 'busy'
  | 'foreign-cordon'
  | 'delete-volume'
  | 'delete-record'
  | 'disable'
  | 'heat-unknown'
  | 'heated'
  | 'preserve'
  | 'stop-preserving'

export interface Script {
  readonly replicas: number
  readonly version: string
  readonly preservationMode: boolean
  readonly seed: number
  /** One for each ten seconds; after the last one the world is calm. */
  readonly deeds: readonly Deed[]
}

/** What becomes of the next command. */
const fates: ReadonlySet<Deed> = new Set<Deed>([
  'lose-answer',
  'lose-command',
  'late-command',
  'refuse',
  'crash',
])

const unanswered: ReadonlySet<Deed> = new Set<Deed>([
  'crash',
  'lose-command',
  'lose-answer',
  'late-command',
])

const stepUs = 10 * second
const knownHeat = heat({})

export class MigrationRun {
  record: MigrationRecord
  readonly mayastor: SmallMayastor
  preserve: boolean
  nowUs = noon
  /** Replicas that stood when a replica was last asked for. */
  private before: ReadonlySet<ReplicaId>
  private wanted: Tier | null = 'cold'
  private current: PolicyObject = policy({ migrationTimeoutUs: 300 * second })
  private fate: Deed = 'nothing'
  /** Nobody ever said whether the last removal took effect. */
  isRemovalUnanswered = false
  private late: { readonly atUs: number; readonly count: number } | null = null
  private drawn: number
  readonly told: string[] = []

  constructor(script: Script) {
    this.drawn = script.seed
    const chance: Chance = below => this.draw() % below
    this.mayastor = new SmallMayastor(script.replicas, chance, script.version)
    this.preserve = script.preservationMode
    this.record = running(this.mayastor.volume(), 'cold', { spec: { heatIops: 3 } })
    this.before = new Set(this.mayastor.replicas.map(one => one.id))
  }

  /** A linear congruential generator: fair to every choice in the long run. */
  private draw(): number {
    this.drawn = (this.drawn * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor(this.drawn / 65_536)
  }

  get isOver(): boolean {
    return this.record.status?.phase === 'finished'
  }

  step(deed: Deed): void {
    this.nowUs += stepUs
    this.happen(deed)
    if (this.late !== null && this.nowUs >= this.late.atUs) {
      const { count } = this.late
      this.late = null
      this.take(count, false)
    }
    this.mayastor.pass()
    this.carry()
  }

  /** The script is over: what it left in the way is cleared. */
  calm(): void {
    this.mayastor.published = true
    this.mayastor.operation = null
    this.mayastor.foreign = []
    this.mayastor.stalled = false
    this.mayastor.drained = false
    this.wanted ??= 'cold'
    this.fate = 'nothing'
  }

  private happen(deed: Deed): void {
    const { mayastor } = this
    if (fates.has(deed)) this.fate = deed
    mayastor.operation = deed === 'busy' ? 'CreateSnapshot' : null
    if (deed === 'fail-replica') mayastor.fail(this.draw())
    if (deed === 'restart-rebuild') mayastor.restartRebuild()
    if (deed === 'stall' || deed === 'flow') mayastor.stalled = deed === 'stall'
    if (deed === 'drain' || deed === 'drained') mayastor.drained = deed === 'drain'
    if (deed === 'scale-up') mayastor.setCount(mayastor.count + 1)
    if (deed === 'scale-down' && mayastor.count > 1) mayastor.setCount(mayastor.count - 1)
    if (deed === 'unpublish') mayastor.published = false
    if (deed === 'publish') mayastor.published = true
    if (deed === 'snapshot') mayastor.snapshots += 1
    if (deed === 'foreign-cordon') mayastor.foreign = [pools[this.draw() % pools.length].node]
    if (deed === 'delete-volume') mayastor.deleted = true
    if (deed === 'delete-record') this.record = { ...this.record, deleting: true }
    if (deed === 'disable') this.current = policy({ enabled: false })
    if (deed === 'heat-unknown') this.wanted = null
    if (deed === 'heated') this.wanted = 'hot'
    if (deed === 'preserve') this.preserve = true
    if (deed === 'stop-preserving') this.preserve = false
  }

  private view(): MigrationView {
    const { mayastor, record, current } = this
    const input = round({
      cluster: mayastor.cluster(),
      nowUs: this.nowUs,
      policies: [current],
      records: this.isOver ? [] : [record],
      heat: knownHeat,
    })
    const landscape = survey(input.observation.cluster, input.observation.policies, null)
    input.memory.pasts.read(input.records)
    const version = clusterVersion(landscape)
    return {
      nowUs: this.nowUs,
      epoch: 1,
      volume: mayastor.deleted ? null : mayastor.volume(),
      landscape,
      ahead: null,
      policy: current,
      version: 'row' in version ? version.row : null,
      preservationMode: this.preserve,
      sendsNothing: false,
      wanted: () => this.wanted,
      place: fresh => placeAgain(input, landscape, record, fresh, [record]),
      plan: fresh => planAgain(input, landscape, record, fresh, [record]),
      timeoutUs: current.spec.migrationTimeoutUs,
      notWhole: () => clusterNotWhole(landscape, input.memory.pasts, null),
    }
  }

  private carry(): void {
    for (let writes = 0; writes < 6 && !this.isOver; writes++) {
      const intent = nextOfMigration(this.record, this.view())
      this.told.push(`${this.nowUs - noon} ${JSON.stringify(summary(intent))}`)
      if (intent.kind === 'wait') return
      if (intent.kind === 'window' || intent.kind === 'take-back') {
        this.send(intent)
        return
      }
      this.record = intent.record
    }
  }

  private send(intent: Extract<Intent, { kind: 'window' | 'take-back' }>): void {
    const { fate } = this
    if (intent.kind === 'window' && intent.step === 'add') {
      this.before = new Set(this.mayastor.replicas.map(one => one.id))
    }
    this.fate = 'nothing'
    const removes = intent.kind === 'window' && intent.step === 'remove'
    this.isRemovalUnanswered = removes && unanswered.has(fate)
    this.record = { ...intent.record, status: calmed(intent.record.status) }
    if (fate === 'crash' || fate === 'lose-command') return
    if (fate === 'refuse') {
      const reply = { kind: 'refused', refusal: 'conflict', text: 'please retry' } as const
      this.record = answered(this.record, reply)
      return
    }
    if (fate === 'late-command') {
      this.late = { atUs: this.nowUs + 4 * stepUs, count: intent.count }
      return
    }
    this.mayastor.cordons = intent.kind === 'window' ? intent.cordons : []
    const reply = this.take(intent.count, true)
    this.mayastor.cordons = []
    if (reply === 'done' || fate === 'lose-answer') return
    this.record = answered(this.record, { kind: 'refused', refusal: reply, text: reply })
  }

  /** The command takes effect: what it did is judged. A late one finds no cordons of ours. */
  private take(count: number, isInTime: boolean): ReturnType<SmallMayastor['setCount']> {
    const stood = [...this.mayastor.replicas]
    const rebuilds = stood.filter(isRebuilding).length
    const reply = this.mayastor.setCount(count)
    const there = new Set(this.mayastor.replicas.map(one => one.id))
    for (const gone of stood.filter(one => !there.has(one.id))) {
      this.judge(gone.id, stood, rebuilds, isInTime)
    }
    return reply
  }

  private judge(
    gone: ReplicaId,
    stood: SmallMayastor['replicas'],
    rebuilds: number,
    isInTime: boolean,
  ): void {
    const victim = stood.find(one => one.id === gone)
    const node = victim?.node
    const move = this.record.status?.moves.at(-1)
    const isSteered = this.mayastor.cordons.some(one => one.kind === 'node' && one.node === node)
    const must = (holds: boolean, what: string): void => {
      if (!holds) throw new Error(`${what}\n${this.told.join('\n')}`)
    }
    if (victim === undefined || move === undefined) return
    const synced = isSynced(victim)
    const left = this.mayastor.replicas.filter(isSynced).length
    const intended = this.record.status?.intendedReplicas ?? 0
    must(!synced || left >= intended, `law 1: ${gone} went, ${left} of ${intended} are left`)
    const wasThere = this.before.has(gone)
    const copy = stood.find(one => one.id === move.toReplica)
    const replaced = copy !== undefined && isSynced(copy) && isCold(copy.pool)
    must(
      !wasThere || !isInTime || (replaced && rebuilds === 0),
      `law 2: ${gone} went without a replacement`,
    )
    const olds = stood.filter(one => this.before.has(one.id))
    must(
      wasThere || synced || !isInTime || olds.every(isSynced),
      `law 2: ${gone} went, an old one is broken`,
    )
    must(wasThere || !synced || isSteered || !isInTime, `law 2: nothing steered ${gone}`)
    const mayGo = !wasThere && (!synced || !isCold(victim.pool))
    must(!this.preserve || !isInTime || mayGo, `law 8: ${gone} went in preservation mode`)
  }
}

function isCold(pool: string | null): boolean {
  return pool?.startsWith('cold') === true
}

/** The window is closed again: its cordons are undone. */
function calmed(status: MigrationRecord['status']): MigrationRecord['status'] {
  return status === null ? null : { ...status, cordons: [] }
}

function summary(intent: Intent): unknown {
  if (intent.kind === 'wait') return intent.why
  const { status } = intent.record
  const move = status?.moves.at(-1)
  return [intent.kind, status?.phase, status?.outcome, status?.why, move?.state, move?.toReplica]
}
