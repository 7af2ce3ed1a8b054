/** Verdicts: what is counted, how much is kept, and which entries the watch passes over. */
import { expect, it } from 'vitest'
import type { HistoryEntry } from '../../src/core/event.js'
import { Verdicts } from '../../src/core/laws/verdicts.js'
import { watchLaws } from '../../src/core/laws.js'
import { emptyOperatorRecord } from '../../src/core/record.js'
import { facts, Tale, vol } from './histories.js'

it('counts every law that was at stake, and makes texts only of what was broken', () => {
  const verdicts = new Verdicts()
  let made = 0
  const text = (): string => {
    made += 1
    return `text ${made}`
  }
  verdicts.judge(1, true, 5, text)
  verdicts.judge(1, false, 6, text)
  verdicts.judge(2, true, 7, text)
  expect([...verdicts.atStake]).toEqual([
    [1, 2],
    [2, 1],
  ])
  expect(verdicts.checked).toBe(3)
  expect(verdicts.broken).toBe(1)
  expect(verdicts.violations).toEqual([{ law: 1, atUs: 6, text: 'text 1' }])
})

it('keeps a thousand violations, and counts those after them', () => {
  const verdicts = new Verdicts()
  for (let atUs = 0; atUs < 1002; atUs += 1) verdicts.judge(1, false, atUs, () => 'x')
  expect(verdicts.violations.length).toBe(1000)
  expect(verdicts.violations.at(-1)?.atUs).toBe(999)
  expect(verdicts.broken).toBe(1002)
  expect(verdicts.checked).toBe(1002)
})

it('tells how often laws were at stake, together and each', () => {
  const watch = watchLaws(facts())
  for (const entry of new Tale().cordonNode('node-0').entries) watch.hear(entry)
  watch.end(0)
  expect(watch.result()).toEqual({ checked: 2, violations: [] })
  expect([...watch.timesAtStake()]).toEqual([[7, 2]])
})

it('passes over what an operator says of itself, be it late', () => {
  const late = { atUs: 600_000_000, operator: 'one' } as const
  const decision = {
    volume: vol,
    policy: null,
    verdict: 'stay',
    from: 'hot',
    to: null,
    reason: 'no-policy',
    heatIops: null,
    coverage: 1,
    numbers: {},
    names: [],
  } as const
  const condition = { policy: null, condition: 'Ready', holds: true, text: '' } as const
  const said: readonly HistoryEntry[] = [
    { kind: 'decision', ...late, decision },
    { kind: 'condition', ...late, ...condition },
    { kind: 'law-broken', ...late, law: 1, text: '' },
    { kind: 'operator-record', ...late, record: emptyOperatorRecord },
  ]
  const tale = new Tale().cordonNode('node-0')
  for (const entry of said) expect(tale.add(entry).broken, entry.kind).toEqual([])
})
