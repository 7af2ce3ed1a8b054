/** The verdict as a whole: what comes first, a sweep, and sentences of any run. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ReportInput } from '../../reports/run.js'
import { plain } from '../../reports/text.js'
import { verdict } from '../../reports/verdict.js'
import { anyInput } from './any-run.js'
import { changed, cost, said, usual } from './changed.js'
import { latencySummary } from './fixture.js'

test('a broken law comes first', () => {
  const violation = { law: 4, atUs: 0, text: 'db-1 moved within its cooldown' }
  const input = changed({ laws: { checked: 9, violations: [violation, violation, violation] } })
  const [first] = verdict(input)
  expect(first.topic).toBe('laws')
  expect(plain(first.text)).toBe(
    [
      'Law 4 was broken: db-1 moved within its cooldown. And 2 more violations. This is',
      'a defect of CoucheStor: do not rely on what follows, and report it.',
    ].join(' '),
  )
})

test('a law that a baseline broke is a defect as well', () => {
  const violations = [{ law: 13, atUs: 0, text: 'no room was counted' }]
  const input = changed({}, { laws: { checked: 1, violations } })
  expect(said(input, 'laws')).toMatch(/^Law 13 was broken in the run frozen: no room was counted\./)
  expect(said(usual, 'laws')).toBeNull()
})

test('a sweep tells the cheapest and the fastest of its settings', () => {
  const [own, base] = usual.document.runs
  const path = 'policies.0.spec.coolingPeriod'
  const runs = [
    { ...own, name: `${path}=0s` },
    {
      ...own,
      name: `${path}=6h`,
      cost: { ...cost, perMonth: 1200 },
      latencyUs: { ...own.latencyUs, all: latencySummary(9000) },
    },
    base,
  ]
  const [detail, frozenDetail] = usual.details
  const input: ReportInput = {
    ...usual,
    baseline: 2,
    document: { ...usual.document, runs },
    details: [detail, detail, frozenDetail],
  }
  expect(said(input, 'sweep')).toBe(
    [
      'Of 2 settings coolingPeriod=6h is the cheapest ($1,200 a month) and',
      'coolingPeriod=0s the fastest (p99 4.2 ms).',
    ].join(' '),
  )
  expect(said(input, 'cost')).toMatch(/^coolingPeriod=0s costs \$1,313 a month/)
  expect(said(usual, 'sweep')).toBeNull()
})

test('of any run every sentence is whole: no broken figure, and a full stop at the end', () => {
  fc.assert(
    fc.property(anyInput, input => {
      for (const { text } of verdict(input)) {
        expect(plain(text)).not.toMatch(/\b(?:NaN|undefined|Infinity|null)\b/)
        expect(plain(text)).toMatch(/[.!?]$/)
      }
    }),
  )
})
