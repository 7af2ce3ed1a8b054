/** What an operator sees and says, step by step, and which laws are told as broken. */
import type { Command, Reply } from '../../../src/core/command.js'
import type { Cluster, Volume } from '../../../src/core/model.js'
import type { MigrationRecord } from '../../../src/core/record.js'
import type { PolicyObject } from '../../../src/core/resources.js'
import { defaultSettings, type OperatorSettings } from '../../../src/core/settings.js'
import { type Broken, SeenHistory } from '../../../src/live/laws/seen-history.js'
import { cluster, move, noon, policy, pool, running, second, volume } from '../../core/cluster.js'

export const hot0 = pool('hot-0', 'hot')
export const hot1 = pool('hot-1', 'hot')
export const cold2 = pool('cold-2', 'cold')
export const cold3 = pool('cold-3', 'cold')
export const pools = [hot0, hot1, cold2, cold3]

/** On two hot pools. */
export const stood = volume('v', [hot0, hot1])
/** With a synced copy on a cold one. */
export const copied = volume('v', [hot0, hot1, cold2])
const [first, , copy] = copied.replicas

export const removing = running(stood, 'cold', {
  status: {
    phase: 'moving',
    intendedReplicas: 2,
    moves: [
      move(first, {
        state: 'removing',
        accepted: [cold2.id, cold3.id],
        toReplica: copy.id,
        toPool: cold2.id,
      }),
    ],
  },
})

export const done: Reply = { kind: 'done', volume: null }
export const setTwo = { kind: 'set-replica-count', volume: stood.id, count: 2 } as const
const cordon = { node: hot0.node, label: `couchestor-${removing.name}` }
export const cordonNode = { kind: 'cordon-node', ...cordon } as const
export const uncordonNode = { kind: 'uncordon-node', ...cordon } as const

export class Sight {
  nowUs = noon
  readonly broken: Broken[] = []
  readonly seen: SeenHistory
  policies: readonly PolicyObject[] = [policy()]

  constructor(settings: Partial<OperatorSettings> = {}) {
    const known = { ...defaultSettings, ...settings }
    this.seen = new SeenHistory(known, 'one', broken => this.broken.push(broken))
  }

  get laws(): readonly number[] {
    return this.broken.map(({ law }) => law)
  }

  after(seconds: number): this {
    this.nowUs += seconds * second
    return this
  }

  /** What is seen in the middle of a round. */
  look(volumes: readonly Volume[], change: Partial<Cluster> = {}): this {
    const { nowUs: atUs, policies } = this
    const knownUpToUs = { mayastor: atUs - 30 * second, kubernetes: atUs }
    const seen = cluster({ pools, volumes, ...change })
    this.seen.observed({ atUs, knownUpToUs, cluster: seen, policies })
    return this
  }

  /** A round begins. */
  round(
    volumes: readonly Volume[],
    records: readonly MigrationRecord[],
    change: Partial<Cluster> = {},
  ): this {
    this.seen.roundEnds()
    this.seen.recordsRead(records, this.nowUs)
    return this.look(volumes, change)
  }

  read(one: Volume): this {
    this.seen.volumeRead(one, this.nowUs)
    return this
  }

  writes(record: MigrationRecord): this {
    this.seen.means(record, this.nowUs)
    return this
  }

  sends(command: Command, reply: Reply = done, migration: string | null = removing.name): this {
    const { nowUs: atUs, seen } = this
    const told = { atUs, operator: 'one', migration, command, readUs: atUs } as const
    seen.says({ kind: 'command', ...told })
    seen.answered(command, reply, atUs)
    return this
  }
}

/** The cordon stands, the volume was read, and the count is lowered. */
export function lowered(
  before: Volume = copied,
  settings: Partial<OperatorSettings> = {},
  record = removing,
): Sight {
  return new Sight(settings)
    .round([before], [record])
    .sends(cordonNode)
    .look([before])
    .read(before)
    .sends(setTwo)
}

/** As it is without the one replica. */
export function without(one: Volume, index: number, change: Partial<Volume> = {}): Volume {
  const replicas = one.replicas.filter((_, place) => place !== index)
  return { ...one, replicas, replicaCount: replicas.length, ...change }
}
