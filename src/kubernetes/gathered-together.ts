/**
 * What is gathered of all answers at once, in bytes. A server that never ends what it says is asked
 * several things side by side, and each answer alone is within its bound. Where they come to too
 * much together the largest is given up, whoever sends it: a small honest one is not lost to those
 * that have no end.
 */
import { mostBytesTogether } from './most-bytes.js'

export interface Gathering {
  readonly bytes: number
  giveUp(): void
}

export class GatheredTogether {
  private readonly known = new Map<Gathering, number>()
  private bytes = 0

  constructor(readonly mostBytes: number) {}

  /** Told whenever one has more; it may be given up by that. */
  has(one: Gathering): void {
    this.bytes += one.bytes - (this.known.get(one) ?? 0)
    this.known.set(one, one.bytes)
    while (this.bytes > this.mostBytes) this.largest().giveUp()
  }

  hasNothing(one: Gathering): void {
    this.bytes -= this.known.get(one) ?? 0
    this.known.delete(one)
  }

  private largest(): Gathering {
    let [found] = this.known.keys()
    for (const one of this.known.keys()) {
      if (found === undefined || one.bytes > found.bytes) found = one
    }
    if (found === undefined) throw new Error('there are bytes, and nobody has them')
    return found
  }
}

/** How whoever was given up says what it was. */
export function largestOf({ mostBytes }: GatheredTogether): string {
  return `the largest of answers that are larger together than ${mostBytes} bytes`
}

export const inThisProcess = new GatheredTogether(mostBytesTogether)
