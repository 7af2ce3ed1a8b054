/** When rounds begin and end: how long they take, and whether they still come. */
export class Rounds {
  private begunUs: number
  private endedUs: number

  constructor(
    private readonly monotonicUs: () => number,
    private readonly intervalUs: number,
  ) {
    this.begunUs = monotonicUs()
    this.endedUs = this.begunUs
  }

  begun(): void {
    this.begunUs = this.monotonicUs()
  }

  /** Answers how long it took. */
  ended(): number {
    this.endedUs = this.monotonicUs()
    return this.endedUs - this.begunUs
  }

  /** Null: they come; else since when none ended. */
  whyNotAlive(): string | null {
    const sinceUs = this.monotonicUs() - this.endedUs
    if (sinceUs < mostMissed * this.intervalUs) return null
    return `no round ended for ${Math.floor(sinceUs / 1_000_000)} s`
  }
}

/** Rounds that may stay away before the kubelet starts the operator again. */
const mostMissed = 5
