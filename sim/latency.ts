/** Virtual time that calls of the ports take: model constants, or zero to compare histories. */
export interface PortLatency {
  readonly observeUs: number
  readonly readUs: number
  readonly commandUs: number
  readonly journalUs: number
  readonly metricsUs: number
}

/** A REST read, a command and an API write as they are commonly seen inside one cluster. */
export const usualLatency: PortLatency = {
  observeUs: 20_000,
  readUs: 10_000,
  commandUs: 200_000,
  journalUs: 15_000,
  metricsUs: 100_000,
}
