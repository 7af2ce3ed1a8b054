import { expect, test } from 'vitest'
import { allShards, membersOf, parityShards, setOf } from '../../src/core/code.js'
import { canRebuild } from '../../src/core/rebuild.js'
import {
  type Contestant,
  contest,
  operations,
  type Sample,
  wantedBy,
} from '../../src/ec/bench/contest.js'
import { benchCodes, benchmark, benchThreads } from '../../src/ec/bench.js'
import { lrc, reedSolomon } from '../core/codes.js'
import { enginesHere } from './engines.js'

test('a small benchmark measures every engine that has the code, by threads', async () => {
  const engines = await enginesHere()
  const heats: string[] = []
  const figures = await benchmark({
    turns: 1,
    codes: [lrc(4, 2, 1), reedSolomon(2, 1)],
    shardBytes: [4096],
    onHeat: ({ code }, own, guests) => heats.push(`${code.kind} ${own.length} ${guests.length}`),
  })
  const expected = ['lrc-4-2-1', 'rs-2-1'].flatMap(code =>
    engines
      .filter(engine => code.startsWith('rs') || engine.family === 'gf256/1')
      .flatMap(({ name }) => benchThreads.map(threads => `${name} ${code} 4096 ${threads}`)),
  )
  expect(
    figures.results.map(one => `${one.engine} ${one.code} ${one.shardBytes} ${one.threads}`),
  ).toEqual(expected)
  for (const one of figures.results) {
    expect(Math.min(one.encodeGBps, one.rebuildOneGBps, one.rebuildAllGBps)).toBeGreaterThan(0)
  }
  expect(figures.memoryCopyGBps).toBeGreaterThan(0)
  expect(figures.cpu).not.toBe('')
  expect(heats).toHaveLength(2)
})

test('contestants take turns, and the best turn of each counts', async () => {
  const order: string[] = []
  const scripted = (name: string, rates: readonly number[]): Contestant => {
    let turn = 0
    return {
      sample: async operation => {
        order.push(`${name} ${operation}`)
        const sample: Sample = { rate: rates[Math.floor(turn / operations.length)], processors: 1 }
        turn++
        return sample
      },
    }
  }
  const best = await contest([scripted('a', [1, 3, 2]), scripted('b', [5, 4, 4])], 3)
  expect(best.map(one => [one.encode.rate, one.rebuildOne.rate, one.rebuildAll.rate])).toEqual([
    [3, 3, 3],
    [5, 5, 5],
  ])
  const turn = operations.flatMap(operation => [`a ${operation}`, `b ${operation}`])
  expect(order).toEqual([...turn, ...turn, ...turn])
})

test('what is rebuilt is one shard, or as many as the code can lose', () => {
  for (const code of benchCodes) {
    expect(membersOf(wantedBy('rebuildOne', code))).toEqual([0])
    const most = wantedBy('rebuildAll', code)
    expect(membersOf(most)).toHaveLength(parityShards(code))
    expect(canRebuild(code, most)).toBe(true)
    const data = setOf(Array.from({ length: code.dataShards }, (_, shard) => shard))
    expect(wantedBy('encode', code)).toBe(allShards(code) & ~data)
  }
  expect(membersOf(wantedBy('rebuildAll', reedSolomon(4, 2)))).toEqual([0, 1])
  expect(membersOf(wantedBy('rebuildAll', lrc(12, 2, 2)))).toEqual([0, 1, 2, 6])
})
