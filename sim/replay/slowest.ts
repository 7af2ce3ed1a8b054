/**
 * The slowest of some waits: what a read is answered by that needs several pools. A wait is taken
 * to be none with the probability that the pool is idle, else exponential, as at an M/M/1 queue;
 * the waits at different pools are taken to be independent. With m the mean of those that wait and
 * p their share, the mean of the largest of k is m × Σ (1 − (1 − p)^j) ÷ j, j from 1 to k: the
 * integral of 1 − (1 − p e^(−x ÷ m))^k. For one it is the mean itself. The reads of one request
 * come to all pools at once, so that queues are alike and the truth is a little sooner: against the
 * replay of requests reads without one or two of six shards are 2 to 13 % too slow.
 */
export function slowestWaitUs(count: number, meanUs: number, waitingShare: number): number {
  if (meanUs <= 0) return 0
  const share = Math.min(1, Math.max(waitingShare, leastShare))
  const idle = 1 - share
  let noneWaits = 1
  let sum = 0
  for (let one = 1; one <= count; one++) {
    noneWaits *= idle
    sum += (1 - noneWaits) / one
  }
  return (meanUs / share) * sum
}

/** Below it the formula divides by nothing much, and the waits are nothing much either. */
const leastShare = 0.001
