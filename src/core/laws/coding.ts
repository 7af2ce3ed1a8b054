/**
 * Laws 11 and 15, and what laws 1 and 8 ask of a conversion: where shards stand, what is read back
 * before a source goes, and that no acknowledged write is left behind.
 */
import { anyLosses, type Code } from '../code.js'
import type { CodedEvent } from '../coded-event.js'
import { nodeLossesSurvived } from '../coded-form.js'
import type { HistoryEntry, ReplicaEvent } from '../event.js'
import type { NodeId, PoolId, VolumeId } from '../model.js'
import { canRebuild } from '../rebuild.js'
import type { LawFacts } from './law-facts.js'
import type { Told } from './told.js'
import type { ToldCoded } from './told-coded.js'
import type { Verdicts } from './verdicts.js'

type Of<Kind extends CodedEvent['kind']> = Extract<CodedEvent, { readonly kind: Kind }>

export class CodingWatch {
  constructor(
    private readonly told: Told,
    private readonly facts: LawFacts,
    private readonly verdicts: Verdicts,
  ) {}

  /** Before what is told of the volume takes the entry in. */
  hear(entry: HistoryEntry): void {
    switch (entry.kind) {
      case 'shards-placed':
        this.judgePlaces(entry.volume, entry.code, entry.pools, entry.atUs)
        break
      case 'shards-repaired':
        this.judgeRepair(entry)
        break
      case 'coded-serves':
        this.judgeWrites(entry)
        break
      case 'replicas-serve':
        this.judgeReturn(entry)
        break
      case 'replica-removed':
        if (entry.by === 'command') this.judgeSource(entry)
        break
      case 'source-released':
        this.judgeRelease(entry)
        break
      case 'bytes-differ':
        this.judgeBytes(entry)
        break
      default:
    }
  }

  /** Law 11: no pool holds two shards of a stripe, no node more than the code can lose. */
  private judgePlaces(volume: VolumeId, code: Code, pools: readonly PoolId[], atUs: number): void {
    const most = anyLosses(code)
    const distinct = new Set(pools).size === pools.length
    const crowded = [...this.perNode(pools)].find(([, shards]) => shards > most)
    this.verdicts.judge(11, distinct && crowded === undefined, atUs, () => {
      if (!distinct) return `a pool holds two shards of ${volume}`
      const [node, shards] = crowded ?? []
      return `node ${node} holds ${shards} shards of ${volume}, of which ${most} may go`
    })
  }

  private judgeRepair(entry: Of<'shards-repaired'>): void {
    const coded = this.told.coded.get(entry.volume)
    if (coded === undefined) return
    const pools = coded.pools.map(pool => (pool === entry.from ? entry.to : pool))
    this.judgePlaces(entry.volume, coded.code, pools, entry.atUs)
  }

  /** Law 15: what the source acknowledged is in stripes that were read back. */
  private judgeWrites(entry: Of<'coded-serves'>): void {
    const coded = this.told.coded.get(entry.volume)
    const covered = (coded?.readBackWrites ?? 0) + entry.heldWrites
    const left = entry.writes - covered
    const whole = coded !== undefined && isAll(coded, coded.readBack)
    this.verdicts.judge(15, whole && left === 0, entry.atUs, () => {
      if (!whole) return `${entry.volume} is served from stripes that were not read back`
      return `${entry.volume} is served from stripes that lack ${left} acknowledged writes`
    })
    if (whole) this.judgeTolerance(entry.volume, coded, entry.atUs)
  }

  /** Law 11: a conversion survives as many lost nodes as the replicas did, unless it may not. */
  private judgeTolerance(volume: VolumeId, coded: ToldCoded, atUs: number): void {
    const { told, facts, verdicts } = this
    const pools = [...told.volume(volume).replicas.values()].map(replica => replica.pool)
    const before = this.perNode(pools).size - 1
    const after = nodeLossesSurvived(coded.code, [...this.perNode(coded.pools).values()])
    const name = told.running.get(told.runningOf.get(volume) ?? '')?.spec.policy
    const policy = facts.policies.find(one => one.name === name)
    const mayWeaken = policy === undefined || policy.spec.allowWeakerNodeTolerance
    verdicts.judge(11, mayWeaken || after >= before, atUs, () => {
      return `${volume} survived ${before} lost nodes, and coded ${after}`
    })
  }

  /** Laws 1 and 8: the replicas of a source go only once the coded form serves. */
  private judgeSource({ volume, replica, atUs }: ReplicaEvent): void {
    const { told, facts, verdicts } = this
    const coded = told.coded.get(volume)
    if (coded === undefined || this.isMove(volume)) return
    const isFree = coded.serves && coded.lost === 0
    verdicts.judge(1, isFree, atUs, () => {
      return `a replica of ${volume} went while its coded form did not serve it whole`
    })
    if (!facts.settings.preservationMode) return
    const isSynced = told.volume(volume).replicas.get(replica)?.synced === true
    verdicts.judge(8, !isSynced, atUs, () => {
      return `${replica} of ${volume} was removed in preservation mode`
    })
  }

  /** Law 15: what is released is a source that nobody uses any more. */
  private judgeRelease({ volume, atUs }: Of<'source-released'>): void {
    const serves = this.told.coded.get(volume)?.serves === true
    this.verdicts.judge(15, serves, atUs, () => `the source of ${volume} went while it served`)
  }

  /** A migration between tiers, and no conversion, is under way. */
  private isMove(volume: VolumeId): boolean {
    const record = this.told.running.get(this.told.runningOf.get(volume) ?? '')
    return record?.status != null && record.status.conversion === null
  }

  /** Laws 1 and 15, of the way back: as many replicas as are meant hold every stripe. */
  private judgeReturn({ volume, atUs }: Of<'replicas-serve'>): void {
    const { told, verdicts } = this
    const coded = told.coded.get(volume)
    const whole = coded !== undefined && isAll(coded, coded.restored)
    verdicts.judge(15, whole, atUs, () => {
      return `${volume} is served from replicas that do not hold every stripe`
    })
    const healthy = told.healthy(volume)
    const intended = told.intended(volume)
    verdicts.judge(1, healthy >= intended, atUs, () => {
      return `${volume} is served from ${healthy} healthy replicas of ${intended}`
    })
  }

  /** Law 11: with any set lost that the code can rebuild, every byte reads back. */
  private judgeBytes(entry: Of<'bytes-differ'>): void {
    const coded = this.told.coded.get(entry.volume)
    const hopeless = coded !== undefined && !canRebuild(coded.code, entry.lost)
    this.verdicts.judge(11, hopeless, entry.atUs, () => {
      return `stripe ${entry.stripe} of ${entry.volume} did not read back as it was written`
    })
  }

  private perNode(pools: readonly PoolId[]): ReadonlyMap<NodeId | undefined, number> {
    const nodes = new Map<NodeId | undefined, number>()
    for (const pool of pools) {
      const node = this.facts.pools.find(one => one.id === pool)?.node
      nodes.set(node, (nodes.get(node) ?? 0) + 1)
    }
    return nodes
  }
}

function isAll({ stripes }: ToldCoded, done: number): boolean {
  return stripes > 0 && done === stripes
}
