/** An operator that crashes around a broken law: what is not forgotten, and what is. */
import { describe, expect, it } from 'vitest'
import type { HistoryEntry } from '../../../src/core/event.js'
import { nodeId } from '../../../src/core/model.js'
import type { Ports } from '../../../src/ports.js'
import { running, volume } from '../../core/cluster.js'
import { cooling } from '../../loop/one-cooling.js'
import { second, smallWorld } from '../../sim/small-world.js'
import { misled } from './misled.js'
import { type WatchedWorld, watchedWorld } from './watched-world.js'

const never = new Promise<never>(() => {})

/** The policy is switched off; what starts or sends something for it breaks law 5. */
async function switchedOff(between: (ports: Ports) => Ports): Promise<WatchedWorld> {
  const small = smallWorld({ ...cooling, lengthMinutes: 40 })
  const watched = watchedWorld(small, between)
  small.operators.start()
  const off = { ...small.policy, spec: { ...small.policy.spec, enabled: false } }
  small.at(2, () => small.person.applyPolicies([off], [small.policy]))
  await small.run(10)
  return watched
}

function startOf({ small }: WatchedWorld) {
  return running(volume('vol-9', []), 'cold', {
    spec: { policy: small.policy.name },
    status: { startedUs: small.world.engine.nowUs },
  })
}

const pauseOf = ({ small }: WatchedWorld) => small.world.journal.operator().pause?.why ?? null

describe('a record that breaks a law', () => {
  it('is written only when the pause is: no crash in between forgets it', async () => {
    const pausedBefore: (string | null)[] = []
    const watched: WatchedWorld = await switchedOff(ports => ({
      ...ports,
      journal: {
        ...ports.journal,
        create: () => {
          pausedBefore.push(pauseOf(watched))
          return never
        },
      },
    }))
    void watched.watchings[0].ports().journal.create(startOf(watched))
    await watched.small.run(12)
    expect(pausedBefore).toEqual([expect.stringMatching(/^law 5 was broken by vol-9/)])
    watched.small.operators.crash()
    watched.small.operators.launch()
    await watched.small.run(20)
    expect(pauseOf(watched)).toMatch(/^law 5/)
  })

  it('is not written where the pause cannot be', async () => {
    const created: string[] = []
    const watched = await switchedOff(ports => ({
      ...ports,
      journal: {
        ...ports.journal,
        create: record => {
          created.push(record.name)
          return ports.journal.create(record)
        },
      },
    }))
    watched.small.world.journal.replaceOperator = () => ({ kind: 'unknown', why: 'no disk' })
    const answer = watched.watchings[0].ports().journal.create(startOf(watched))
    await watched.small.run(30)
    expect(await answer).toMatchObject({ kind: 'unknown', why: expect.stringMatching(/^law 5/) })
    expect(created).toEqual([])
  })
})

describe('a command that breaks a law', () => {
  it('is told, and the pause is written, before it could be sent: it is not sent', async () => {
    const watched = watchedWorld(smallWorld({ ...cooling, lengthMinutes: 40 }))
    const { small } = watched
    small.operators.start()
    small.at(2, () => small.person.pause('a switch'))
    await small.run(10)
    const { events, mover } = watched.watchings[0].ports()
    const command = { kind: 'cordon-node', node: nodeId('node-0'), label: 'a' } as const
    const told = { atUs: small.world.engine.nowUs, operator: 'operator-1', migration: null }
    const replies = events.emit([{ kind: 'command', ...told, command }]).then(async () => {
      const why = pauseOf(watched)
      return { why, reply: await mover.send(command) }
    })
    await small.run(12)
    const { why, reply } = await replies
    expect(why).toMatch(/^law 5 was broken: .*; and before that: a switch$/)
    expect(reply).toMatchObject({ kind: 'refused', refusal: 'busy' })
  })
})

describe('a removal that breaks a law', () => {
  it('is forgotten by a crash before it is certain; its record says what it did', async () => {
    const watched = misled({}, 1, ({ world, operators }) => {
      world.engine.schedule(world.engine.nowUs + second, () => {
        operators.crash()
        operators.launch()
        world.engine.noteSettled()
      })
    })
    const { small } = watched
    small.operators.start()
    await small.run(100)
    expect(lawBroken(watched)).toEqual([])
    expect(pauseOf(watched)).toBeNull()
    const outcomes = small.world.history.entries.flatMap(entry =>
      entry.kind === 'record' && entry.record.status?.phase === 'finished'
        ? [[entry.record.status.outcome, entry.record.status.why]]
        : [],
    )
    expect(outcomes[0]).toEqual(['rolled-back', 'wrong-victim'])
  })
})

function lawBroken({ small }: WatchedWorld): readonly HistoryEntry[] {
  return small.world.history.entries.filter(({ kind }) => kind === 'law-broken')
}
