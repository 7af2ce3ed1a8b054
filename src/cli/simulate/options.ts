/** What the command line of `simulate` says, as it was typed. */
export interface SimulateOptions {
  readonly trace: readonly string[]
  readonly policy: readonly string[]
  readonly against: readonly string[]
  readonly set: readonly string[]
  readonly sweep?: string
  readonly limit: readonly string[]
  readonly format?: string
  readonly columns?: string
  readonly event?: string
  readonly unit?: string
  readonly rates?: boolean
  readonly seed?: string
  readonly out?: string
  readonly force: boolean
  readonly json: boolean
}
