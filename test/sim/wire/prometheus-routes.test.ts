/** Prometheus' query API over the twin: what the metrics port gives, in Prometheus' own words. */
import { describe, expect, it } from 'vitest'
import type { CounterQuery } from '../../../src/core/counters.js'
import { nodeId } from '../../../src/core/model.js'
import { minute, second } from '../small-world.js'
import { type Answer, type ServedTwin, servedTwin } from './served.js'

interface Matrix {
  readonly status: string
  readonly warnings?: readonly string[]
  readonly data: {
    readonly resultType: string
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>
      readonly values: readonly (readonly [number, string])[]
    }[]
  }
}

const step = '30s'
const selector = '{__name__=~"volume_num_(read|write)_ops"}'
const rangeQuery = `last_over_time(${selector}[${step}])`
const instantQuery = (length: string): string => `${rangeQuery}[${length}:${step}]`

const served = await servedTwin()
await served.advance(20 * minute + 7 * second)

function path(name: string, parameters: Readonly<Record<string, string | number>>): string {
  const texts = Object.entries(parameters).map(([key, value]): [string, string] => [
    key,
    `${value}`,
  ])
  return `/api/v1/${name}?${new URLSearchParams(texts)}`
}

/** Lines `operation node pv_name instant value`, sorted. */
function linesOf({ data }: Matrix): readonly string[] {
  return data.result
    .flatMap(({ metric, values }) =>
      values.map(([at, value]) => {
        const { __name__, node, pv_name } = metric
        return `${__name__} ${node} ${pv_name} ${at} ${value}`
      }),
    )
    .sort((a, b) => (a < b ? -1 : 1))
}

/** The same of what the metrics port of a party in the engine is given. */
async function portLines(one: ServedTwin, query: CounterQuery): Promise<readonly string[]> {
  const { world } = one.twin
  const asked = world.portsOf(world.engine.party('asks')).metrics.counters(query)
  await one.advance(second)
  const answer = await asked
  if (answer.kind !== 'samples') throw new Error(answer.why)
  const { volumes } = await one.get<{
    readonly volumes: readonly { readonly id: string; readonly uuid: string }[]
  }>('/twin/v1/state')
  const uuids = new Map(volumes.map(volume => [volume.id, volume.uuid]))
  const { series, count, seriesIndex, instantUs, value } = answer.columns
  return Array.from({ length: count }, (_, row) => {
    const { volume, node, operation } = series[seriesIndex[row]]
    const at = instantUs[row] / 1_000_000
    return `volume_num_${operation}_ops ${node} pvc-${uuids.get(volume)} ${at} ${value[row]}`
  }).sort((a, b) => (a < b ? -1 : 1))
}

describe('the known expression', () => {
  it.each([
    ['five minutes to now', 1207, '5m'],
    ['five minutes to an instant of the grid', 1200, '5m'],
    ['the whole time', 1207, '20m'],
    ['a single point', 600, '30s'],
    ['nothing yet', 10_000_000, '30s'],
  ])('over %s is what the metrics port gives', async (_, time, length) => {
    const answer = await served.get<Matrix>(path('query', { query: instantQuery(length), time }))
    const lengthUs = Number(length.slice(0, -1)) * (length.endsWith('m') ? minute : second)
    const untilUs = time * second
    const port = await portLines(served, {
      stepUs: 30 * second,
      sinceUs: untilUs - lengthUs,
      untilUs,
    })
    expect(linesOf(answer)).toEqual(port)
    expect(answer).toMatchObject({ status: 'success', data: { resultType: 'matrix' } })
    expect(port.length > 0).toBe(time < 10_000_000)
  })

  it('as a range query has both its ends', async () => {
    const asked = { query: rangeQuery, start: 600, end: 900, step: 30 }
    const answer = await served.get<Matrix>(path('query_range', asked))
    const untilUs = 900 * second
    const port = await portLines(served, {
      stepUs: 30 * second,
      sinceUs: 570 * second,
      untilUs,
    })
    expect(linesOf(answer)).toEqual(port)
    for (const { values } of answer.data.result) {
      expect(values).toHaveLength(11)
      expect(values[0][0]).toBe(600)
      expect(values[10][0]).toBe(900)
    }
  })

  it('may be sent as a form, with spaces, with instants as texts', async () => {
    const asked = { query: rangeQuery, start: 600, end: 900, step: 30 }
    const plain = await served.get<Matrix>(path('query_range', asked))
    const form = new URLSearchParams({
      query: `last_over_time( ${selector.replace('{', '{ ')} [30s] )`,
      start: '1970-01-01T00:10:00Z',
      end: '1970-01-01T00:15:00Z',
      step: '30s',
    })
    const posted = await fetch(`${served.origin}/api/v1/query_range`, {
      method: 'POST',
      body: form,
    })
    expect(await posted.json()).toEqual(plain)
  })

  it('is asked of this instant where no time is given', async () => {
    const time = served.twin.clock.nowUs / second
    const now = await served.get<Matrix>(path('query', { query: instantQuery('5m') }))
    const then = await served.get<Matrix>(path('query', { query: instantQuery('5m'), time }))
    expect(now).toEqual(then)
  })

  it('has the labels of the exporter and of a scrape, and series in one order', async () => {
    const { data } = await served.get<Matrix>(path('query', { query: instantQuery('5m') }))
    const keys = data.result.map(({ metric }) => Object.values(metric).join(' '))
    expect(keys).toEqual([...keys].sort((a, b) => (a < b ? -1 : 1)))
    expect(Object.keys(data.result[0].metric)).toEqual([
      '__name__',
      'instance',
      'job',
      'node',
      'pv_name',
    ])
    // An unpublished volume has no series.
    expect(data.result).toHaveLength(4)
  })
})

