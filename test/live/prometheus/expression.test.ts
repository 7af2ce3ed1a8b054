import { describe, expect, it } from 'vitest'
import {
  checkNames,
  expressionOf,
  type MetricNames,
  mayastorNames,
} from '../../../src/live/prometheus/expression.js'
import { SeriesBook } from '../../../src/live/prometheus/series-book.js'
import { second, untilUs } from './answers.js'

const own: MetricNames = {
  readOperations: 'iops_r',
  writeOperations: 'writes',
  volumeLabel: 'volume',
  volumePrefix: '',
  nodeLabel: 'host',
}

const over = (windowSeconds: number, stepUs: number) => ({
  stepUs,
  sinceUs: untilUs - windowSeconds * second,
  untilUs,
})

describe('the expression', () => {
  it.each([
    { names: mayastorNames, pattern: 'volume_num_(read|write)_ops' },
    { names: own, pattern: '(iops_r|writes)' },
    {
      names: { ...own, readOperations: 'reads', writeOperations: 'read' },
      pattern: 'read(s|)',
    },
  ])('names both metrics: $pattern', ({ names, pattern }) => {
    const expression = expressionOf(names, over(3600, 30 * second))
    expect(expression).toBe(`last_over_time({__name__=~"${pattern}"}[30s])[1h:30s]`)
    const { readOperations, writeOperations } = names
    for (const name of [readOperations, writeOperations]) {
      expect(name).toMatch(new RegExp(`^${pattern}$`))
    }
  })

  it.each([
    { window: 604_800, stepUs: 5040 * second, brackets: '[1h24m])[7d:1h24m]' },
    { window: 3601, stepUs: 30_009_000, brackets: '[30s9ms])[1h1s80ms:30s9ms]' },
  ])('writes durations as Prometheus reads them: $brackets', ({ window, stepUs, brackets }) => {
    expect(expressionOf(mayastorNames, over(window, stepUs))).toContain(brackets)
  })

  it('is none for parts of milliseconds', () => {
    expect(expressionOf(mayastorNames, over(3600, 30 * second + 1))).toBeNull()
  })

  it('reaches back by whole steps', () => {
    const asked = { ...over(60, 30 * second), sinceUs: untilUs - 30_000_001 }
    expect(expressionOf(mayastorNames, asked)).toContain('[1m:30s]')
    expect(expressionOf(mayastorNames, { ...asked, sinceUs: untilUs - 1 })).toContain('[30s:30s]')
  })
})

describe('names', () => {
  it('are those that Prometheus can have, and two', () => {
    checkNames(own)
    checkNames({ ...own, readOperations: 'job:reads:rate1h' })
    const wrong: readonly Partial<MetricNames>[] = [
      { readOperations: 'a"b' },
      { writeOperations: '1a' },
      { volumeLabel: 'a:b' },
      { nodeLabel: '' },
    ]
    for (const change of wrong) {
      expect(() => checkNames({ ...own, ...change })).toThrow(/no such name/)
    }
    expect(() => checkNames({ ...own, readOperations: 'writes' })).toThrow(/one name/)
  })

  it('are what series are read by', () => {
    const book = new SeriesBook(own)
    const metric = { __name__: 'iops_r', volume: 'a', host: 'h' }
    const values = [[untilUs / second, '1']] as const
    const columns = book.columns([{ metric, values }], over(60, 30 * second))
    expect(columns).toMatchObject({
      series: [{ volume: 'a', node: 'h', operation: 'read' }],
      count: 1,
    })
  })
})
