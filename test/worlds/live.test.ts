/** The live clients keep the contract of every world, against the twin on the wire. */
import type { HistoryEntry } from '../../src/core/event.js'
import { nodeId, volumeId } from '../../src/core/model.js'
import { liveOnTwin } from '../live/on-twin.js'
import { smallPolicy } from '../sim/small-world.js'
import { servedTwin } from '../sim/wire/served.js'
import { worldContract } from './contract.js'
import type { OpenedWorld } from './opened-world.js'

async function openLive(): Promise<OpenedWorld> {
  const served = await servedTwin()
  const told: HistoryEntry[] = []
  const sleep = async (untilUs: number): Promise<void> => {
    const now = await served.get<{ readonly nowUs: number }>('/twin/v1/clock')
    if (untilUs > now.nowUs) await served.advance(untilUs - now.nowUs)
  }
  const { ports, uuidOf } = await liveOnTwin(served, [smallPolicy()], sleep, entry =>
    told.push(entry),
  )
  return {
    ports,
    volume: volumeId(uuidOf('vol-0')),
    node: nodeId('node-3'),
    drive: promise => promise,
    controller: null,
    told: () => told,
  }
}

worldContract('the live clients', { cordons: 'carried', stripes: 'refused' }, openLive)
