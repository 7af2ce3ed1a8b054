/** What happens to a small cluster on the wire and in the twin alone, to be laid side by side. */
import type { Fault } from '../../sim/scenario/model.js'
import type { HistoryEntry } from '../../src/core/event.js'
import { nodeId, poolId } from '../../src/core/model.js'
import { minute, type SmallScenario } from '../sim/small-world.js'
import { fourNodes } from '../sim/wire/served.js'

export const calm: SmallScenario = {
  ...fourNodes,
  pools: [...fourNodes.pools, { tier: 'hot', node: 4 }, { tier: 'cold', node: 5 }],
  volumes: [
    { place: 'hot', replicas: 2, heat: [{ fromMinute: 0, iops: 200 }] },
    { place: 'hot', replicas: 2, heat: [{ fromMinute: 0, iops: 2 }] },
    {
      place: 'cold',
      replicas: 1,
      heat: [
        { fromMinute: 0, iops: 4 },
        { fromMinute: 40, iops: 300 },
      ],
    },
    { place: 'cold', replicas: 2, heat: [], change: { publishedAtStart: false } },
  ],
  lengthMinutes: 180,
  latency: { observeUs: 0, readUs: 0, commandUs: 0, journalUs: 0, metricsUs: 0 },
}

const faults: readonly Fault[] = [
  { kind: 'rebuild', how: 'fails', atUs: 0, forUs: 8 * minute },
  { kind: 'exporter', node: nodeId('node-0'), how: 'gap', atUs: 20 * minute, forUs: 9 * minute },
  { kind: 'node', node: nodeId('node-5'), how: 'draining', atUs: 43 * minute, forUs: 4 * minute },
  { kind: 'pool', pool: poolId('cold-3'), how: 'faulted', atUs: 60 * minute, forUs: 30 * minute },
  { kind: 'node', node: nodeId('node-0'), how: 'offline', atUs: 100 * minute, forUs: 5 * minute },
]

/** Name, and what is other than in the calm one. */
export const stories: readonly (readonly [string, Partial<SmallScenario>])[] = [
  ['2.10', {}],
  ['2.9, whose pools cannot be cordoned', { mayastor: '2.9' }],
  ['2.8, where nothing can be steered', { mayastor: '2.8' }],
  ['a cluster in which things fail', { faults }],
]

/** Of an operator, or of the cluster; crashes and restarts are told by the twin alone. */
export function linesOf(
  entries: readonly HistoryEntry[],
  of: 'operator' | 'cluster',
): readonly string[] {
  return entries
    .filter(entry => entry.kind !== 'restart' && 'operator' in entry === (of === 'operator'))
    .map(entry => JSON.stringify(entry))
}
