/** What the loop relies on of any world, asked of its ports alone. Every world runs these tests. */
import { beforeEach, describe, expect, it } from 'vitest'
import { type NodeId, type VolumeId, volumeId } from '../../src/core/model.js'
import type { Ports } from '../../src/ports.js'
import { record } from '../laws/histories.js'

export interface OpenedWorld {
  readonly ports: Ports
  /** Lets the world's time pass until the promise is settled. */
  drive<Result>(promise: Promise<Result>): Promise<Result>
  /** A published volume with fewer replicas than there are nodes with room. */
  readonly volume: VolumeId
  /** A node that nobody has cordoned. */
  readonly node: NodeId
}

export function worldContract(name: string, open: () => Promise<OpenedWorld>): void {
  describe(`${name}, as the loop sees it`, () => {
    let world: OpenedWorld
    beforeEach(async () => {
      world = await open()
    })
    clockContract(() => world)
    inventoryContract(() => world)
    moverContract(() => world)
    journalContract(() => world)
    metricsContract(() => world)
  })
}

type Now = () => OpenedWorld

function clockContract(now: Now): void {
  it('the clock sleeps until an instant, and never goes back', async () => {
    const { ports, drive } = now()
    const beganUs = ports.clock.now()
    await drive(ports.clock.sleepUntil(beganUs + 2_000_000))
    expect(ports.clock.now()).toBeGreaterThanOrEqual(beganUs + 2_000_000)
    await drive(ports.clock.sleepUntil(beganUs))
    expect(Number.isInteger(ports.clock.now())).toBe(true)
  })
}

function inventoryContract(now: Now): void {
  it('the inventory gives the same cluster again while nothing changed', async () => {
    const { ports, drive } = now()
    const one = await drive(ports.inventory.observe())
    const other = await drive(ports.inventory.observe())
    if (one.kind !== 'observed' || other.kind !== 'observed') throw new Error('nothing was seen')
    expect(other.observation.cluster).toBe(one.observation.cluster)
    expect(other.observation.policies).toBe(one.observation.policies)
    expect(one.observation.knownUpToUs.mayastor).toBeLessThanOrEqual(one.observation.atUs)
  })

  it('a volume that nobody knows is gone', async () => {
    const { ports, drive } = now()
    const answer = await drive(ports.inventory.volume(volumeId('nobody')))
    expect(answer).toEqual({ kind: 'gone' })
  })
}

function moverContract(now: Now): void {
  it('a cordon is set once, seen at once, and leaves nothing behind', async () => {
    const { ports, drive, node } = now()
    const label = 'contract'
    const labels = async (): Promise<readonly string[] | undefined> => {
      const seen = await drive(ports.inventory.observe())
      if (seen.kind !== 'observed') return undefined
      return seen.observation.cluster.nodes.find(one => one.id === node)?.cordonLabels
    }
    const send = (kind: 'cordon-node' | 'uncordon-node') =>
      drive(ports.mover.send({ kind, node, label }))
    expect((await send('cordon-node')).kind).toBe('done')
    expect(await labels()).toEqual([label])
    expect(await send('cordon-node')).toMatchObject({ kind: 'refused', refusal: 'already' })
    expect((await send('uncordon-node')).kind).toBe('done')
    expect(await labels()).toEqual([])
    expect((await send('uncordon-node')).kind).toBe('refused')
  })

  it('a replica count is absolute, and a fresh look shows what came of it', async () => {
    const { ports, drive, volume } = now()
    const look = async () => {
      const answer = await drive(ports.inventory.volume(volume))
      if (answer.kind !== 'volume') throw new Error('the volume is not there')
      return answer.volume
    }
    const before = await look()
    const count = before.replicaCount + 1
    const command = { kind: 'set-replica-count', volume, count } as const
    expect((await drive(ports.mover.send(command))).kind).toBe('done')
    const after = await look()
    expect([after.replicaCount, after.replicas.length]).toEqual([count, before.replicas.length + 1])
    const again = await drive(ports.mover.send(command))
    expect(again).toMatchObject({ kind: 'refused', refusal: 'already' })
    expect((await look()).replicas.map(one => one.id)).toEqual(after.replicas.map(one => one.id))
  })
}

function journalContract(now: Now): void {
  it('creating a record is a claim: the second one fails', async () => {
    const { ports, drive } = now()
    expect((await drive(ports.journal.create(record()))).kind).toBe('written')
    expect(await drive(ports.journal.create(record()))).toEqual({ kind: 'conflict' })
  })

  it('a record is replaced only against the version that was read', async () => {
    const { ports, drive } = now()
    const created = await drive(ports.journal.create(record()))
    if (created.kind !== 'written') throw new Error('it was not created')
    const replaced = await drive(ports.journal.replace({ ...created.stored, deleting: true }))
    expect(replaced.kind).toBe('written')
    expect(await drive(ports.journal.replace(created.stored))).toEqual({ kind: 'conflict' })
    expect(await drive(ports.journal.replace(record({ name: 'vol-9' })))).toEqual({
      kind: 'conflict',
    })
  })

  it('every answered write is read, and the same array is given while none changed', async () => {
    const { ports, drive } = now()
    await drive(ports.journal.create(record()))
    const one = await drive(ports.journal.records())
    const other = await drive(ports.journal.records())
    if (one.kind !== 'read' || other.kind !== 'read') throw new Error('nothing was read')
    expect(one.stored.map(stored => stored.name)).toEqual(['vol-1'])
    expect(other.stored).toBe(one.stored)
  })

  it('the operator’s record is changed by compare-and-swap', async () => {
    const { ports, drive } = now()
    const read = await drive(ports.journal.operator())
    if (read.kind !== 'read') throw new Error('nothing was read')
    const pause = { why: 'contract', sinceUs: 1 }
    const written = await drive(ports.journal.replaceOperator({ ...read.stored, pause }))
    expect(written).toMatchObject({ kind: 'written', stored: { pause } })
    expect(await drive(ports.journal.replaceOperator(read.stored))).toEqual({ kind: 'conflict' })
  })
}

function metricsContract(now: Now): void {
  it('samples lie on aligned instants after the beginning, up to the end', async () => {
    const { ports, drive } = now()
    const stepUs = 30_000_000
    await drive(ports.clock.sleepUntil(ports.clock.now() + 10 * stepUs))
    const untilUs = Math.floor(ports.clock.now() / stepUs) * stepUs
    const sinceUs = untilUs - 5 * stepUs
    const answer = await drive(ports.metrics.counters({ stepUs, sinceUs, untilUs }))
    if (answer.kind !== 'samples') throw new Error('there are no samples')
    const { count, instantUs, value } = answer.columns
    expect(count).toBeGreaterThan(0)
    for (let row = 0; row < count; row++) {
      expect(instantUs[row] % stepUs).toBe(0)
      expect(instantUs[row]).toBeGreaterThan(sinceUs)
      expect(instantUs[row]).toBeLessThanOrEqual(untilUs)
      expect(value[row]).toBeGreaterThanOrEqual(0)
    }
  })
}
