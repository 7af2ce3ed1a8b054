/** The answers that heat still rests on: with them a new file begins, so that it needs no other. */
import { pointIntervalUs } from '../core/heat.js'
import type { Absorbed } from './recording-replay.js'

/**
 * A step between two samples goes back over two intervals: an answer has to be this much older than
 * the window before nothing in the window rests on it.
 */
const sparePoints = 3

export class Trail {
  private readonly windows = new Map<number, Absorbed[]>()

  constructor(private readonly scrapeIntervalUs: number) {}

  add(absorbed: Absorbed): void {
    const { windowUs } = absorbed
    const before = this.windows.get(windowUs) ?? []
    const stepUs = pointIntervalUs(windowUs, this.scrapeIntervalUs)
    const oldestUs = instantOf(absorbed) - Math.max(windowUs, stepUs) - sparePoints * stepUs
    // The last samples say which series are known at all, however old they are.
    const last = before.findLast(({ answer }) => answer.kind === 'samples')
    const isNewer = absorbed.answer.kind === 'samples'
    const kept = before.filter(one => instantOf(one) > oldestUs || (one === last && !isNewer))
    this.windows.set(windowUs, [...kept, absorbed])
  }

  /** Of each window the oldest first. */
  all(): readonly Absorbed[] {
    return [...this.windows.values()].flat()
  }
}

function instantOf({ atUs, answer }: Absorbed): number {
  return answer.kind === 'samples' ? answer.untilUs : atUs
}
