/** What the loop relies on of the mover, by what the world can do of itself. */
import { expect, it } from 'vitest'
import type { Command } from '../../src/core/command.js'
import { type NodeId, type PoolId, volumeId } from '../../src/core/model.js'
import { isSteered, versionRow } from '../../src/core/versions.js'
import { type Abilities, clusterOf, type Now, nobody } from './opened-world.js'

export function moverContract(now: Now, { cordons }: Abilities): void {
  steeringContract(now, cordons === 'carried')
  if (cordons === 'carried') carriedContract(now)
  else refusedContract(now)
  replicaCountContract(now)
}

function steeringContract(now: Now, isCarried: boolean): void {
  it(`its nodes tell a version that can${isCarried ? '' : 'not'} be steered`, async () => {
    const { nodes } = await clusterOf(now())
    expect(nodes.length).toBeGreaterThan(0)
    for (const { version } of nodes) {
      const answer = versionRow(version)
      if (answer.kind !== 'known') throw new Error(`${version} is ${answer.kind}`)
      expect(isSteered(answer.row)).toBe(isCarried)
    }
  })
}

function carriedContract(now: Now): void {
  it('a cordon is set once, seen at once, and leaves nothing behind', async () => {
    const world = now()
    const { ports, drive, node } = world
    const label = 'contract'
    const labels = async (): Promise<readonly string[] | undefined> =>
      (await clusterOf(world)).nodes.find(one => one.id === node)?.cordonLabels
    const send = (kind: 'cordon-node' | 'uncordon-node') =>
      drive(ports.mover.send({ kind, node, label }))
    expect((await send('cordon-node')).kind).toBe('done')
    expect(await labels()).toEqual([label])
    expect(await send('cordon-node')).toMatchObject({ kind: 'refused', refusal: 'already' })
    expect((await send('uncordon-node')).kind).toBe('done')
    expect(await labels()).toEqual([])
    expect((await send('uncordon-node')).kind).toBe('refused')
  })

  it('a pool’s cordon and its mark are seen at once, and leave nothing behind', async () => {
    const world = now()
    const pool = async () => {
      const [first] = (await clusterOf(world)).pools
      if (first === undefined) throw new Error('there is no pool')
      return first
    }
    const before = await pool()
    const [set, mark, takeAway, unmark] = cordonsOf(before.id, world.node).pool
    const send = async (command: Command): Promise<void> => {
      expect((await world.drive(world.ports.mover.send(command))).kind).toBe('done')
    }
    await send(mark)
    await send(set)
    const { cordon, schedulerLabels } = await pool()
    expect([cordon, schedulerLabels]).toMatchObject([replicasAlone, { contract: 'ours' }])
    await send(takeAway)
    await send(unmark)
    const { cordon: left, schedulerLabels: labels } = await pool()
    expect([left, labels]).toEqual([before.cordon, before.schedulerLabels])
  })
}

function refusedContract(now: Now): void {
  it('whatever steers is refused in words that name it, and changes nothing', async () => {
    const world = now()
    const { ports, drive, node } = world
    const before = await clusterOf(world)
    const [pool] = before.pools
    if (pool === undefined) throw new Error('there is no pool')
    const steering = cordonsOf(pool.id, node)
    for (const command of [...steering.pool, ...steering.node]) {
      const text = `MayastorVolume objects carry no ${command.kind}: only the REST API does`
      const reply = await drive(ports.mover.send(command))
      expect(reply).toEqual({ kind: 'refused', refusal: 'invalid', text })
      await world.controller?.()
      expect(await clusterOf(world)).toBe(before)
    }
  })
}

function replicaCountContract(now: Now): void {
  it('a replica count is absolute, and a fresh look shows what came of it', async () => {
    const { ports, drive, volume, controller } = now()
    const look = async () => {
      const answer = await drive(ports.inventory.volume(volume))
      if (answer.kind !== 'volume') throw new Error('the volume is not there')
      return answer.volume
    }
    const before = await look()
    const count = before.replicaCount + 1
    const command = { kind: 'set-replica-count', volume, count } as const
    expect((await drive(ports.mover.send(command))).kind).toBe('done')
    if (controller !== null) {
      expect(await look()).toEqual({ ...before, replicaCount: count })
      await controller()
    }
    const after = await look()
    expect([after.replicaCount, after.replicas.length]).toEqual([count, before.replicas.length + 1])
    const again = await drive(ports.mover.send(command))
    expect(again).toMatchObject({ kind: 'refused', refusal: 'already' })
    await controller?.()
    expect((await look()).replicas.map(one => one.id)).toEqual(after.replicas.map(one => one.id))
  })

  it('of a volume that nobody knows no count is taken', async () => {
    const { ports, drive } = now()
    const command = { kind: 'set-replica-count', volume: volumeId(nobody), count: 2 } as const
    const reply = await drive(ports.mover.send(command))
    expect(reply).toMatchObject({ kind: 'refused', refusal: 'not-found' })
  })
}

const replicasAlone = { replicas: true, snapshots: false, restores: false, import: false }

/** Every command but that of a replica count, in the order of a window. */
function cordonsOf(pool: PoolId, node: NodeId) {
  const [scopes, key] = [replicasAlone, 'contract']
  return {
    pool: [
      { kind: 'cordon-pool', pool, scopes },
      { kind: 'label-pool', pool, key, value: 'ours' },
      { kind: 'uncordon-pool', pool, scopes },
      { kind: 'unlabel-pool', pool, key },
    ],
    node: [
      { kind: 'cordon-node', node, label: key },
      { kind: 'uncordon-node', node, label: key },
    ],
  } as const satisfies Readonly<Record<string, readonly Command[]>>
}
