/** Prometheus' answer to a range query: a matrix of counters or rates, one series after another. */
import { chunksOf } from '../../byte-source.js'
import { refuse } from '../../problem.js'
import type { SeriesSink } from '../../series-sink.js'
import type { Head, ReaderOptions, SeriesFormat } from '../format.js'
import { JsonProblem, JsonTokens, type Token } from '../json-tokens.js'
import { type JsonVisitor, JsonWalk, type PathPart } from '../json-walk.js'
import { timeUs } from '../number.js'
import { meaningOf, otherLabels, volumeOf } from './metric.js'
import { unknownUnit } from './unit.js'
import { sampleValue } from './value.js'

export const prometheus: SeriesFormat = {
  grain: 'series',
  name: 'prometheus',
  title: 'Prometheus range query',
  places: 'byte',
  matches: looksLike,
  read,
}

function looksLike({ bytes }: Head): boolean {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, 4096))
  return /^(?:\u00ef\u00bb\u00bf)?\s*\{/.test(text) && /"(?:status|resultType)"\s*:/.test(text)
}

async function read(file: string, sink: SeriesSink, options: ReaderOptions): Promise<void> {
  const reader = new MatrixReader(file, sink, options)
  const walk = new JsonWalk(reader)
  const tokens = new JsonTokens()
  const take = (token: Token, byte: number): void => walk.take(token, byte)
  let isWhole = true
  try {
    for await (const chunk of chunksOf(file)) tokens.push(chunk, take)
    isWhole = tokens.end(take)
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error
    const hint = 'ask Prometheus again'
    throw refuse('TRACE_ROW', error.message, { file, byte: error.byte }, hint)
  }
  if (isWhole && walk.isBetweenDocuments) return
  const where = { file, byte: tokens.taken }
  throw refuse('TRACE_CUT', 'the JSON breaks off', where, 'ask Prometheus again')
}

/** What the values of a series are put under; null: the series is left out. */
type Target = number | null

class MatrixReader implements JsonVisitor {
  private labels = new Map<string, string>()
  private hasLabels = false
  private target: Target = null
  private atUs = Number.NaN

  constructor(
    private readonly file: string,
    private readonly sink: SeriesSink,
    private readonly options: ReaderOptions,
  ) {}

  value(path: readonly PathPart[], token: Token, byte: number): void {
    const [first, second, , section] = path
    if (first === 'data' && second === 'result' && section !== undefined) {
      if (section === 'metric') this.labels.set(String(path[4]), token.text)
      else if (section === 'values') this.sample(path, token, byte)
      else if (section === 'value') throw this.notMatrix('an instant query', byte)
      return
    }
    if (first === 'data' && second === 'resultType' && token.text !== 'matrix') {
      throw this.notMatrix(`of type ${token.text}`, byte)
    }
    if (path.length === 1 && first === 'error') {
      const message = `Prometheus answered with an error: ${token.text.slice(0, 200)}`
      throw refuse('TRACE_OTHER_KIND', message, { file: this.file, byte }, 'mend the query')
    }
  }

  leave(path: readonly PathPart[], byte: number): void {
    if (path[0] !== 'data' || path[1] !== 'result') return
    if (path.length === 4 && path[3] === 'metric') this.begin(byte)
    if (path.length === 3) {
      this.labels = new Map()
      this.hasLabels = false
    }
  }

  done(): void {}

  private begin(byte: number): void {
    this.hasLabels = true
    const meaning = meaningOf(this.labels, this.options)
    if (meaning.kind === 'unknown' && this.options.unitNeeded) {
      const message = 'a series has no metric name, as rate() takes it away'
      const hint = 'query the counters themselves, or pass --unit read-iops (or another unit)'
      throw refuse('TRACE_UNIT_MISSING', message, { file: this.file, byte }, hint)
    }
    if (meaning.kind === 'unknown') this.sink.warn('TRACE_UNIT_MISSING', byte)
    if (meaning.kind === 'ignored') {
      this.sink.warn('TRACE_IGNORED', byte)
      this.target = null
      return
    }
    const unit = meaning.kind === 'unit' ? meaning.unit : unknownUnit
    const volume = volumeOf(this.labels)
    if (volume === null) {
      const message = 'a series has no label that names its volume'
      const hint = 'keep pv_name, volume or persistentvolumeclaim in the query'
      throw refuse('TRACE_ROW', message, { file: this.file, byte }, hint)
    }
    this.target = this.sink.indexOf(volume, unit, otherLabels(this.labels))
  }

  /** `[time, "value"]`, in two tokens. */
  private sample(path: readonly PathPart[], token: Token, byte: number): void {
    if (!this.hasLabels) throw this.wrong('values stand before their metric', byte)
    if (path.length !== 6) throw this.wrong('a sample is no pair of time and value', byte)
    if (path[5] === 0) {
      const atUs = token.kind === 'number' ? timeUs(token.text, 's') : null
      if (atUs === null) throw this.wrong(`${token.text} is no time in seconds`, byte)
      this.atUs = atUs
    } else {
      if (path[5] !== 1 || token.kind !== 'string') {
        throw this.wrong(`${token.text.slice(0, 40)} is no value in a text`, byte)
      }
      this.take(token.text, byte)
    }
  }

  private take(text: string, byte: number): void {
    if (this.target === null) return
    const value = sampleValue(text)
    if (value === 'wrong') {
      throw this.wrong(`${JSON.stringify(text.slice(0, 40))} is no value of zero or more`, byte)
    }
    if (value === 'gap') {
      this.sink.warn('TRACE_GAP', byte)
      return
    }
    this.sink.point(this.atUs)
    this.sink.sample(this.target, this.atUs, value, byte)
  }

  private notMatrix(what: string, byte: number): Error {
    const hint = 'ask /api/v1/query_range, which answers with a matrix'
    const message = `the answer is ${what}, not a matrix`
    return refuse('TRACE_OTHER_KIND', message, { file: this.file, byte }, hint)
  }

  private wrong(message: string, byte: number): Error {
    return refuse('TRACE_ROW', message, { file: this.file, byte }, 'ask Prometheus again')
  }
}
