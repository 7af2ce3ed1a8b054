/**
 * The operator's loop over the live clients, against the twin on the wire with its clock by hand,
 * and in the twin alone: the same decisions, commands and outcomes, line by line.
 */
import { describe, expect, it } from 'vitest'
import type { HistoryEntry } from '../../src/core/event.js'
import { runLoop } from '../../src/loop.js'
import { minute, scenarioOf, smallPolicy, smallWorld } from '../sim/small-world.js'
import { servedTwin } from '../sim/wire/served.js'
import { liveOnTwin } from './on-twin.js'
import { calm, linesOf, stories } from './wire-stories.js'

describe('the loop over the live clients', () => {
  it.each(stories)('decides on the wire as it does in the twin: %s', async (_, change) => {
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
    expect(linesOf(wire, 'cluster').map(named)).toEqual(linesOf(own, 'cluster'))
    expect(linesOf(told, 'operator').map(named)).toEqual(linesOf(own, 'operator'))
    const commands = told.filter(entry => entry.kind === 'command').length
    expect(commands > 10, `${commands} commands`).toBe(change.mayastor !== '2.8')
    expect(JSON.stringify(told).includes('"completed"')).toBe(change.mayastor !== '2.8')
  })
})
