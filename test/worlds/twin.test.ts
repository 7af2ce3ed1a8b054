/** The twin keeps the contract of every world. */
import { nodeId } from '../../src/core/model.js'
import { second, smallWorld, volumeOf } from '../sim/small-world.js'
import { worldContract } from './contract.js'
import type { OpenedWorld } from './opened-world.js'

/** The twin's time passes only while the engine runs. */
async function openTwin(): Promise<OpenedWorld> {
  const { world } = smallWorld({
    pools: [
      { tier: 'hot', node: 0 },
      { tier: 'hot', node: 1 },
      { tier: 'cold', node: 2 },
    ],
    volumes: [{ place: 'hot', replicas: 2, heat: [{ fromMinute: 0, iops: 50 }] }],
    lengthMinutes: 60,
  })
  const { engine } = world
  return {
    ports: world.portsOf(engine.party('contract')),
    volume: volumeOf(0),
    node: nodeId('node-2'),
    controller: null,
    told: () => world.history.entries,
    async drive(promise) {
      let isSettled = false
      const settled = promise.finally(() => {
        isSettled = true
      })
      while (!isSettled) await engine.run(engine.nowUs + second)
      return settled
    },
  }
}

worldContract('the twin', { cordons: 'carried', stripes: 'obeyed' }, openTwin)
