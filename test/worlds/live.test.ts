/** The live clients keep the contract of every world, against the twin on the wire. */
import { nodeId, volumeId } from '../../src/core/model.js'
import { liveOnTwin } from '../live/on-twin.js'
import { smallPolicy } from '../sim/small-world.js'
import { servedTwin } from '../sim/wire/served.js'
import { type OpenedWorld, worldContract } from './contract.js'

async function openLive(): Promise<OpenedWorld> {
  const served = await servedTwin()
  const { ports, uuidOf } = await liveOnTwin(served, [smallPolicy()], async untilUs => {
    const now = await served.get<{ readonly nowUs: number }>('/twin/v1/clock')
    if (untilUs > now.nowUs) await served.advance(untilUs - now.nowUs)
  })
  return {
    ports,
    volume: volumeId(uuidOf('vol-0')),
    node: nodeId('node-3'),
    drive: promise => promise,
  }
}

worldContract('the live clients', openLive)
