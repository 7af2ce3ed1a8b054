/**
 * Mean waiting times below saturation, for the series grain: Erlang's C for the channels of a flash
 * device, corrected for the spread of service (Allen-Cunneen); for a disk the chain of its queue
 * lengths, whose service time falls with the queue. Only + − × ÷: the same on every machine.
 */

/** Above this utilisation a formula of the steady state says nothing: the backlog does. */
export const steadyLimit = 0.98

/** Probability that an arrival at k servers must wait, at `load` = λ ÷ μ (Erlangs) below k. */
export function erlangC(servers: number, load: number): number {
  let blocking = 1
  for (let server = 1; server <= servers; server++) {
    blocking = (load * blocking) / (server + load * blocking)
  }
  const utilisation = load / servers
  return blocking / (1 - utilisation * (1 - blocking))
}

/**
 * Mean wait at k servers, microseconds. `serviceSpread` is the squared coefficient of variation of
 * the service time: 0 for a constant one, 1 for an exponential one.
 */
export function meanWaitUs(
  servers: number,
  perUs: number,
  serviceUs: number,
  serviceSpread: number,
): number {
  const load = Math.min(perUs * serviceUs, servers * steadyLimit)
  if (load <= 0) return 0
  const exponential = (erlangC(servers, load) * serviceUs) / (servers - load)
  return (exponential * (1 + serviceSpread)) / 2
}

/** States of a disk's queue that the chain looks at. */
const deepest = 256

export interface DiskMean {
  /** Mean time from arrival to completion, microseconds. */
  readonly sojournUs: number
  /** Mean service time at that load. */
  readonly serviceUs: number
}

/**
 * A disk at a rate of arrivals: the stationary chain of the number in the system, with the service
 * time that each number brings. Service is taken at half the spread of an exponential one: the
 * positioning time is fixed by the queue that the request found.
 */
export function diskMean(table: ArrayLike<number>, transferUs: number, perUs: number): DiskMean {
  let weight = 1
  let total = 1
  let number = 0
  let busy = 0
  for (let state = 1; state <= deepest; state++) {
    const serviceUs = table[Math.min(state - 1, table.length - 1)] + transferUs
    weight *= Math.min(perUs * serviceUs, 1 / steadyLimit)
    if (weight < 1e-12 * total) break
    total += weight
    number += state * weight
    busy += weight
  }
  if (busy === 0) return { sojournUs: table[0] + transferUs, serviceUs: table[0] + transferUs }
  const inSystem = number / total
  const busyShare = busy / total
  const serviceUs = busyShare / perUs
  const waitUs = Math.max(0, inSystem / perUs - serviceUs)
  return { sojournUs: serviceUs + waitUs / 2, serviceUs }
}
