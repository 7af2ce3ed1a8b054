/** What the first sentence says, with prices and without. */
import { describe, expect, test } from 'vitest'
import type { ReportInput } from '../../../reports/run.js'
import { changed, cost, frozen, judged, markOf, said, usual, withDetail } from '../changed.js'
import { latencySummary } from '../fixture.js'

describe('what it costs', () => {
  test('rented: money a month against volumes left where they are', () => {
    expect(said(usual, 'cost')).toBe(
      [
        'This policy costs $1,313 a month against $2,388 with volumes left where they are',
        '(−45 %, moving included).',
      ].join(' '),
    )
    expect(markOf(usual, 'cost')).toBe('good')
  })

  test('dearer than before is bad news', () => {
    const input = changed({ cost: { ...cost, perMonth: 2500 } })
    expect(said(input, 'cost')).toContain('$2,500 a month against $2,388')
    expect(said(input, 'cost')).toContain('(+4.7 %, moving included)')
    expect(markOf(input, 'cost')).toBe('bad')
  })

  test('another baseline is called by its name', () => {
    expect(said(changed({}, { name: 'all-hot' }), 'cost')).toContain('with every volume on the hot')
    expect(said(changed({}, { name: 'b.yaml' }), 'cost')).toContain('in the run b.yaml')
  })

  test('requests lost in number outweigh the money', () => {
    const input = changed({ servedRequests: 800, lostRequests: 200 })
    expect(said(input, 'cost')).toContain('It loses 20 % of all requests.')
    expect(markOf(input, 'cost')).toBe('bad')
    const few = changed({ servedRequests: 1_000_000, lostRequests: 20 })
    expect(said(few, 'cost')).not.toContain('loses')
  })

  test('cheaper but ten times slower is no good news', () => {
    const all = latencySummary(19_100)
    expect(markOf(changed({ latencyUs: { ...judged.latencyUs, all } }), 'cost')).toBe('plain')
    const less = latencySummary(18_900)
    expect(markOf(changed({ latencyUs: { ...judged.latencyUs, all: less } }), 'cost')).toBe('good')
  })

  test('without prices bytes and operations speak', () => {
    const words = said(changed({ cost: null }, { cost: null }), 'cost')
    expect(words).toContain(
      [
        'No prices are given. The policy frees 9 TiB of hot, takes 2 TiB more on warm and takes',
        '7 TiB more on cold against volumes left where they are: hot pools serve',
      ].join(' '),
    )
    expect(words).toMatch(/hot pools serve [\d,]+ → [\d,]+ IOPS\.$/)
  })

  test('owned hardware frees capacity and saves no cash', () => {
    const owned = { ...cost, model: 'owned' as const }
    expect(said(changed({ cost: owned }, { cost: owned }), 'cost')).toContain(
      [
        'The hardware is bought ($1,313 a month, used or not): moving saves no cash.',
        'The policy frees 9 TiB',
      ].join(' '),
    )
  })

  test('nothing worth moving is said, and so is nothing that could', () => {
    const still = { ...frozen.migrations }
    const quiet = withDetail({ decisions: [] }, changed({ migrations: still }))
    expect(said(quiet, 'cost')).toBe(
      [
        'Nothing worth moving: every volume stayed on the tier where it stood. It costs',
        '$1,313 a month.',
      ].join(' '),
    )
    expect(said(changed({ migrations: still }), 'cost')).toMatch(/^Nothing moved: what wanted to/)
  })

  test('alone there is nothing to compare with', () => {
    const alone: ReportInput = {
      ...usual,
      baseline: null,
      document: { ...usual.document, runs: [judged] },
    }
    expect(said(alone, 'cost')).toBe(
      [
        'This policy costs $1,313 a month. It ran alone: with --against frozen there is',
        'something to compare it with.',
      ].join(' '),
    )
    expect(said(alone, 'slower')).toBeNull()
  })
})
