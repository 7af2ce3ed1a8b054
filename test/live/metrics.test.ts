import { describe, expect, it } from 'vitest'
import type { CounterQuery } from '../../src/core/counters.js'
import { HeatWindow } from '../../src/core/heat.js'
import { volumeId } from '../../src/core/model.js'
import { systemTiming } from '../../src/live/http/timing.js'
import { LiveMetrics } from '../../src/live/metrics.js'
import { PrometheusClient, usualPrometheus } from '../../src/live/prometheus/client.js'
import { growing, second, seriesOf, success, untilUs, type Values } from './prometheus/answers.js'
import {
  type Answering,
  answerJson,
  bare,
  brokenJson,
  clientOf,
  cutOff,
  nobody,
  redirecting,
  serve,
  silent,
  TestTiming,
  webPage,
} from './servers.js'

const stepUs = 30 * second
const query: CounterQuery = { stepUs, sinceUs: untilUs - 10 * stepUs, untilUs }
const hot = [
  seriesOf('a', 'read', growing(11, 30, 3000)),
  seriesOf('a', 'write', growing(11, 30, 3000)),
]

async function open(answering: Answering) {
  const server = await serve(answering)
  const timing = new TestTiming()
  const prometheus = new PrometheusClient(clientOf(server.url, timing), timing, {
    ...usualPrometheus,
    mostSkewUs: null,
  })
  return { server, timing, metrics: new LiveMetrics(prometheus, timing) }
}

async function rowsOf(result: Parameters<typeof success>[0]) {
  const { metrics } = await open(answerJson(success(result)))
  const answer = await metrics.counters(query)
  if (answer.kind !== 'samples') throw new Error(answer.why)
  const { series, count, seriesIndex, instantUs, value } = answer.columns
  return Array.from({ length: count }, (_, row) => {
    const { volume, node, operation } = series[seriesIndex[row]]
    const step = (instantUs[row] - query.sinceUs) / stepUs
    return `${volume}/${node}/${operation} ${step}=${value[row]}`
  })
}

const at = (step: number): number => (query.sinceUs + step * stepUs) / second
const points = (values: Readonly<Record<number, string>>): Values =>
  Object.entries(values)
    .map(([step, value]) => [at(Number(step)), value] as const)
    .sort(([one], [other]) => one - other)

describe('the counters of all volumes', () => {
  it('are asked for by one query, at the end of what is asked', async () => {
    const { server, metrics } = await open(answerJson(success(hot)))
    expect(await metrics.counters(query)).toMatchObject({ kind: 'samples', untilUs })
    expect(server.asked).toHaveLength(1)
    const [{ method, url, body }] = server.asked
    expect([method, url]).toEqual(['POST', '/api/v1/query'])
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      query: 'last_over_time({__name__=~"volume_num_(read|write)_ops"}[30s])[5m:30s]',
      time: '1767571200',
      timeout: '14s',
    })
  })

  it('are as many requests for ten volumes as for a thousand', async () => {
    const many = Array.from({ length: 1000 }, (_, n) =>
      seriesOf(`v${n}`, 'read', growing(2, 30, 1)),
    )
    const { server, metrics } = await open(answerJson(success(many)))
    const answer = await metrics.counters(query)
    expect(answer.kind === 'samples' && answer.columns.count).toBe(2000)
    expect(server.asked).toHaveLength(1)
  })

  it('come as they are: gaps stay gaps, resets stay resets', async () => {
    const values = points({ 1: '100', 2: '200', 5: '1e3', 6: '7.5' })
    expect(await rowsOf([seriesOf('a', 'read', values)])).toEqual([
      'a/node-1/read 1=100',
      'a/node-1/read 2=200',
      'a/node-1/read 5=1000',
      'a/node-1/read 6=7.5',
    ])
  })

  it('are gaps where they are no numbers', async () => {
    const values = points({ 1: 'NaN', 2: '+Inf', 3: '-Inf', 4: '-1', 5: '5' })
    expect(await rowsOf([seriesOf('a', 'write', values)])).toEqual(['a/node-1/write 5=5'])
  })

  it('are only those after the beginning, up to the end, at instants of the step', async () => {
    const values = points({ 0: '1', 1: '2', 1.5: '3', 10: '4', 11: '5' })
    expect(await rowsOf([seriesOf('a', 'read', values)])).toEqual([
      'a/node-1/read 1=2',
      'a/node-1/read 10=4',
    ])
  })

  it('pass over what is no counter of a volume', async () => {
    const values = points({ 1: '1' })
    const rows = await rowsOf([
      seriesOf('a', 'read', values, { __name__: 'volume_num_read_ops_total' }),
      seriesOf('a', 'read', values, { pv_name: 'data-0' }),
      { metric: { __name__: 'volume_num_read_ops' }, values },
      seriesOf('b', 'read', values, { node: 'node-2' }),
    ])
    expect(rows).toEqual(['b/node-2/read 1=1'])
  })

  it('count once where two jobs scrape one exporter', async () => {
    const rows = await rowsOf([
      seriesOf('a', 'read', points({ 1: '10', 2: '20' }), { job: 'one' }),
      seriesOf('a', 'read', points({ 1: '11', 2: '21', 3: '31' }), { job: 'two' }),
      seriesOf('a', 'read', points({ 2: '5' }), { node: 'node-2' }),
    ])
    expect(rows).toEqual([
      'a/node-1/read 1=10',
      'a/node-1/read 2=20',
      'a/node-1/read 3=31',
      'a/node-2/read 2=5',
    ])
  })

  it('keep the index of their series from answer to answer', async () => {
    const { metrics, server } = await open(answerJson(success(hot)))
    const one = await metrics.counters(query)
    server.answer = answerJson(success([seriesOf('b', 'read', points({ 10: '1' })), ...hot]))
    const other = await metrics.counters({ ...query, sinceUs: untilUs - stepUs })
    if (one.kind !== 'samples' || other.kind !== 'samples') throw new Error('no samples')
    expect(other.columns.series.slice(0, 2)).toEqual(hot.map(() => expect.anything()))
    expect(other.columns.series.map(series => series.volume)).toEqual(['a', 'a', 'b'])
    expect([...other.columns.seriesIndex]).toEqual([0, 1, 2])
  })
})

