import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OwnWrites } from '../../src/live/own-writes.js'

interface Kept {
  readonly version: string
}

const name = 'vol-1'

/** What happens next to one object: others write, we write, answers and events come, lists too. */
type Step = 'theirs' | 'ours' | 'answer' | 'event' | 'list'

/**
 * One object on a server, in versions that count up; a watch that brings them late, and a journal
 * whose answers come late as well. Ours are made against the newest version, as a server asks.
 */
class World {
  readonly writes = new OwnWrites<Kept>()
  private readonly watched = new Map<string, Kept>([[name, { version: '0' }]])
  private newest = 0
  private brought = 0
  private underWay: number | null = null
  private answeredVersion = 0
  private nowUs = 0

  take(step: Step): void {
    this.nowUs += 1
    if (step === 'theirs') this.newest += 1
    if (step === 'ours' && this.underWay === null) this.begin()
    if (step === 'answer' && this.underWay !== null) this.answer(this.underWay)
    if (step === 'event' && this.brought < this.newest) this.bring(this.brought + 1)
    if (step === 'list') this.list()
  }

  /** All that is on its way comes. */
  settle(): void {
    if (this.underWay !== null) this.take('answer')
    while (this.brought < this.newest) this.take('event')
  }

  get shown(): number {
    return Number(this.writes.over(this.watched).get(name)?.version)
  }

  get known(): number {
    return this.answeredVersion
  }

  get latest(): number {
    return this.newest
  }

  private begin(): void {
    this.writes.begin(name)
    this.newest += 1
    this.underWay = this.newest
  }

  private answer(version: number): void {
    const kept = { version: String(version) }
    this.writes.answered(name, kept, this.watched.get(name), this.nowUs)
    this.writes.end(name)
    this.answeredVersion = version
    this.underWay = null
  }

  private bring(version: number): void {
    const object = { version: String(version) }
    this.brought = version
    this.watched.set(name, object)
    this.writes.heard({ kind: 'set', key: name, object, version: object.version })
  }

  private list(): void {
    this.brought = this.newest
    this.watched.set(name, { version: String(this.newest) })
    this.writes.heard({ kind: 'listed', begunUs: this.nowUs })
  }
}

const steps = fc.array(fc.constantFrom<Step>('theirs', 'ours', 'ours', 'answer', 'answer', 'event'))

describe('writes that the watch has not brought yet', () => {
  it('are never forgotten once they are answered, and hide nothing in the end', () => {
    const property = fc.property(steps, taken => {
      const world = new World()
      for (const step of taken) {
        world.take(step)
        expect(world.shown).toBeGreaterThanOrEqual(world.known)
      }
      world.settle()
      expect(world.shown).toBe(world.latest)
      expect(world.writes.isAhead(name)).toBe(false)
    })
    fc.assert(property, { numRuns: 1_000 })
  })

  it('are settled by a list that was begun after the answer', () => {
    const world = new World()
    for (const step of ['ours', 'answer'] as const) world.take(step)
    expect([world.shown, world.writes.isAhead(name)]).toEqual([1, true])
    for (const step of ['theirs', 'list'] as const) world.take(step)
    expect([world.shown, world.writes.isAhead(name)]).toEqual([2, false])
  })

  it('stay shown over a list that was begun before the answer', () => {
    const writes = new OwnWrites<Kept>()
    writes.answered(name, { version: '2' }, { version: '1' }, 10)
    writes.heard({ kind: 'listed', begunUs: 10 })
    expect(writes.over(new Map())).toEqual(new Map([[name, { version: '2' }]]))
  })

  it('give way where the server refuses their version', () => {
    const writes = new OwnWrites<Kept>()
    writes.answered(name, { version: '2' }, undefined, 10)
    writes.refused(name, '1')
    expect(writes.isAhead(name)).toBe(true)
    writes.refused(name, '2')
    expect(writes.isAhead(name)).toBe(false)
  })

  it('that ended the object hide it until the watch says so, and not a new one', () => {
    const writes = new OwnWrites<Kept>()
    const watched = new Map([[name, { version: '4' }]])
    writes.ended(name, watched.get(name), 10)
    expect(writes.over(watched).size).toBe(0)
    writes.answered(name, { version: '7' }, watched.get(name), 11)
    writes.heard({ kind: 'gone', key: name })
    expect(writes.over(new Map())).toEqual(new Map([[name, { version: '7' }]]))
    writes.ended(name, { version: '7' }, 12)
    writes.heard({ kind: 'gone', key: name })
    expect(writes.isAhead(name)).toBe(false)
  })

  it('of an object that the watch already lost hide nothing', () => {
    const writes = new OwnWrites<Kept>()
    writes.ended(name, undefined, 10)
    expect(writes.isAhead(name)).toBe(false)
  })
})
