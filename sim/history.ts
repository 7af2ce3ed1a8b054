/** The history of one world: every entry in order, and a running hash over all of them. */
import type { HistoryEntry } from '../src/core/event.js'

/**
 * Two lanes of 32 bits, multiplied and mixed: fast, and the same on every machine. The lanes are
 * signed from the first on, so that the machine keeps them as integers.
 */
export class RunningHash {
  private low = 0x811c9dc5 | 0
  private high = 0x9e3779b9 | 0

  text(text: string): void {
    let { low, high } = this
    const { length } = text
    for (let index = 0; index < length; index++) {
      const unit = text.charCodeAt(index)
      low = Math.imul(low ^ unit, 0x01000193)
      high = Math.imul(high ^ (unit + (low >>> 16)), 0x85ebca6b)
      high ^= high >>> 13
    }
    this.low = low
    this.high = high
  }

  integer(value: number): void {
    this.text(`${value};`)
  }

  /** Sixteen hexadecimal digits. */
  digest(): string {
    const hex = (lane: number): string => (lane >>> 0).toString(16).padStart(8, '0')
    return hex(this.high ^ (this.low >>> 7)) + hex(this.low)
  }
}

export class History {
  readonly entries: HistoryEntry[] = []
  readonly hash = new RunningHash()

  constructor(private readonly watch: (entry: HistoryEntry) => void) {}

  add(entry: HistoryEntry): void {
    this.entries.push(entry)
    this.hash.text(lineOf(entry))
    this.watch(entry)
  }

  *lines(): Generator<string> {
    for (const entry of this.entries) yield lineOf(entry)
  }
}

/** Keys in the order in which the program writes them: one entry, one text, on every machine. */
export function lineOf(entry: HistoryEntry): string {
  return JSON.stringify(entry)
}
