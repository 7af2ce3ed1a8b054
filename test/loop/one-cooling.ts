/** One volume that cools, the window of its second move, and what is looked at around it. */
import { poolId } from '../../src/core/model.js'
import { type SmallScenario, type SmallWorld, smallWorld } from '../sim/small-world.js'

/** A volume that goes down at once. Its second move has to keep hot-1 from being chosen. */
export const cooling: SmallScenario = {
  pools: [
    { tier: 'hot', node: 0 },
    { tier: 'hot', node: 1 },
    { tier: 'cold', node: 2 },
    { tier: 'cold', node: 3 },
  ],
  volumes: [{ place: 'hot', replicas: 2, heat: [{ fromMinute: 0, iops: 5 }] }],
  lengthMinutes: 60,
}

/** When the first cordon of a pool is sent, and when it stands. */
export async function poolWindow(): Promise<{ readonly sentUs: number; readonly setUs: number }> {
  const small = smallWorld(cooling)
  small.operators.start()
  await small.run(60)
  const { entries } = small.world.history
  const sent = entries.find(one => one.kind === 'command' && one.command.kind === 'label-pool')
  const set = entries.find(one => one.kind === 'cordon-set' && one.what === 'pool hot-1')
  if (sent === undefined || set === undefined) throw new Error('no pool was cordoned')
  return { sentUs: sent.atUs, setUs: set.atUs }
}

export const replicasOnly = { replicas: true, snapshots: false, restores: false, import: false }
export const snapshotsToo = { replicas: false, snapshots: true, restores: false, import: false }
export const hotPool = poolId('hot-1')

export function cordonOf(small: SmallWorld): unknown {
  return small.world.control.pools.find(pool => pool.id === hotPool)?.cordon ?? null
}

export function labelsOf(small: SmallWorld): readonly string[] {
  return small.world.control.pools.flatMap(pool =>
    Object.keys(pool.labels).filter(key => key.startsWith('couchestor')),
  )
}

export function commands(small: SmallWorld, operator: string, fromUs = 0): readonly string[] {
  return small.world.history.entries.flatMap(entry =>
    entry.kind === 'command' && entry.operator === operator && entry.atUs > fromUs
      ? [entry.command.kind]
      : [],
  )
}
