/** Virtual time under an outside clock: parties gate it, and its slices change no history. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Engine } from '../../../sim/engine/engine.js'
import { Turns } from '../../../sim/engine/turns.js'
import { OutsideClock, type Pace } from '../../../sim/wire/outside-clock.js'
import { minute, second, smallWorld } from '../small-world.js'
import { fourNodes } from './served.js'

const still = {
  setRoute: () => {},
  setPoolDown: () => {},
  startTransfer: () => {},
  stopTransfer: () => {},
  transferredBytes: () => 0,
  writes: () => 0,
  advance: () => null,
}

function clockOf(pace: Pace): { readonly clock: OutsideClock; readonly engine: Engine } {
  const engine = new Engine(0, still, () => {})
  const clock = new OutsideClock(engine, pace, error => {
    throw error
  })
  return { clock, engine }
}

const stays = (): void => {}

/** Everything that may happen without anybody's doing has happened. */
async function quiet(): Promise<void> {
  const turns = new Turns()
  for (let turn = 0; turn < 400; turn++) await turns.next()
}

describe('a clock moved by hand', () => {
  it('stands still until it is moved, and is then where it was moved to', async () => {
    const { clock } = clockOf('by-hand')
    await quiet()
    expect(clock.nowUs).toBe(0)
    expect(await clock.advance(minute)).toEqual({ kind: 'reached' })
    expect(clock.nowUs).toBe(minute)
  })

  it('is not moved while a party is awake, nor by two at once', async () => {
    const { clock } = clockOf('by-hand')
    await clock.register('one')
    expect(await clock.advance(1)).toEqual({ kind: 'refused', why: 'party one is awake' })
    void clock.sleep('one', minute, stays)
    const moving = clock.advance(2 * minute)
    expect(await clock.advance(1)).toEqual({
      kind: 'refused',
      why: 'the clock is being moved already',
    })
    clock.remove('one')
    await moving
  })

  it('stops where a party wakes, and goes on when it sleeps again', async () => {
    const { clock } = clockOf('by-hand')
    await clock.register('one')
    const seen: string[] = []
    const woken = clock.sleep('one', 10 * second, stays)
    const moved = clock.advance(minute).then(() => seen.push('moved'))
    expect(await woken).toBe('reached')
    await quiet()
    expect(clock.nowUs).toBe(10 * second)
    expect(seen).toEqual([])
    void clock.sleep('one', 2 * minute, stays)
    await moved
    expect(clock.nowUs).toBe(minute)
  })

  it('waits for the slower of two parties', async () => {
    const { clock } = clockOf('by-hand')
    const seen: string[] = []
    const live = async (name: string, everyUs: number, times: number): Promise<void> => {
      for (let round = 0; round < times; round++) {
        await clock.sleep(name, clock.nowUs + everyUs, stays)
        seen.push(`${name} ${clock.nowUs / second}`)
      }
      clock.remove(name)
    }
    await clock.register('a')
    await clock.register('b')
    const lives = [live('a', 10 * second, 4), live('b', 15 * second, 3)]
    await clock.advance(minute)
    await Promise.all(lives)
    expect(seen).toEqual(['a 10', 'b 15', 'a 20', 'a 30', 'b 30', 'a 40', 'b 45'])
  })

  it('a sleep that is past is over at once, and one more replaces the first', async () => {
    const { clock } = clockOf('by-hand')
    await clock.register('one')
    expect(await clock.sleep('one', 0, stays)).toBe('reached')
    const first = clock.sleep('one', minute, stays)
    const later = clock.sleep('one', 2 * minute, stays)
    expect(await first).toBe('replaced')
    clock.remove('one')
    expect(await later).toBe('removed')
    expect(clock.remove('one')).toBe(false)
  })

  it('stands for a party that comes while it moves, from when it is told so', async () => {
    const { clock } = clockOf('by-hand')
    const moved = clock.advance(1000 * minute)
    await quiet()
    await clock.register('late')
    const cameUs = clock.nowUs
    expect(cameUs).toBeGreaterThan(0)
    expect(cameUs).toBeLessThan(1000 * minute)
    await quiet()
    expect(clock.nowUs).toBe(cameUs)
    clock.remove('late')
    await moved
    expect(clock.nowUs).toBe(1000 * minute)
  })

  it('a party whose connection breaks in its sleep is awake', async () => {
    const { clock } = clockOf('by-hand')
    await clock.register('one')
    let breaks = stays
    void clock.sleep('one', minute, action => {
      breaks = action
    })
    breaks()
    expect(clock.sleepers).toEqual([{ name: 'one', untilUs: null }])
    expect(await clock.advance(1)).toMatchObject({ kind: 'refused' })
  })

  it('what is due at this instant happens without time going on', async () => {
    const { clock, engine } = clockOf('by-hand')
    await clock.register('awake')
    const seen: string[] = []
    engine.schedule(0, () => seen.push('now'))
    engine.schedule(1, () => seen.push('later'))
    await clock.settle()
    expect(seen).toEqual(['now'])
  })

  it('hears of a defect in the engine', async () => {
    const engine = new Engine(0, still, () => {})
    const heard: unknown[] = []
    const clock = new OutsideClock(engine, 'by-hand', error => heard.push(error))
    engine.schedule(10, () => {
      throw new Error('broken')
    })
    void clock.advance(minute)
    await quiet()
    expect(heard).toEqual([new Error('broken')])
  })
})

describe('a free clock', () => {
  it('waits for a first party, and jumps from sleep to sleep', async () => {
    const { clock } = clockOf('free')
    await clock.elapse(minute)
    await quiet()
    expect(clock.nowUs).toBe(0)
    await clock.register('one')
    const day = 86_400 * second
    expect(await clock.sleep('one', 30 * day, stays)).toBe('reached')
    expect(clock.nowUs).toBe(30 * day)
    clock.remove('one')
    await quiet()
    expect(clock.nowUs).toBe(30 * day)
  })

  it('cannot be moved by hand', async () => {
    const { clock } = clockOf('free')
    expect(await clock.advance(1)).toEqual({ kind: 'refused', why: 'the clock moves by itself' })
  })
})

describe('a paced clock', () => {
  it('goes as far as the other one went, and not while a party is awake', async () => {
    const { clock } = clockOf('paced')
    await clock.elapse(3)
    await clock.elapse(4)
    expect(clock.nowUs).toBe(7)
    await clock.register('one')
    await clock.elapse(100)
    expect(clock.nowUs).toBe(7)
    const woken = clock.sleep('one', 10, stays)
    await clock.elapse(100)
    expect(await woken).toBe('reached')
    expect(clock.nowUs).toBe(10)
  })
})

describe('one history', () => {
  const straight = smallWorld({ ...fourNodes, lengthMinutes: 60 })

  it('whatever the slices in which time is granted', async () => {
    straight.operators.start()
    await straight.run(60)
    const expected = straight.world.history.hash.digest()
    const slices = fc.array(fc.integer({ min: 1, max: 20 * minute }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(slices, async lengths => {
        const { world, operators } = smallWorld({ ...fourNodes, lengthMinutes: 60 })
        operators.start()
        const clock = new OutsideClock(world.engine, 'by-hand', error => {
          throw error
        })
        for (const us of lengths) {
          const leftUs = 60 * minute - clock.nowUs
          if (leftUs > 0) await clock.advance(Math.min(us, leftUs))
        }
        await clock.advance(60 * minute - clock.nowUs)
        expect(world.history.hash.digest()).toBe(expected)
      }),
      { numRuns: 15 },
    )
  })
})
