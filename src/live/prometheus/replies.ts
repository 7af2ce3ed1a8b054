/** Replies of Prometheus' HTTP API, as far as they are read (prometheus.io, HTTP API, v1). */
import {
  anything,
  checkOf,
  list,
  numeric,
  object,
  pair,
  record,
  text,
  type ValueOf,
} from '../shape.js'

const envelope = object(
  { status: text },
  {
    errorType: text,
    error: text,
    warnings: list(text),
    data: anything,
  },
)

const series = object({ metric: record(text), values: list(pair(numeric, text)) }, {})

const matrix = object({ resultType: text, result: list(series) }, {})

const build = object({ version: text }, {})

export type MatrixSeries = ValueOf<typeof series>

export const replies = {
  envelope: checkOf(envelope),
  matrix: checkOf(matrix),
  build: checkOf(build),
}
