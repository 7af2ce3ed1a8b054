/** Virtual time, parties, sleep and crashes. */
import { describe, expect, it } from 'vitest'
import type { DataPath, FinishedTransfer } from '../../../sim/data-path.js'
import { Engine } from '../../../sim/engine/engine.js'

/** Advances at once; copies finish at the instants that are given. */
function path(finishes: readonly number[] = []): DataPath {
  const left = finishes.map((atUs, id) => ({ id, atUs }))
  return {
    setRoute: () => {},
    setPoolDown: () => {},
    startTransfer: () => {},
    stopTransfer: () => {},
    transferredBytes: () => 0,
    writes: () => 0,
    advance: untilUs =>
      left.length > 0 && left[0].atUs <= untilUs ? (left.shift() ?? null) : null,
  }
}

function engineOf(finishes: readonly number[] = []): {
  readonly engine: Engine
  readonly copies: FinishedTransfer[]
} {
  const copies: FinishedTransfer[] = []
  const engine = new Engine(0, path(finishes), copy => copies.push(copy))
  return { engine, copies }
}

describe('a party', () => {
  it('waits for what takes time, and its time is the engine’s', async () => {
    const { engine } = engineOf()
    const party = engine.party('one')
    const seen: number[] = []
    const life = async (): Promise<void> => {
      await party.call(100, () => null)
      seen.push(engine.nowUs)
      await party.sleepUntil(1000)
      seen.push(engine.nowUs)
    }
    life()
    await engine.run(5000)
    expect(seen).toEqual([100, 1000])
    expect(engine.nowUs).toBe(5000)
  })

  it('that died is never settled again, and what it sent has its effect all the same', async () => {
    const { engine } = engineOf()
    const party = engine.party('one')
    const seen: string[] = []
    party.call(100, () => seen.push('effect')).then(() => seen.push('settled'))
    engine.schedule(50, () => party.crash())
    await engine.run(1000)
    expect(seen).toEqual(['effect'])
  })

  it('dies at the await that it is told to die at', async () => {
    const { engine } = engineOf()
    const party = engine.party('one')
    let passed = 0
    const life = async (): Promise<void> => {
      for (;;) {
        await party.call(10, () => null)
        passed += 1
      }
    }
    life()
    let diedUs = 0
    party.crashAfter(3, () => {
      diedUs = engine.nowUs
    })
    await engine.run(1000)
    expect([passed, diedUs, party.settlements]).toEqual([3, 40, 3])
  })

  it('is woken before its time, once', async () => {
    const { engine } = engineOf()
    const party = engine.party('one')
    const seen: string[] = []
    party.sleepUntil(1000).then(how => seen.push(`${how} at ${engine.nowUs}`))
    engine.schedule(300, () => engine.wakeAll())
    engine.schedule(400, () => engine.wakeAll())
    await engine.run(5000)
    expect(seen).toEqual(['woken at 300'])
  })

  it('that is alone with its time sleeps to the end of it', async () => {
    const { engine } = engineOf()
    const seen: string[] = []
    engine
      .party('one')
      .sleepUntil(1000)
      .then(how => seen.push(how))
    await engine.run(999)
    expect(seen).toEqual([])
    await engine.run(1000)
    expect(seen).toEqual(['time'])
  })
})

describe('the engine', () => {
  it('runs events of one instant in the order in which they were scheduled', async () => {
    const { engine } = engineOf()
    const seen: number[] = []
    for (const one of [1, 2, 3]) engine.schedule(10, () => seen.push(one))
    const cancelled = engine.schedule(10, () => seen.push(4))
    engine.cancel(cancelled)
    await engine.run(10)
    expect(seen).toEqual([1, 2, 3])
  })

  it('refuses an event in the past', async () => {
    const { engine } = engineOf()
    await engine.run(100)
    expect(() => engine.schedule(99, () => {})).toThrow('in the past')
  })

  it('lets a copy finish at its own instant, before later events', async () => {
    const { engine, copies } = engineOf([40, 60])
    const seen: number[] = []
    engine.schedule(50, () => seen.push(copies.length))
    await engine.run(100)
    expect(seen).toEqual([1])
    expect(copies.map(copy => copy.atUs)).toEqual([40, 60])
  })

  it('stops where it is told to', async () => {
    const { engine } = engineOf()
    engine.schedule(10, () => engine.stop())
    await engine.run(100)
    expect(engine.nowUs).toBe(10)
  })
})
