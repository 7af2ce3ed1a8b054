/** What the loop is answered at the doors of the twin: how old, how late, and what is lost. */
import { describe, expect, it } from 'vitest'
import type { Volume } from '../../src/core/model.js'
import type { Ports } from '../../src/ports.js'
import { record } from '../laws/histories.js'
import {
  minute,
  type SmallScenario,
  type SmallWorld,
  second,
  smallWorld,
  volumeOf,
} from './small-world.js'

const pair: SmallScenario = {
  pools: [
    { tier: 'hot', node: 0 },
    { tier: 'hot', node: 1 },
    { tier: 'cold', node: 2 },
  ],
  volumes: [{ place: 'hot', replicas: 2, sizeGiB: 1, heat: [{ fromMinute: 0, iops: 5 }] }],
  lengthMinutes: 30,
}

/** Asks one thing of a world at an instant; answers what came, and when. */
async function ask<Result>(
  small: SmallWorld,
  atUs: number,
  question: (ports: Ports) => Promise<Result>,
): Promise<{ readonly answer: Result; readonly atUs: number }> {
  const { engine } = small.world
  const ports = small.world.portsOf(engine.party(`asks at ${atUs}`))
  let got: { readonly answer: Result; readonly atUs: number } | null = null
  engine.schedule(atUs, () => {
    question(ports).then(answer => {
      got = { answer, atUs: engine.nowUs }
    })
    engine.noteSettled()
  })
  await engine.run(atUs + minute)
  if (got === null) throw new Error('no answer came')
  return got
}

async function look(small: SmallWorld, atUs: number): Promise<Volume> {
  const { answer } = await ask(small, atUs, ports => ports.inventory.volume(volumeOf(0)))
  if (answer.kind !== 'volume') throw new Error('the volume is not there')
  return answer.volume
}

describe('the inventory', () => {
  it('shows a lost replica with Mayastor’s next poll, up to 30 s later', async () => {
    const small = smallWorld(pair)
    const [pool] = small.world.control.pools
    small.at(35 / 60, () => small.world.control.setPool(pool, 'faulted'))
    expect((await look(small, 59 * second)).status).toBe('online')
    const later = await look(small, 121 * second)
    expect(later.status).toBe('degraded')
    expect(later.replicas[0]).toMatchObject({ childState: 'faulted', healthy: false })
  })

  it('shows a copy as synced with the next poll, and its new count at once', async () => {
    const small = smallWorld(pair)
    small.at(31 / 60, () => small.person.setReplicaCount(volumeOf(0), 3))
    const soon = await look(small, 32 * second)
    expect([soon.replicaCount, soon.replicas.length]).toEqual([3, 3])
    expect(soon.replicas[2].childState).toBe('degraded')
    await small.run(3)
    const synced = small.world.history.entries.find(
      entry => entry.kind === 'replica-synced' && entry.replica === soon.replicas[2].id,
    )
    expect(synced?.atUs).toBeLessThan(60 * second)
    expect((await look(small, 181 * second)).replicas[2].childState).toBe('online')
  })

  it('tells whether a replica is healthy from 2.10 on', async () => {
    const old = await look(smallWorld({ ...pair, mayastor: '2.9' }), 40 * second)
    expect(old.replicas.map(replica => replica.healthy)).toEqual([null, null])
    const now = await look(smallWorld(pair), 40 * second)
    expect(now.replicas.map(replica => replica.healthy)).toEqual([true, true])
  })

  it('shows no child of an unpublished volume', async () => {
    const small = smallWorld(pair)
    small.at(0.5, () => small.person.unpublish(volumeOf(0)))
    const volume = await look(small, 65 * second)
    expect([volume.target, volume.status]).toEqual([null, 'online'])
    expect(volume.replicas.map(replica => replica.childState)).toEqual([null, null])
  })
})

const lostByKubernetes = {
  kind: 'answers',
  from: 'kubernetes',
  how: 'lost',
  numerator: 1,
  denominator: 1,
  atUs: 0,
  forUs: 2 * minute,
} as const

describe('the journal', () => {
  it('has written what it could not answer', async () => {
    const small = smallWorld({ ...pair, faults: [lostByKubernetes] })
    const written = await ask(small, second, ports => ports.journal.create(record()))
    expect(written.answer.kind).toBe('unknown')
    expect(written.atUs).toBeGreaterThan(11 * second)
    expect(small.world.journal.records().map(one => one.name)).toEqual(['vol-1'])
    const read = await ask(small, 65 * second, ports => ports.journal.records())
    expect(read.answer.kind).toBe('unavailable')
    const after = await ask(small, 180 * second, ports => ports.journal.records())
    expect(after.answer).toMatchObject({ kind: 'read', stored: [{ name: 'vol-1' }] })
  })
})

describe('the mover', () => {
  it('answers 409 while another change of the volume is under way', async () => {
    const small = smallWorld(pair)
    const { engine } = small.world
    const send = (name: string, count: number) =>
      small.world
        .portsOf(engine.party(name))
        .mover.send({ kind: 'set-replica-count', volume: volumeOf(0), count })
    const replies: string[] = []
    for (const name of ['one', 'other']) {
      send(name, 3).then(reply => {
        replies.push(reply.kind === 'refused' ? reply.refusal : reply.kind)
      })
    }
    await engine.run(10 * second)
    expect(replies).toEqual(['done', 'conflict'])
    expect(small.world.control.volume(volumeOf(0))?.replicas.length).toBe(3)
  })

  it('has done what it could not answer', async () => {
    const lost = { ...lostByKubernetes, from: 'mayastor' } as const
    const small = smallWorld({ ...pair, faults: [lost] })
    const command = { kind: 'set-replica-count', volume: volumeOf(0), count: 3 } as const
    const { answer, atUs } = await ask(small, second, ports => ports.mover.send(command))
    expect(answer.kind).toBe('unknown')
    expect(atUs).toBeGreaterThan(16 * second)
    expect(small.world.control.volume(volumeOf(0))?.replicaCount).toBe(3)
  })
})
