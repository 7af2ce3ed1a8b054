/** How often each law was at stake, and where it was broken. */
import type { LawViolation } from '../result.js'

/** A law that is broken is broken again and again: so many are kept in full. */
const mostKept = 1000

export class Verdicts {
  /** Times at stake, by the law's number. */
  readonly atStake = new Map<number, number>()
  readonly violations: LawViolation[] = []
  broken = 0

  /** The law was at stake at this instant; `text` is made only where it was broken. */
  judge(law: number, holds: boolean, atUs: number, text: () => string): void {
    this.atStake.set(law, (this.atStake.get(law) ?? 0) + 1)
    if (holds) return
    this.broken += 1
    if (this.violations.length < mostKept) this.violations.push({ law, atUs, text: text() })
  }

  get checked(): number {
    let sum = 0
    for (const times of this.atStake.values()) sum += times
    return sum
  }
}
