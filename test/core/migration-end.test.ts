/** What the end of a move means for its migration. */
import { describe, expect, it } from 'vitest'
import type { Volume } from '../../src/core/model.js'
import { move, noon, volume as volumeOn } from './cluster.js'
import { cold0, cold1, copy, first, next, other, type Scene, told, v } from './migration-scene.js'

const taken = { toReplica: copy.id, toPool: cold0.id, accepted: [cold0.id, cold1.id] }
const moved = { ...v, replicas: [other, copy] }

describe('a move that ended', () => {
  const ended = (scene: Scene) => told(next(scene))
  const removing = move(first, { ...taken, state: 'removing' })
  const undoing = move(first, { ...taken, state: 'undoing' })
  const removed = (volume: Volume, why: string | null = null): Scene => ({
    volume,
    record: { status: { moves: [removing], why, attempts: 2 } },
  })
  const back = (why: string, lastCommand = { text: '', atUs: 0 }): Scene => ({
    record: { status: { moves: [undoing], why, attempts: 1, lastCommand } },
  })

  it('well lets the migration go on, without an older reason', () => {
    const intent = next(removed(moved, 'no-progress'))
    expect(told(intent)).toBe('write moving done')
    expect(intent.kind === 'write' && intent.record.status).toMatchObject({
      why: null,
      attempts: 0,
    })
  })

  it('with another victim lets it go on', () => {
    expect(ended(removed({ ...v, replicas: [first, copy] }))).toBe('write moving done')
  })

  it('without its copy rolls the migration back', () => {
    expect(ended(removed(v))).toBe('rolled-back: wrong-victim')
  })

  it('without a removal fails it', () => {
    expect(ended(removed({ ...v, replicas: [first, other, copy] }))).toBe(
      'failed: replica-not-removed',
    )
  })

  it('for a reason is rolled back for it', () => {
    expect(ended(back('wrong-pool'))).toBe('rolled-back: wrong-pool')
    expect(ended(back('no-progress'))).toBe('rolled-back: no-progress')
    expect(ended(back('was-unpublished'))).toBe('rolled-back: was-unpublished')
  })

  it('for a reason of people is cancelled, and no failure', () => {
    for (const why of ['cancelled-by-person', 'policy-stopped', 'snapshots', 'changed-by-others']) {
      expect(ended(back(why))).toBe(`cancelled: ${why}`)
    }
  })

  it('with its copy still there fails', () => {
    const scene = back('no-progress')
    const stuck = { ...v, replicas: [first, other, copy] }
    expect(ended({ ...scene, volume: stuck })).toBe('failed: replica-not-removed')
  })

  it('before it sent anything is refused', () => {
    const planned = move(first, { accepted: [cold0.id] })
    const tried = { moves: [planned], attempts: 5 }
    expect(ended({ record: { status: tried } })).toBe('refused: no-pool-found')
    const lastCommand = { text: '', atUs: 0, refusal: 'conflict' } as const
    const again = { ...tried, lastCommand }
    expect(ended({ record: { status: again } })).toBe('rolled-back: command-refused')
  })

  it('ends now, and holds no slot', () => {
    const intent = next(back('wrong-pool'))
    expect(intent.kind === 'finish' && intent.record.status).toMatchObject({
      phase: 'finished',
      finishedUs: noon,
      holdsSlot: false,
      cordons: [],
    })
  })

  it('stands in the record once, as it ended', () => {
    const well = next(removed(moved))
    expect(well.kind === 'write' && well.record.status?.moves.map(one => one.state)).toEqual([
      'done',
    ])
    const badly = next(back('wrong-pool'))
    expect(badly.kind === 'finish' && badly.record.status?.moves.map(one => one.state)).toEqual([
      'undone',
    ])
    expect(badly.kind === 'finish' && badly.record.name).toBe('v-1')
  })

  it('as the last of all completes the migration', () => {
    const arrived = { ...v, replicas: volumeOn('v', [cold0, cold1]).replicas }
    const done = move(first, { ...taken, state: 'done' })
    expect(ended({ volume: arrived, record: { status: { moves: [done] } } })).toBe(
      'completed: null',
    )
  })
})
