/**
 * The metrics port: one query of Prometheus for each call, whatever the number of volumes. The same
 * question within half a minute has the same answer, and is asked once while it is under way. What
 * is missing stays missing: nothing is filled in, and an answer that is not whole is none. One that
 * is whole and empty is as many gaps as there are volumes: then heat is unknown too.
 */
import type { CounterQuery } from '../core/counters.js'
import type { CounterAnswer, Metrics } from '../ports.js'
import type { Timing } from './http/timing.js'
import type { PrometheusClient } from './prometheus/client.js'
import {
  checkNames,
  expressionOf,
  type MetricNames,
  mayastorNames,
} from './prometheus/expression.js'
import { SeriesBook } from './prometheus/series-book.js'

const keptUs = 30_000_000

interface Kept {
  readonly answer: CounterAnswer
  readonly untilUs: number
}

export class LiveMetrics implements Metrics {
  private readonly kept = new Map<string, Kept>()
  private readonly underWay = new Map<string, Promise<CounterAnswer>>()
  private readonly book: SeriesBook

  constructor(
    private readonly prometheus: PrometheusClient,
    private readonly timing: Pick<Timing, 'monotonicUs'>,
    private readonly names: MetricNames = mayastorNames,
  ) {
    checkNames(names)
    this.book = new SeriesBook(names)
  }

  async counters(query: CounterQuery): Promise<CounterAnswer> {
    const expression = expressionOf(this.names, query)
    if (expression === null) {
      return unavailable('points must lie whole milliseconds apart: change samplingWindow')
    }
    const question = `${query.untilUs} ${expression}`
    this.forget()
    const known = this.kept.get(question)
    if (known !== undefined) return known.answer
    const running = this.underWay.get(question)
    if (running !== undefined) return running
    const asking = this.ask(expression, query).finally(() => this.underWay.delete(question))
    this.underWay.set(question, asking)
    const answer = await asking
    if (answer.kind === 'samples') {
      this.kept.set(question, { answer, untilUs: this.timing.monotonicUs() + keptUs })
    }
    return answer
  }

  private async ask(expression: string, query: CounterQuery): Promise<CounterAnswer> {
    const answer = await this.prometheus.matrix(expression, query.untilUs)
    if (answer.kind === 'unavailable') return answer
    const columns = this.book.columns(answer.series, query)
    const { url } = this.prometheus
    if (columns === null) return unavailable(`Prometheus at ${url} answers what is no number`)
    return { kind: 'samples', untilUs: query.untilUs, columns }
  }

  private forget(): void {
    const nowUs = this.timing.monotonicUs()
    for (const [question, { untilUs }] of this.kept) {
      if (untilUs <= nowUs) this.kept.delete(question)
    }
  }
}

function unavailable(why: string): CounterAnswer {
  return { kind: 'unavailable', why }
}
