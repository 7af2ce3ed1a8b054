/** Many places of the ring at work at once: one is filled while others are coded and written. */
import type { Coder, Place } from '../coder.js'

/** What is done with a place when it has been filled. */
export type Rest = () => Promise<void>

/**
 * Fills places one after another and lets the rest of each run on its own, until `fill` answers
 * null. The first failure stops it; it is thrown when everything that ran has ended.
 */
export async function throughPlaces(
  coder: Coder,
  fill: (place: Place) => Promise<Rest | null>,
): Promise<void> {
  const running = new Set<Promise<void>>()
  const failures: unknown[] = []
  const fail = (error: unknown): void => {
    failures.push(error)
  }
  while (failures.length === 0) {
    const place = await coder.take().catch(fail)
    if (place === undefined) break
    const rest = failures.length > 0 ? null : await fill(place).catch(fail)
    if (rest === undefined || rest === null) {
      coder.give(place)
      break
    }
    const run: Promise<void> = rest()
      .catch(fail)
      .finally(() => {
        coder.give(place)
        running.delete(run)
      })
    running.add(run)
  }
  await Promise.all(running)
  if (failures.length > 0) throw failures[0]
}

/** Work that is done in the order in which it was asked for, one piece at a time. */
export class InOrder {
  #last: Promise<void> = Promise.resolve()

  run(work: () => Promise<void>): Promise<void> {
    const mine = this.#last.then(work)
    this.#last = mine.catch(() => {})
    return mine
  }
}
