/** Time and chance as the transport uses them: handed in, so that tests own them. */
export interface Timing {
  /** The wall clock: integer microseconds since the Unix epoch. */
  nowUs(): number
  /** Microseconds of a clock that never goes back, for distances. */
  monotonicUs(): number
  /** Rejects with the signal's reason when that is aborted. */
  sleep(durationUs: number, signal?: AbortSignal): Promise<void>
  /** At least 0, below 1. */
  chance(): number
}