describe('the same question', () => {
  it('is asked once within half a minute, and once while it is under way', async () => {
    const { metrics, server, timing } = await open(answerJson(success(hot)))
    const [one, other] = await Promise.all([metrics.counters(query), metrics.counters(query)])
    expect(other).toBe(one)
    timing.atUs += 29_999_999
    expect(await metrics.counters(query)).toBe(one)
    expect(server.asked).toHaveLength(1)
    timing.atUs += 1
    expect(await metrics.counters(query)).not.toBe(one)
    await metrics.counters({ ...query, untilUs: untilUs + stepUs })
    expect(server.asked).toHaveLength(3)
  })

  it('is asked again after it failed', async () => {
    const { metrics, server } = await open(bare(500))
    expect(await metrics.counters(query)).toMatchObject({ kind: 'unavailable' })
    server.answer = answerJson(success(hot))
    expect(await metrics.counters(query)).toMatchObject({ kind: 'samples' })
  })
})

const broken: readonly { readonly what: string; readonly answering: Answering }[] = [
  {
    what: 'words for numbers',
    answering: answerJson(success([seriesOf('a', 'read', points({ 1: '1', 2: 'much' }))])),
  },
  {
    what: 'an empty text for a number',
    answering: answerJson(success([seriesOf('a', 'read', points({ 1: '1', 2: ' ' }))])),
  },
  {
    what: 'numbers for words',
    answering: answerJson({
      status: 'success',
      data: { resultType: 'matrix', result: [{ metric: {}, values: [[at(1), 5]] }] },
    }),
  },
  { what: 'a vector', answering: answerJson({ status: 'success', data: vector() }) },
  { what: 'no data', answering: answerJson({ status: 'success' }) },
  { what: 'a warning', answering: answerJson(success(hot, { warnings: ['partial'] })) },
  {
    what: 'an error in a 200',
    answering: answerJson({ ...success(hot), status: 'error', errorType: 'internal', error: 'x' }),
  },
  { what: 'a success in a 500', answering: answerJson(success(hot), 500) },
  { what: '422', answering: answerJson({ status: 'error', errorType: 'execution' }, 422) },
  { what: '400', answering: answerJson({ status: 'error', errorType: 'bad_data' }, 400) },
  { what: '503', answering: answerJson({ status: 'error', errorType: 'timeout' }, 503) },
  { what: '401', answering: bare(401) },
  { what: 'a redirect', answering: redirecting },
  { what: 'a web page', answering: webPage },
  { what: 'half an answer', answering: cutOff },
  { what: 'broken JSON', answering: brokenJson },
]

