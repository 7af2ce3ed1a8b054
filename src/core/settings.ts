/** What an operator is started with: flags live, the keys under `loop:` in a scenario. */
export interface OperatorSettings {
  readonly roundIntervalUs: number
  /** How often the counters are scraped; the point interval of heat follows from it. */
  readonly scrapeIntervalUs: number
  /** Distance of rounds while a migration runs. */
  readonly syncPollIntervalUs: number
  /** Over all policies. */
  readonly maxConcurrentMigrations: number
  /** Share of a pool that may be used after a move. */
  readonly headroomPercent: number
  /** Mayastor does not tell its cap on rebuilds; null: that gate is off. */
  readonly mayastorMaxRebuilds: number | null
  /** Add replicas, remove none (law 8). */
  readonly preservationMode: boolean
  readonly dryRun: boolean
  /** Whether pods can mount a volume in coded form; else what could be coded is only reported. */
  readonly codedFormMounts: boolean
}

export const defaultSettings: OperatorSettings = {
  roundIntervalUs: 60_000_000,
  scrapeIntervalUs: 15_000_000,
  syncPollIntervalUs: 10_000_000,
  maxConcurrentMigrations: 2,
  headroomPercent: 85,
  mayastorMaxRebuilds: null,
  preservationMode: false,
  dryRun: false,
  codedFormMounts: false,
}
