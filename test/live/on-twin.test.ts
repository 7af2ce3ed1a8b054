/**
 * The operator's loop over the live clients, against the twin on the wire with its clock by hand,
 * and in the twin alone: the same decisions, commands and outcomes, line by line.
 */
import { describe, expect, it } from 'vitest'
import type { Fault } from '../../sim/scenario/model.js'
import type { HistoryEntry } from '../../src/core/event.js'
import { nodeId, poolId } from '../../src/core/model.js'
import { runLoop } from '../../src/loop.js'
import {
  minute,
  type SmallScenario,
  scenarioOf,
  smallPolicy,
  smallWorld,
} from '../sim/small-world.js'
import { fourNodes, servedTwin } from '../sim/wire/served.js'
import { liveOnTwin } from './on-twin.js'

const calm: SmallScenario = {
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

const runs: readonly (readonly [string, Partial<SmallScenario>])[] = [
  ['2.10', {}],
  ['2.9, whose pools cannot be cordoned', { mayastor: '2.9' }],
  ['2.8, where nothing can be steered', { mayastor: '2.8' }],
  ['a cluster in which things fail', { faults }],
]

/** Of an operator, or of the cluster; crashes and restarts are told by the twin alone. */
function lines(entries: readonly HistoryEntry[], of: 'operator' | 'cluster'): readonly string[] {
  return entries
    .filter(entry => entry.kind !== 'restart' && 'operator' in entry === (of === 'operator'))
    .map(entry => JSON.stringify(entry))
}

describe('the loop over the live clients', () => {
  it.each(runs)('decides on the wire as it does in the twin: %s', async (_, change) => {
    const small = { ...calm, ...change }
    const alone = smallWorld(small)
    alone.operators.start()
    await alone.run(180)

    const served = await servedTwin(small)
    const told: HistoryEntry[] = []
    const sleep = async (untilUs: number): Promise<void> => {
      await served.ask('POST', '/twin/v1/sleep', { party: 'operator-1', untilUs })
    }
    const { ports, named } = await liveOnTwin(served, [smallPolicy()], sleep, entry =>
      told.push(entry),
    )
    await served.ask('PUT', '/twin/v1/parties/operator-1')
    const { loop } = scenarioOf(small)
    const defects: unknown[] = []
    runLoop(ports, { operator: 'operator-1', epoch: 1 }, loop).catch(error => defects.push(error))
    let moved = await served.advance(180 * minute)
    while (moved.status === 409) moved = await served.advance(180 * minute)
    expect(defects).toEqual([])

    const [own, wire] = [alone.world.history.entries, served.twin.world.history.entries]
    expect(lines(wire, 'cluster').map(named)).toEqual(lines(own, 'cluster'))
    expect(lines(told, 'operator').map(named)).toEqual(lines(own, 'operator'))
    const commands = told.filter(entry => entry.kind === 'command').length
    expect(commands > 10, `${commands} commands`).toBe(change.mayastor !== '2.8')
    expect(JSON.stringify(told).includes('"completed"')).toBe(change.mayastor !== '2.8')
  })
})
