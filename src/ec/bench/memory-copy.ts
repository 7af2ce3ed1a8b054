/** How fast memory is copied from memory: what no code can pass on data that is in no cache. */
import type { Rate } from './contest.js'

const bytes = 134_217_728
const turns = 5

export function memoryCopyRate(): Rate {
  const from = Buffer.alloc(bytes, 1)
  const to = Buffer.alloc(bytes, 2)
  let best = 0
  for (let turn = 0; turn < turns; turn++) {
    const startedMs = performance.now()
    from.copy(to)
    best = Math.max(best, bytes / (performance.now() - startedMs) / 1_000_000)
  }
  return best
}
