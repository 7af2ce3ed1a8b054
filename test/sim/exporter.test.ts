/** The modelled exporter and its Prometheus: counters by volume and node, gaps, resets, zero. */
import { describe, expect, it } from 'vitest'
import { Exporter, type Shown } from '../../sim/exporter.js'
import { type NodeId, nodeId, volumeId } from '../../src/core/model.js'

const stepUs = 30

class Bench {
  node: NodeId | null = nodeId('a')
  shown: Shown = 'counts'
  reads = new Float64Array(1)
  writes = new Float64Array(1)
  readonly exporter = new Exporter(
    [volumeId('vol')],
    () => this.node,
    () => this.shown,
    [stepUs],
  )

  constructor() {
    this.scrape(0, 0)
  }

  scrape(atUs: number, reads: number): this {
    this.reads = Float64Array.of(reads)
    this.exporter.scrape(atUs, this.reads, this.writes)
    return this
  }

  /** Instants and values of the read series of a node. */
  points(node = 'a', sinceUs = 0, untilUs = 300): readonly (readonly [number, number])[] {
    const columns = this.exporter.answer({ stepUs, sinceUs, untilUs })
    const points: [number, number][] = []
    for (let row = 0; row < columns.count; row++) {
      const series = columns.series[columns.seriesIndex[row]]
      if (series.operation !== 'read' || series.node !== node) continue
      points.push([columns.instantUs[row], columns.value[row]])
    }
    return points
  }
}

describe('points', () => {
  it('are the last scrape before each instant', () => {
    const bench = new Bench().scrape(15, 5).scrape(30, 9).scrape(45, 20)
    expect(bench.points()).toEqual([
      [30, 9],
      [60, 20],
    ])
  })

  it('are given from after the query’s beginning up to its end', () => {
    const bench = new Bench().scrape(30, 9).scrape(60, 20)
    expect(bench.points('a', 0, 30)).toEqual([[30, 9]])
  })

  it('are asked for at another distance: there are none', () => {
    const bench = new Bench()
    expect(bench.exporter.answer({ stepUs: 7, sinceUs: -1, untilUs: 300 }).count).toBe(0)
  })
})

describe('a fault of the exporter', () => {
  it('that is silent leaves a gap, never a zero', () => {
    const bench = new Bench().scrape(30, 9)
    bench.shown = 'nothing'
    bench.scrape(60, 20)
    bench.shown = 'counts'
    expect(bench.scrape(90, 40).points()).toEqual([
      [30, 9],
      [90, 40],
    ])
  })

  it('that reads zero shows zero', () => {
    const bench = new Bench().scrape(30, 9)
    bench.shown = 'zero'
    expect(bench.scrape(60, 20).points()).toEqual([
      [30, 9],
      [60, 0],
    ])
  })

  it('that begins again counts from zero', () => {
    const bench = new Bench().scrape(30, 9)
    bench.exporter.reset(nodeId('a'), bench.reads, bench.writes)
    bench.exporter.reset(nodeId('b'), Float64Array.of(99), bench.writes)
    expect(bench.scrape(60, 20).points()).toEqual([
      [30, 9],
      [60, 11],
    ])
  })
})

describe('a target', () => {
  it('that moves begins a series of its own on the other node, from zero', () => {
    const bench = new Bench().scrape(30, 9)
    bench.node = nodeId('b')
    bench.scrape(60, 20).scrape(90, 50)
    expect(bench.points()).toEqual([[30, 9]])
    expect(bench.points('b')).toEqual([
      [60, 0],
      [90, 30],
    ])
  })

  it('that is not there has no series', () => {
    const bench = new Bench().scrape(30, 9)
    bench.node = null
    expect(bench.scrape(60, 20).points()).toEqual([[30, 9]])
  })
})