describe('what is not answered', () => {
  it.each([
    ['up', 422, 'execution'],
    ['rate(volume_num_read_ops[5m])', 422, 'execution'],
    [rangeQuery, 422, 'execution'],
    [`${rangeQuery}[5m:60s]`, 422, 'execution'],
    [`last_over_time(${selector}[60s])[5m:60s]`, 422, 'execution'],
    [`${rangeQuery}[5m:0s]`, 400, 'bad_data'],
    [`${rangeQuery}[90d:30s]`, 400, 'bad_data'],
    [`${rangeQuery}[5x:30s]`, 422, 'execution'],
    ['', 400, 'bad_data'],
  ])('%s has %i %s', async (query, status, errorType) => {
    const answer = await served.ask('GET', path('query', { query }))
    expect(answer).toMatchObject({ status, value: { status: 'error', errorType } })
  })

  it.each([
    [{ query: instantQuery('5m'), start: 0, end: 60, step: 30 }, 422],
    [{ query: rangeQuery, start: 7, end: 60, step: 30 }, 422],
    [{ query: rangeQuery, start: 0, end: 60, step: 60 }, 422],
    [{ query: rangeQuery, start: 90, end: 60, step: 30 }, 400],
    [{ query: rangeQuery, start: 0, end: 60, step: 0 }, 400],
    [{ query: rangeQuery, start: 'x', end: 60, step: 30 }, 400],
    [{ query: rangeQuery, start: 0, end: 'x', step: 30 }, 400],
    [{ query: rangeQuery, start: 0, end: 60, step: 'x' }, 400],
    [{ query: rangeQuery, start: 0, end: 60 }, 400],
    [{ query: rangeQuery, start: 0, end: 3_000_000, step: 30 }, 400],
  ])('a range of %o has %i', async (asked, status) => {
    const answer = await served.ask('GET', path('query_range', { ...asked }))
    expect(answer).toMatchObject({ status, value: { status: 'error' } })
  })

  it('a time that is none, a method or a path that is none', async () => {
    const wrong = path('query', { query: instantQuery('5m'), time: 'noon' })
    expect(await served.ask('GET', wrong)).toMatchObject({ status: 400 })
    expect(await served.ask('PUT', '/api/v1/query')).toMatchObject({ status: 405 })
    expect(await served.ask('GET', '/api/v1/labels')).toMatchObject({ status: 404 })
    const huge = 'x'.repeat(1_048_577)
    expect(await served.ask('POST', '/api/v1/query', huge)).toMatchObject({
      status: 400,
      value: { errorType: 'bad_data' },
    })
  })
})

describe('a Prometheus that fails', () => {
  const query = path('query', { query: instantQuery('2m') })

  it.each([
    ['slow', { status: 503, value: { status: 'error', errorType: 'timeout' } }],
    ['partial', { status: 200, value: { status: 'success', warnings: [expect.any(String)] } }],
  ])('is %s and then well again', async (how, seen) => {
    const own = await servedTwin()
    await own.advance(10 * minute)
    await own.ask('POST', '/twin/v1/faults', { for: '1m', prometheus: how })
    expect(await own.ask('GET', query)).toMatchObject(seen)
    await own.advance(minute)
    const well: Answer = await own.ask('GET', query)
    expect(well.status).toBe(200)
    expect(well.text).not.toContain('warnings')
  })

  it('is down: the connection is cut', async () => {
    const own = await servedTwin()
    await own.ask('POST', '/twin/v1/faults', { for: '1m', prometheus: 'down' })
    await expect(own.ask('GET', query)).rejects.toThrow('fetch failed')
    await own.advance(minute)
    expect(await own.ask('GET', query)).toMatchObject({ status: 200 })
  })

  it('finds no points of an exporter that is silent, and leaves the gap', async () => {
    const own = await servedTwin()
    await own.advance(10 * minute)
    await own.ask('POST', '/twin/v1/faults', { for: '2m', exporter: 'node-0', how: 'gap' })
    await own.advance(4 * minute)
    const long = path('query', { query: instantQuery('6m') })
    const { data } = await own.get<Matrix>(long)
    const [silent] = data.result.filter(one => one.metric.node === nodeId('node-0'))
    const instants = silent.values.map(([at]) => at)
    expect(instants.filter(at => at > 600 && at < 720)).toEqual([])
    expect(instants.filter(at => at >= 720)).toEqual([720, 750, 780, 810, 840])
    const other = data.result.filter(one => one.metric.node !== nodeId('node-0'))
    expect(other.every(({ values }) => values.length === 12)).toBe(true)
  })
})