function vector(): object {
  return { resultType: 'vector', result: [] }
}

describe('an answer that is not whole is none', () => {
  it.each(broken)('$what', async ({ answering }) => {
    const { metrics } = await open(answering)
    const answer = await metrics.counters(query)
    expect(answer).toMatchObject({ kind: 'unavailable' })
    expect(answer.kind === 'unavailable' && answer.why).toMatch(/^Prometheus at http/)
  })

  it('silence, and nobody', async () => {
    for (const url of [(await serve(silent)).url, await nobody()]) {
      const http = clientOf(url, systemTiming, { attemptUs: 50_000 })
      const metrics = new LiveMetrics(new PrometheusClient(http, systemTiming), systemTiming)
      expect(await metrics.counters(query)).toMatchObject({ kind: 'unavailable' })
    }
  })

  it.each([
    { what: 'behind', skewUs: -31 * second, kind: 'unavailable' },
    { what: 'ahead', skewUs: 31 * second, kind: 'unavailable' },
    { what: 'a little behind', skewUs: -29 * second, kind: 'samples' },
    { what: 'a little ahead', skewUs: 30 * second, kind: 'samples' },
  ])('a clock that is $what: $kind', async ({ skewUs, kind }) => {
    const timing = new TestTiming()
    const server = await serve((asked, response) => {
      response.setHeader('date', new Date((timing.atUs + skewUs) / 1000).toUTCString())
      answerJson(success(hot))(asked, response)
    })
    const prometheus = new PrometheusClient(clientOf(server.url, timing), timing)
    expect(await new LiveMetrics(prometheus, timing).counters(query)).toMatchObject({ kind })
  })

  it('and points that lie no whole milliseconds apart cannot be asked for', async () => {
    const { metrics, server } = await open(answerJson(success(hot)))
    const odd = { ...query, stepUs: stepUs + 1 }
    expect(await metrics.counters(odd)).toMatchObject({ kind: 'unavailable' })
    expect(server.asked).toEqual([])
  })
})

describe('what is missing makes no volume look cold', () => {
  async function heatOf(result: Parameters<typeof success>[0], volume: string) {
    const { metrics } = await open(answerJson(success(result)))
    const window = new HeatWindow(10 * stepUs, 15 * second)
    const asked = window.query(untilUs)
    if (asked === null) throw new Error('nothing is asked')
    const answer = await metrics.counters(asked)
    if (answer.kind === 'samples') window.absorb(answer.columns, answer.untilUs)
    const index = window.indexOf(volumeId(volume))
    return { isKnown: window.isKnown(index, 80), rate: window.rate(index) }
  }

  it('whole series give the heat that there was', async () => {
    expect(await heatOf(hot, 'a')).toEqual({ isKnown: true, rate: 200 })
  })

  it('half of the series: the others are unknown', async () => {
    const other = seriesOf('b', 'read', growing(11, 30, 3000))
    expect(await heatOf([...hot, other], 'b')).toMatchObject({ isKnown: false })
    expect(await heatOf([...hot, other], 'c')).toMatchObject({ isKnown: false })
    expect(await heatOf([...hot, other], 'a')).toEqual({ isKnown: true, rate: 200 })
  })

  it.each([
    { what: 'nothing at all', result: [] },
    { what: 'series of something else', result: [{ metric: {}, values: [] }] },
    { what: 'series without a point', result: [seriesOf('a', 'read', [])] },
  ])('$what: unknown', async ({ result }) => {
    expect(await heatOf(result, 'a')).toMatchObject({ isKnown: false })
  })

  it('an exporter that went away: unknown, not zero', async () => {
    const gone = hot.map(({ metric, values }) => ({ metric, values: values.slice(0, 6) }))
    expect(await heatOf(gone, 'a')).toEqual({ isKnown: false, rate: 200 })
  })

  it('an engine that began again from zero: no less than it counted', async () => {
    const reset = hot.map(({ metric, values }) => ({
      metric,
      values: values.map(([seconds, text], at) => {
        return [seconds, at < 5 ? text : String((at - 5) * 3000)] as const
      }),
    }))
    const { isKnown, rate } = await heatOf(reset, 'a')
    expect([isKnown, rate]).toEqual([true, 180])
  })
})
