/** What the loop relies on of any world, asked of its ports alone. Every world runs these tests. */
import { beforeEach, describe, expect, it } from 'vitest'
import { volumeId } from '../../src/core/model.js'
import { record } from '../laws/histories.js'
import { moverContract } from './mover-contract.js'
import type { Abilities, Now, OpenedWorld } from './opened-world.js'
import { stripesContract } from './stripes-contract.js'

export function worldContract(
  name: string,
  abilities: Abilities,
  open: () => Promise<OpenedWorld>,
): void {
  describe(`${name}, as the loop sees it`, () => {
    let world: OpenedWorld
    beforeEach(async () => {
      world = await open()
    })
    clockContract(() => world)
    inventoryContract(() => world)
    moverContract(() => world, abilities)
    journalContract(() => world)
    metricsContract(() => world)
    stripesContract(() => world, abilities)
    eventsContract(() => world)
  })
}

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
    const { stored } = created
    if (stored.status === null) throw new Error('it has no status')
    const status = { ...stored.status, message: 'contract' }
    const replaced = await drive(ports.journal.replace({ ...stored, status }))
    expect(replaced).toMatchObject({ kind: 'written', stored: { status } })
    expect(await drive(ports.journal.replace(stored))).toEqual({ kind: 'conflict' })
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

function eventsContract(now: Now): void {
  it('what is told is heard once, in its order, and as it was told', async () => {
    const { ports, drive, told } = now()
    const before = told().length
    const events = ['one', 'other'].map(condition => ({
      ...({ kind: 'condition', atUs: ports.clock.now(), operator: 'contract' } as const),
      ...{ policy: null, condition, holds: false, text: 'for the contract' },
    }))
    await drive(ports.events.emit(events))
    expect(told().slice(before)).toEqual(events)
    await drive(ports.events.emit([]))
    expect(told()).toHaveLength(before + events.length)
  })
}
