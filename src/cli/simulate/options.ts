/** What the command line of `simulate` says, as it was typed. */
import type { TraceOptions } from '../trace/reading.js'

export interface SimulateOptions extends TraceOptions {
  readonly policy: readonly string[]
  readonly against: readonly string[]
  readonly set: readonly string[]
  readonly sweep?: string
  readonly limit: readonly string[]
  readonly seed?: string
  readonly out?: string
  readonly force: boolean
  readonly json: boolean
}
