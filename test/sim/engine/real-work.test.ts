/** Real work beside virtual time: waited for where the world needs it, whenever it is done. */
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { DataPath } from '../../../sim/data-path.js'
import { Engine } from '../../../sim/engine/engine.js'

const idle: DataPath = {
  setRoute: () => {},
  setPoolDown: () => {},
  startTransfer: () => {},
  stopTransfer: () => {},
  transferredBytes: () => 0,
  writes: () => 0,
  advance: () => null,
}

function engineOf(): Engine {
  return new Engine(0, idle, () => {})
}

describe('work that is expected', () => {
  it.each([
    [1, 20],
    [20, 1],
  ])('is done before anything happens at its instant, after %i and %i ms', async (one, other) => {
    const engine = engineOf()
    const seen: string[] = []
    engine.schedule(10, () => {
      engine.expect(
        50,
        sleep(one).then(() => seen.push('first is done')),
      )
    })
    engine.schedule(40, () => seen.push('40'))
    engine.schedule(50, () => seen.push('50'))
    engine.schedule(20, () => {
      engine.expect(
        60,
        sleep(other).then(() => seen.push('second is done')),
      )
    })
    engine.schedule(60, () => seen.push('60'))
    await engine.run(100)
    const without = seen.filter(one => !one.startsWith('second'))
    expect(without).toEqual(['40', 'first is done', '50', '60'])
    expect(seen.indexOf('second is done')).toBeLessThan(seen.indexOf('60'))
  })

  it('is done before an event of the same instant that comes after it', async () => {
    const engine = engineOf()
    const seen: string[] = []
    engine.schedule(30, () => {
      engine.expect(
        engine.nowUs,
        sleep(5).then(() => seen.push('done')),
      )
      engine.schedule(engine.nowUs, () => seen.push('event'))
    })
    await engine.run(30)
    expect(seen).toEqual(['done', 'event'])
  })

  it('fails the run where it fails, and not before', async () => {
    const engine = engineOf()
    const seen: number[] = []
    engine.schedule(10, () => engine.expect(50, Promise.reject(new Error('no engine is here'))))
    for (const atUs of [40, 50, 60]) engine.schedule(atUs, () => seen.push(atUs))
    await expect(engine.run(100)).rejects.toThrow('no engine is here')
    expect(seen).toEqual([40])
  })

  it('that is due later is not waited for', async () => {
    const engine = engineOf()
    engine.schedule(10, () => engine.expect(200, new Promise(() => {})))
    await engine.run(100)
    expect(engine.nowUs).toBe(100)
  })

  it('is refused in the past', async () => {
    const engine = engineOf()
    await engine.run(100)
    expect(() => engine.expect(99, Promise.resolve())).toThrow(/due in the past/)
  })
})
