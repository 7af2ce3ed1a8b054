/**
 * Mean waiting times below saturation, for the series grain: Erlang's C for the channels of a flash
 * device, corrected for the spread of service (Allen-Cunneen). Only + − × ÷: the same on every
 * machine.
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
