import { describe, expect, it } from 'vitest'
import { PrometheusClient, usualPrometheus } from '../../../src/live/prometheus/client.js'
import { answerJson, clientOf, serve, TestTiming } from '../servers.js'
import { growing, seriesOf, success, untilUs } from './answers.js'

const many = Array.from({ length: 500 }, (_, volume) =>
  seriesOf(`${volume}`, 'read', growing(121, 30, volume)),
)

async function ask(answer: Parameters<typeof serve>[0]) {
  const server = await serve(answer)
  const timing = new TestTiming()
  const settings = { ...usualPrometheus, mostSkewUs: null }
  const client = new PrometheusClient(clientOf(server.url, timing), timing, settings)
  return client.matrix('a', untilUs)
}

describe('an answer of more than a megabyte', () => {
  it('is as good as a short one', async () => {
    expect(JSON.stringify(success(many)).length).toBeGreaterThan(1_000_000)
    expect(await ask(answerJson(success(many)))).toEqual({ kind: 'matrix', series: many })
  })

  it.each([
    ['warns', success(many, { warnings: ['partial'] }), 'it warns of partial data: partial'],
    ['errs', { ...success(many), status: 'error', error: 'no' }, 'it answers 200: error: no'],
    ['is odd', success([...many, { metric: {}, values: [] }]), null],
    ['has words for values', success([{ metric: {}, values: [[1, 'x']] }, ...many]), null],
    ['is of no series', { ...success(many), data: many }, 'must be object'],
  ])('that %s is read as a short one is', async (_, document, why) => {
    const answer = await ask(answerJson(document))
    if (why === null) expect(answer.kind).toBe('matrix')
    else expect(answer.kind === 'unavailable' && answer.why).toContain(why)
  })
})
