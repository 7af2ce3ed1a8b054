/** Whether this operator leads, as its commands and its probes ask it. */
import type { Held } from '../../kubernetes/lease.js'
import type { Leading } from '../../live/guarded-mover.js'

export class Leadership implements Leading {
  private held: Held | null = null
  private isEnding = false

  constructor(private readonly monotonicUs: () => number) {}

  took(held: Held): void {
    this.held = held
  }

  /** No further command, but for those that undo. */
  end(): void {
    this.isEnding = true
  }

  get isLeader(): boolean {
    return !this.isEnding && this.holdsForUs() > 0
  }

  holdsForUs(): number {
    return this.isEnding ? 0 : (this.held?.holdsForUs() ?? 0)
  }

  heldForUs(): number {
    return this.held === null ? 0 : this.monotonicUs() - this.held.heldSinceUs
  }
}
