/** A law that is broken stops the operator, which a person alone ends. */
import { describe, expect, it } from 'vitest'
import type { HistoryEntry } from '../../../src/core/event.js'
import { nodeId } from '../../../src/core/model.js'
import type { Ports } from '../../../src/ports.js'
import { running, volume } from '../../core/cluster.js'
import { cooling } from '../../loop/one-cooling.js'
import { minute, smallWorld } from '../../sim/small-world.js'
import { misled } from './misled.js'
import { type WatchedWorld, watchedWorld } from './watched-world.js'

function sentSince({ small }: WatchedWorld, fromUs: number): readonly string[] {
  return small.world.history.entries.flatMap(entry =>
    entry.kind === 'command' && entry.atUs >= fromUs ? [entry.command.kind] : [],
  )
}

function lawBroken({ small }: WatchedWorld): readonly HistoryEntry[] {
  return small.world.history.entries.filter(({ kind }) => kind === 'law-broken')
}

async function stopped(watched: WatchedWorld): Promise<number> {
  watched.small.operators.start()
  await watched.small.run(40)
  const [first] = lawBroken(watched)
  expect(first).toMatchObject({ law: 2, operator: 'operator-1' })
  return first.atUs
}

const undoing = ['uncordon-pool', 'unlabel-pool', 'uncordon-node']

describe('an operator that breaks a law', () => {
  it('pauses itself, says which law, and sends nothing until it is resumed', async () => {
    const watched = misled()
    const { small } = watched
    const atUs = await stopped(watched)
    expect(small.world.journal.operator().pause?.why).toMatch(
      /^law 2 was broken by vol-0-1: \S+ of vol-0 was removed although nothing steered/,
    )
    await small.run(100)
    expect(sentSince(watched, atUs).filter(kind => !undoing.includes(kind))).toEqual([])
    small.person.resume()
    await small.run(160)
    expect(sentSince(watched, atUs)).toContain('set-replica-count')
    expect(lawBroken(watched)).toHaveLength(1)
  })

  it('does so again, when it is broken again after that', async () => {
    const watched = misled({}, 2)
    const { small } = watched
    await stopped(watched)
    small.person.resume()
    await small.run(300)
    expect(lawBroken(watched)).toHaveLength(2)
    expect(small.world.journal.operator().pause?.why).toMatch(/^law 2 was broken/)
  })

  it('knows what policies say in each round', async () => {
    const small = smallWorld({ ...cooling, lengthMinutes: 20 })
    const watched = watchedWorld(small)
    small.operators.start()
    const off = { ...small.policy, spec: { ...small.policy.spec, enabled: false } }
    small.at(2, () => small.person.applyPolicies([off], [small.policy]))
    await small.run(10)
    const [watching] = watched.watchings
    const startedUs = small.world.engine.nowUs
    const start = running(volume('vol-9', []), 'cold', {
      spec: { policy: small.policy.name },
      status: { startedUs },
    })
    void watching.ports().journal.create(start)
    await small.run(11)
    expect(lawBroken(watched)).toMatchObject([{ law: 5 }])
  })

  it('stays paused across a restart', async () => {
    const watched = misled()
    const { small } = watched
    const atUs = await stopped(watched)
    small.operators.crash()
    small.operators.launch()
    await small.run(100)
    expect(sentSince(watched, atUs)).toEqual([])
    expect(small.world.journal.operator().pause).not.toBeNull()
  })

  it('keeps what a person who paused it has said', async () => {
    const watched = misled()
    const { small } = watched
    small.operators.start()
    const pausing = (): void => {
      const isSent = sentSince(watched, 0).filter(kind => kind === 'set-replica-count').length > 1
      if (isSent) small.person.pause('a switch')
      else small.world.engine.schedule(small.world.engine.nowUs + minute / 6, pausing)
    }
    small.at(1, pausing)
    await small.run(40)
    expect(small.world.journal.operator().pause?.why).toMatch(
      /^law 2 was .*; and before that: a switch$/,
    )
  })

  it('tells it and sends nothing anyway, where it runs dry: nothing is written', async () => {
    const watched = watchedWorld(smallWorld({ ...cooling, loop: { dryRun: true } }))
    watched.small.operators.start()
    await watched.small.run(10)
    const [watching] = watched.watchings
    const command = { kind: 'cordon-node', node: nodeId('node-0'), label: 'a' } as const
    const told = { atUs: minute, operator: 'operator-1', migration: null, command }
    await watching.ports().events.emit([{ kind: 'command', ...told }])
    expect(lawBroken(watched)).toMatchObject([{ law: 5 }])
    await watched.small.run(20)
    expect(watched.small.world.journal.operator().pause).toBeNull()
  })
})

describe('until the pause is written', () => {
  /** A journal that does not take the pause before that minute. */
  function withoutJournal(untilMinute: number): WatchedWorld {
    const watched = misled()
    const { small } = watched
    const bare = small.world.journal.replaceOperator.bind(small.world.journal)
    small.world.journal.replaceOperator = record =>
      record.pause !== null && small.world.engine.nowUs < untilMinute * minute
        ? { kind: 'unknown', why: 'no disk' }
        : bare(record)
    return watched
  }

  it('nothing is sent either, and it is tried again and again', async () => {
    const watched = withoutJournal(60)
    const { small } = watched
    const atUs = await stopped(watched)
    expect(small.world.journal.operator().pause).toBeNull()
    await small.run(70)
    expect(small.world.journal.operator().pause).not.toBeNull()
    expect(sentSince(watched, atUs).filter(kind => !undoing.includes(kind))).toEqual([])
  })

  it('a command is refused at the door, but for one that undoes', async () => {
    const watched = withoutJournal(1000)
    await stopped(watched)
    const [watching] = watched.watchings
    const { mover }: Ports = watching.ports()
    const node = nodeId('node-0')
    const reply = await mover.send({ kind: 'cordon-node', node, label: 'a' })
    expect(reply).toMatchObject({ kind: 'refused', refusal: 'busy' })
    const undo = mover.send({ kind: 'uncordon-node', node, label: 'a' })
    await watched.small.run(41)
    expect(await undo).toMatchObject({ kind: 'refused', refusal: 'already' })
  })
})
