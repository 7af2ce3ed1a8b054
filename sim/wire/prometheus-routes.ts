/**
 * Prometheus' query API over the modelled exporter: the operator's one expression, answered as the
 * real server answers it, up or down by the faults. Any other expression is refused.
 */
import type { CounterQuery } from '../../src/core/counters.js'
import { formatDuration, parseDuration } from '../../src/core/duration.js'
import { parseInstant } from '../../src/core/instant.js'
import type { World } from '../world.js'
import { type Answered, json, text, type WireAnswer, type WireRequest } from './exchange.js'
import { knownExpression, parseExpression } from './expression.js'
import type { Identity } from './identity.js'
import { matrixOf } from './matrix.js'

/** A query is given up by the real server after so long; the operator's own deadline is shorter. */
const timeoutUs = 10_000_000
/** Prometheus' own limit. */
const mostPoints = 11_000

type Asked =
  | { readonly kind: 'query'; readonly query: CounterQuery }
  | { readonly kind: 'answer'; readonly answer: WireAnswer }

export class PrometheusRoutes {
  constructor(
    private readonly world: World,
    private readonly identity: Identity,
  ) {}

  answer(request: WireRequest): WireAnswer {
    const { path, method } = request
    const isRange = path === '/api/v1/query_range'
    if (!isRange && path !== '/api/v1/query') return text(404, 'text/plain', '404 page not found\n')
    if (method !== 'GET' && method !== 'POST') {
      return text(405, 'text/plain', 'Method Not Allowed\n')
    }
    if (request.isTooLong) return badData('http: request body too large')
    const how = this.world.faults.prometheus(this.world.engine.nowUs)
    if (how === 'down') return { kind: 'cut' }
    if (how === 'slow') return timedOut
    const asked = this.asked(parametersOf(request), isRange)
    if (asked.kind === 'answer') return asked.answer
    const result = matrixOf(this.world.exporter.answer(asked.query), this.identity)
    const warnings = how === 'partial' ? { warnings: ['a part of the data is missing'] } : {}
    return json(200, { status: 'success', data: { resultType: 'matrix', result }, ...warnings })
  }

  private asked(parameters: URLSearchParams, isRange: boolean): Asked {
    const query = parameters.get('query') ?? ''
    if (query === '') return refuse(invalid('query', 'parse error: no expression found in input'))
    const expression = parseExpression(query)
    if (expression === null || isRange === (expression.range !== null)) return refuse(unknown)
    const asked = isRange ? rangeOf(parameters) : this.instantOf(parameters, expression.range)
    if (asked.kind === 'answer') return asked
    const { stepUs, sinceUs, untilUs } = asked.query
    if ((untilUs - sinceUs) / stepUs > mostPoints) return refuse(tooMany)
    if (stepUs !== expression.windowUs) return refuse(unlike('the window and the step differ'))
    const { steps } = this.world.exporter
    if (steps.includes(stepUs)) return asked
    const known = steps.map(formatDuration).join(', ')
    return refuse(unlike(`the step is ${formatDuration(stepUs)}, and the twin keeps ${known}`))
  }

  /** Instants in (time - W, time], as a range selector takes them. */
  private instantOf(
    parameters: URLSearchParams,
    range: { readonly lengthUs: number; readonly stepUs: number } | null,
  ): Asked {
    const given = parameters.get('time')
    const untilUs = given === null ? this.world.engine.nowUs : instantUs(given)
    if (untilUs === null) return refuse(unreadable('time', given))
    const { lengthUs, stepUs } = range ?? { lengthUs: 0, stepUs: 0 }
    if (stepUs <= 0 || lengthUs <= 0) return refuse(invalid('query', 'duration must be > 0'))
    return { kind: 'query', query: { stepUs, sinceUs: untilUs - lengthUs, untilUs } }
  }
}

/** Instants from start to end, both of them in it; each is a multiple of the step. */
function rangeOf(parameters: URLSearchParams): Asked {
  const times = { start: instantUs(parameters.get('start')), end: instantUs(parameters.get('end')) }
  const { start, end } = times
  if (start === null) return refuse(unreadable('start', parameters.get('start')))
  if (end === null) return refuse(unreadable('end', parameters.get('end')))
  const step = parameters.get('step')
  const stepUs = secondsUs(step) ?? durationUs(step)
  if (stepUs === null) return refuse(unreadable('step', step))
  if (stepUs <= 0) {
    return refuse(invalid('step', 'zero or negative query resolution step widths are not accepted'))
  }
  if (end < start) return refuse(invalid('end', 'end timestamp must not be before start time'))
  if (start % stepUs !== 0) return refuse(unlike('start is no multiple of the step'))
  return { kind: 'query', query: { stepUs, sinceUs: start - 1, untilUs: end } }
}

/** A form in the body says as much as the query. */
function parametersOf({ method, query, body }: WireRequest): URLSearchParams {
  return method === 'POST' ? new URLSearchParams([...query, ...new URLSearchParams(body)]) : query
}

/** Seconds since the epoch, or RFC 3339. */
function instantUs(text: string | null): number | null {
  return text === null ? null : (secondsUs(text) ?? parseInstant(text))
}

function secondsUs(text: string | null): number | null {
  if (text === null || !/^-?\d{1,12}(?:\.\d+)?$/.test(text)) return null
  return Math.round(Number(text) * 1_000_000)
}

function durationUs(text: string | null): number | null {
  return text === null ? null : parseDuration(text)
}

function refuse(answer: WireAnswer): Asked {
  return { kind: 'answer', answer }
}

function failed(status: number, errorType: string, error: string): Answered {
  return json(status, { status: 'error', errorType, error })
}

function badData(error: string): WireAnswer {
  return failed(400, 'bad_data', error)
}

function invalid(parameter: string, why: string): WireAnswer {
  return badData(`invalid parameter "${parameter}": ${why}`)
}

function unreadable(parameter: string, given: string | null): WireAnswer {
  return invalid(parameter, `cannot parse "${given ?? ''}" to a valid value`)
}

function unlike(why: string): WireAnswer {
  return failed(422, 'execution', `${why}: the twin answers ${knownExpression} alone`)
}

const unknown = unlike('another expression')

const tooMany = badData(
  'exceeded maximum resolution of 11,000 points per timeseries: take a longer step',
)

const timedOut: WireAnswer = {
  ...failed(503, 'timeout', 'query timed out in expression evaluation'),
  lateUs: timeoutUs,
}
