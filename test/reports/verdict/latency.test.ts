/** Latency, and the volumes that pay for it. */
import { describe, expect, test } from 'vitest'
import { changed, judged, markOf, said, usual } from '../changed.js'
import { latencySummary, noLatency } from '../fixture.js'

describe('latency', () => {
  test('p99 before and after, with one unit', () => {
    expect(said(usual, 'latency')).toBe('p99 over all volumes 1.9 → 4.2 ms.')
    expect(markOf(usual, 'latency')).toBe('bad')
  })

  test('a series has means', () => {
    const all = { ...noLatency, count: 9, mean: 1100 }
    const own = { ...judged.latencyUs, all }
    const before = { ...judged.latencyUs, all: { ...all, mean: 950 } }
    const input = changed({ grain: 'series', latencyUs: own }, { latencyUs: before })
    expect(said(input, 'latency')).toBe(
      'Mean latency over all volumes 0.95 → 1.1 ms (a series has no percentiles).',
    )
  })

  test('faster is good, a hair slower is neither', () => {
    const all = (p99Us: number) => ({
      latencyUs: { ...judged.latencyUs, all: latencySummary(p99Us) },
    })
    expect(markOf(changed(all(1000)), 'latency')).toBe('good')
    expect(markOf(changed(all(1950)), 'latency')).toBe('plain')
  })

  test('lost requests and missed objectives are told', () => {
    const input = changed({ lostRequests: 1, sloViolationMinutes: 90 }, { sloViolationMinutes: 0 })
    expect(said(input, 'latency')).toContain('1 request was lost: no healthy replica')
    expect(said(input, 'latency')).toContain('The latency objective was missed for 90 min')
    expect(said(changed({ sloViolationMinutes: 0 }), 'latency')).toContain('was never missed')
  })
})

describe('slower volumes', () => {
  test('are counted, and the worst is named with its figures', () => {
    const worst = {
      volume: 'batch-0',
      p99Us: 14_000,
      baselineP99Us: 900,
      meanUs: null,
      baselineMeanUs: null,
    }
    expect(said(changed({ slower: [worst], slowerVolumes: 7 }), 'slower')).toMatch(
      /^7 volumes got slower; the worst: batch-0, 0\.9 → 14 ms/,
    )
    const mean = { ...worst, p99Us: null, meanUs: 20_000, baselineMeanUs: 100 }
    expect(said(changed({ slower: [mean], slowerVolumes: 1 }), 'slower')).toMatch(
      /^1 volume got slower: batch-0, 100 µs → 20 ms in the mean/,
    )
  })

  test('none is good news', () => {
    const input = changed({ slower: [], slowerVolumes: 0 })
    expect(said(input, 'slower')).toBe('No volume got slower.')
    expect(markOf(input, 'slower')).toBe('good')
  })
})
