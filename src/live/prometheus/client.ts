/**
 * Prometheus' HTTP API. An answer is whole, or it is none: a warning, an error in a body of status
 * 200, another type of result and a clock that differs from ours all make it unavailable.
 */
import { formatDuration } from '../../core/duration.js'
import type { HttpClient } from '../http/client.js'
import type { Exchange } from '../http/exchange.js'
import { type JsonAnswer, jsonAnswer } from '../http/json-answer.js'
import type { Timing } from '../http/timing.js'
import { parseInTurns } from './parse-in-turns.js'
import { type MatrixSeries, replies } from './replies.js'

export type MatrixAnswer =
  | { readonly kind: 'matrix'; readonly series: readonly MatrixSeries[] }
  | { readonly kind: 'unavailable'; readonly why: string }

export interface PrometheusSettings {
  /** The server gives up before we do, so that it does not work for nobody. */
  readonly queryTimeoutUs: number
  /** Null: not looked at, where the time of queries is not the wall clock's. */
  readonly mostSkewUs: number | null
}

export const usualPrometheus: PrometheusSettings = {
  queryTimeoutUs: 14_000_000,
  mostSkewUs: 30_000_000,
}

export class PrometheusClient {
  constructor(
    private readonly http: HttpClient,
    private readonly timing: Pick<Timing, 'nowUs'>,
    private readonly settings: PrometheusSettings = usualPrometheus,
  ) {}

  get url(): string {
    return this.http.url
  }

  /** Evaluates an expression that gives several points a series, at one instant. */
  async matrix(query: string, atUs: number): Promise<MatrixAnswer> {
    const time = String(Math.floor(atUs / 1000) / 1000)
    const timeout = formatDuration(this.settings.queryTimeoutUs)
    const form = { query, time, timeout }
    const request = { method: 'POST', path: '/api/v1/query', form } as const
    const data = await this.data(request)
    if (data.kind === 'unavailable') return data
    const checked = replies.matrix(data.value)
    if (checked.kind === 'invalid') return this.unavailable(`of its answer, ${checked.why}`)
    const { resultType, result } = checked.value
    if (resultType !== 'matrix') return this.unavailable(`it answers a ${resultType}, no matrix`)
    return { kind: 'matrix', series: result }
  }

  /** Null where it does not tell: some servers of this API do not. */
  async version(): Promise<string | null> {
    const data = await this.data({ method: 'GET', path: '/api/v1/status/buildinfo' })
    const checked = data.kind === 'data' ? replies.build(data.value) : null
    return checked?.kind === 'valid' && checked.value.version !== '' ? checked.value.version : null
  }

  private async data(
    request: Parameters<HttpClient['read']>[0],
  ): Promise<
    | { readonly kind: 'data'; readonly value: object }
    | { readonly kind: 'unavailable'; readonly why: string }
  > {
    const answer = await answerOf(await this.http.read(request))
    if (answer.kind === 'none') return this.unavailable(answer.why)
    const { status, value, dateUs } = answer
    const checked = replies.envelope(value)
    if (checked.kind === 'invalid') return this.unavailable(`it answers ${status}: ${checked.why}`)
    const { error, errorType, warnings, data, status: said } = checked.value
    if (status !== 200 || said !== 'success') {
      return this.unavailable(`it answers ${status}: ${errorType ?? 'error'}: ${error ?? said}`)
    }
    const [warning] = warnings ?? []
    if (warning !== undefined) return this.unavailable(`it warns of partial data: ${warning}`)
    const skewUs = dateUs === null ? 0 : dateUs - this.timing.nowUs()
    const { mostSkewUs } = this.settings
    if (mostSkewUs !== null && Math.abs(skewUs) > mostSkewUs) {
      const seconds = Math.round(Math.abs(skewUs) / 1_000_000)
      const how = skewUs > 0 ? 'ahead of' : 'behind'
      return this.unavailable(`its clock is ${seconds} s ${how} ours`)
    }
    if (data === undefined || data === null) return this.unavailable('it answers without data')
    return { kind: 'data', value: data }
  }

  private unavailable(why: string): { readonly kind: 'unavailable'; readonly why: string } {
    return { kind: 'unavailable', why: `Prometheus at ${this.http.url}: ${why}` }
  }
}

/** Characters from which on an answer is parsed in turns. */
const longAnswer = 1_000_000

async function answerOf(outcome: Exchange): Promise<JsonAnswer> {
  if (outcome.kind === 'failed' || outcome.text.length < longAnswer) return jsonAnswer(outcome)
  // Whatever else may be wrong with it is looked at without its text.
  const empty = jsonAnswer({ ...outcome, text: '{}' })
  if (empty.kind === 'none') return empty
  const parsed = await parseInTurns(outcome.text)
  return parsed === null ? jsonAnswer(outcome) : { ...empty, value: parsed.document }
}
